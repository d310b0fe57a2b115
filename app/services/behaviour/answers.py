"""Which ready answers go into messages. Counted is the answer, not the message, nor who sent it."""

from uuid import UUID

from app.access.scopes import visible_to
from app.extensions import db
from app.models.behaviour import AnswerCount
from app.models.ready_answers import ReadyAnswer
from app.services.behaviour.counting import add


def used(ids, *, actor):
    """Those of ``ids`` (public ids as text) that ``actor`` may use. Raises ValueError for what is no id."""
    known = {UUID(each) for each in ids}
    mine = visible_to(actor, ReadyAnswer).where(ReadyAnswer.public_id.in_(known))
    found = db.session.scalars(mine.with_only_columns(ReadyAnswer.public_id)).all()
    if found:
        add(AnswerCount, *({"answer": public_id} for public_id in found))

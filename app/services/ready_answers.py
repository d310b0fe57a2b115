"""Ready answers: texts with fields, to be inserted into a chat by ``/``. A person's own, or shared by the desk."""

import re

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.access.scopes import visible_to
from app.constants import AuditTag, ConversationKind
from app.errors import Forbidden, InvalidInput
from app.extensions import db
from app.models.base import utcnow
from app.models.inquiries import Inquiry
from app.models.ready_answers import ReadyAnswer
from app.services import audit, bin, inbox, settings, texts
from app.services.transaction import transaction

FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")
FIELDS = ("client_name", "my_name", "inquiry")

DEFAULTS = (
    (
        _l("Greeting"),
        _l(
            "Hello, {{client_name}}! My name is {{my_name}}, I have your inquiry: {{inquiry}}. When is it easy to talk?"
        ),
    ),
    (
        _l("Looking for options"),
        _l("{{client_name}}, thank you, I have everything I need. I am looking for options and write to you today."),
    ),
    (
        _l("Viewing"),
        _l("{{client_name}}, the flat can be seen this week. Which day and time suit you?"),
    ),
)


def of(actor):
    """Those ``actor`` may use, in their order."""
    query = visible_to(actor, ReadyAnswer).order_by(ReadyAnswer.position, ReadyAnswer.id)
    return db.session.scalars(query).all()


def for_chat(conversation, *, actor):
    """``[{"id", "title", "body"}]`` with the fields filled; not those that speak of an inquiry to who has none."""
    found = of(actor)
    values = _values(conversation, actor) if found else {}
    return [
        {"id": str(answer.public_id), "title": answer.title, "body": filled(answer.body, values)}
        for answer in found
        if all(values.get(name, "unknown") for name in FIELD.findall(answer.body))
    ]


def filled(body, values):
    """``body`` with its fields replaced."""
    text = FIELD.sub(lambda field: values.get(field[1], field[0]), body)
    return re.sub(r"  +", " ", text).strip()


def _values(conversation, actor):
    return {
        "client_name": conversation.client.name.split()[0],
        "my_name": actor.name,
        "inquiry": inbox.subject(conversation) or _newest_inquiry(conversation),
    }


def _newest_inquiry(conversation):
    """What somebody who asks support most likely means."""
    if conversation.kind != ConversationKind.SUPPORT:
        return ""
    mine = sa.select(Inquiry).where(Inquiry.client_id == conversation.client_id).order_by(Inquiry.id.desc()).limit(1)
    return inbox.inquiry_line(db.session.scalar(mine))


def save(answer, values, *, actor, shared=False):
    """Make (None) or change one: ``title``, ``body``, ``position``. Shared ones are the operators'."""
    _demand(answer, actor, shared)
    values = {**values, **({"body": _checked(values["body"])} if "body" in values else {})}
    with transaction() as session:
        row = answer or ReadyAnswer(user_id=None if shared else actor.id, version=0)
        old, new = audit.changes(row, values) if answer else ({}, {name: audit.plain(v) for name, v in values.items()})
        if not new:
            return row
        session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        row.version, row.updated_at = row.version + 1, utcnow()
        session.flush()
        audit.record(AuditTag.READY_ANSWER_CHANGED, row, actor=actor, old=old, new=new)
    return row


def save_own(answer, values, *, actor):
    """As save() of one's own; a new one stands last, and there is room for as many as owners allow."""
    if answer is None:
        mine = of(actor)
        if len(mine) >= (most := settings.get("ready_answers_of_one")):
            raise InvalidInput(_l("No more than %(n)s answers can be kept.", n=most), field="body")
        values = {**values, "position": mine[-1].position + 1 if mine else 0}
    return save(answer, values, actor=actor)


def defaults():
    """A few to begin with, in the current language: ``[{"title", "body"}]``."""
    return [{"title": str(title), "body": str(body)} for title, body in DEFAULTS]


def begin(*, actor):
    """Take the defaults over; whoever has answers already keeps those alone."""
    with transaction():
        if not of(actor):
            for position, values in enumerate(defaults()):
                save(None, values | {"position": position}, actor=actor)


def move_up(answer, *, actor):
    """One place towards the beginning."""
    _demand(answer, actor, False)
    with transaction():
        row = of(actor)
        at = [one.id for one in row].index(answer.id)
        if at:
            row.insert(at - 1, row.pop(at))
        for position, one in enumerate(row):
            one.position = position


def remove(answer, *, actor):
    _demand(answer, actor, answer.user_id is None)
    with transaction() as session:
        answer = session.get_one(ReadyAnswer, answer.id)
        audit.record(AuditTag.READY_ANSWER_CHANGED, answer, actor=actor, old={"title": answer.title}, new={})
        if answer.user_id is None:
            bin.put(answer, actor=actor)
        else:  # a person's own texts are nobody else's to see
            session.delete(answer)


def _demand(answer, actor, shared):
    own = answer is None or answer.user_id == actor.id
    if not (may(actor, Permission.SUPPORT_DESK) if shared else own):
        raise Forbidden()


def _checked(body):
    body = texts.clean_message(body)
    unknown = [name for name in FIELD.findall(body) if name not in FIELDS]
    if unknown:
        raise InvalidInput(_l("There is no field {{%(name)s}}.", name=unknown[0]), field="body")
    return body

"""The figures by what clients answered to one field of the form: counted over the inquiries when asked for."""

import sqlalchemy as sa

from app.constants import FieldKind
from app.extensions import db
from app.models.inquiries import Inquiry
from app.models.request_fields import RequestAnswer
from app.services import request_fields
from app.services.statistics import cube
from app.services.statistics.figures import Counts, Row

ALIKE = (FieldKind.CHOICE, FieldKind.YES_NO)  # one answer each, so that the rows add up to the total


def fields():
    """The fields that figures can be broken down by."""
    return [field for field in request_fields.known().values() if field.kind in ALIKE]


def by_answer(field, filters, *, actor):
    """A Row for each answer (its key; None: none was given) under ``filters``; together they are the total."""
    answer = sa.and_(RequestAnswer.inquiry_id == Inquiry.id, RequestAnswer.field_id == field.id)
    counts = sa.func.count(), sa.func.count(Inquiry.first_accepted_at), sa.func.sum(Inquiry.acceptances)
    within = Inquiry.published_day.between(filters.span.first, filters.span.last)
    found = sa.select(RequestAnswer.word, *counts).select_from(Inquiry).outerjoin(RequestAnswer, answer)
    found = found.where(within, *cube.narrowed(Inquiry, filters, actor)).group_by(RequestAnswer.word)
    counted = {word: Counts(*numbers) for word, *numbers in db.session.execute(found)}
    return [Row(word, counted[word]) for word in _order(field) if word in counted]


def _order(field):
    words = ["yes", "no"] if field.kind == FieldKind.YES_NO else [option.key for option in field.options]
    return [*words, None]

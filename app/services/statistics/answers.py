"""The figures by what clients answered to fields of the form: counted over the inquiries when asked for."""

import sqlalchemy as sa

from app.constants import FieldKind
from app.extensions import db
from app.models.inquiries import Inquiry
from app.models.request_fields import RequestAnswer
from app.services import request_fields
from app.services.statistics import cube
from app.services.statistics.figures import Counts, Row

COUNTED = (FieldKind.CHOICE, FieldKind.SEVERAL, FieldKind.YES_NO)


def fields():
    """The fields that figures can be broken down by: those that owners have counted."""
    return [field for field in request_fields.known().values() if field.kind in COUNTED and field.counted]


def by_answer(field, filters, *, actor):
    """A Row for each answer (its key; None: none was given) under ``filters``.

    Together they are the total; of a field with several answers they are more, since an inquiry stands in each.
    """
    return by_answers([field], filters, actor=actor)[field.name]


def by_answers(fields, filters, *, actor):
    """Field name → by_answer(), each question asked once for all of ``fields``."""
    within = Inquiry.published_day.between(filters.span.first, filters.span.last)
    asked = sa.select(*_counts(Inquiry)).where(within, *cube.narrowed(Inquiry, filters, actor))
    total = _tuple(db.session.execute(asked).one())
    given = _given(asked, [field.id for field in fields])
    whole = _once(asked, [field.id for field in fields if field.kind == FieldKind.SEVERAL])
    return {field.name: _rows(field, given.get(field.id, {}), whole.get(field.id), total) for field in fields}


def _counts(row):
    return sa.func.count(), sa.func.count(row.first_accepted_at), sa.func.sum(row.acceptances)


def _tuple(numbers):
    return tuple(number or 0 for number in numbers)


def _given(asked, ids):
    """Field id → {word: (inquiries, accepted, acceptances)}"""
    answer = sa.and_(RequestAnswer.inquiry_id == Inquiry.id, RequestAnswer.field_id.in_(ids))
    key = RequestAnswer.field_id, RequestAnswer.word
    found = asked.add_columns(*key).select_from(Inquiry).join(RequestAnswer, answer).group_by(*key)
    counted = {}
    for *numbers, field_id, word in db.session.execute(found):
        counted.setdefault(field_id, {})[word] = _tuple(numbers)
    return counted


def _once(asked, ids):
    """Field id → the same of the inquiries that have any answer, each counted once."""
    if not ids:
        return {}
    answer = sa.and_(RequestAnswer.inquiry_id == Inquiry.id, RequestAnswer.field_id.in_(ids))
    columns = RequestAnswer.field_id, Inquiry.id, Inquiry.first_accepted_at, Inquiry.acceptances
    each = asked.with_only_columns(*columns).select_from(Inquiry).join(RequestAnswer, answer).distinct().subquery()
    found = sa.select(each.c.field_id, *_counts(each.c)).group_by(each.c.field_id)
    return {field_id: _tuple(numbers) for field_id, *numbers in db.session.execute(found)}


def _rows(field, given, whole, total):
    whole = whole or tuple(map(sum, zip(*given.values(), strict=True))) or (0, 0, 0)
    rows = [Row(word, Counts(*given[word])) for word in _order(field) if word in given]
    without = [all_of - some for all_of, some in zip(total, whole, strict=True)]
    return rows + [Row(None, Counts(*without))] * any(without)


def _order(field):
    return ["yes", "no"] if field.kind == FieldKind.YES_NO else [option.key for option in field.options]


def said(field, word):
    """A row's subject in words."""
    return field.words(_ANSWERS[field.kind](word))


_ANSWERS = {
    FieldKind.CHOICE: lambda word: word,
    FieldKind.SEVERAL: lambda word: [word],
    FieldKind.YES_NO: lambda word: word == "yes",
}

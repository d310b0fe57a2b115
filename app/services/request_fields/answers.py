"""What was answered: brought into order, said in words, and laid out so that a list of millions is narrowed by it.

``Inquiry.answers`` is the truth; rows of RequestAnswer follow it in the same transaction.
"""

from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import FieldKind
from app.errors import InvalidInput
from app.extensions import db
from app.models.inquiries import Inquiry
from app.models.request_fields import RequestAnswer
from app.services.request_fields.definitions import PREFIX, field_of, known

YES_NO = {True: "yes", False: "no"}
GATHERED = 100_000  # ids, some 20 ms; where more match, ten thousand are soon found by trying row after row


def checked(answers):
    """``answers`` without the empty ones, in the order of the form. Raises InvalidInput naming the field.

    Whether a field had to be filled in is the form's to ask: what was asked for yesterday may be sent today.
    """
    answers = {key: value for key, value in (answers or {}).items() if value not in (None, "", [])}
    if not answers:
        return {}
    fields = known()
    for key, value in answers.items():
        problem = key in fields and fields[key].problem(value)
        if problem:
            raise InvalidInput(problem, field=fields[key].name)
    return {key: _in_order(fields[key], answers[key]) for key in fields if key in answers}


def _in_order(field, value):
    """Several options in the order in which they are offered."""
    return [option.key for option in field.options if option.key in value] if isinstance(value, list) else value


def demand(given, deal, property_type, held=None):
    """Raises InvalidInput unless each of ``given`` (key → answer, None takes it away) can be said of such an inquiry.

    For doors that show no form: there what does not belong is hidden, here it would be lost without a word.
    """
    for key, answer in given.items():
        field = known().get(key)
        if field is None or (field.retired and key not in (held or {}) and answer is not None):
            raise InvalidInput(_l("There is no such field."), field=f"{PREFIX}{key}")
        if answer is not None and not field.applies(deal, property_type):
            raise InvalidInput(_l("Such an inquiry is not asked: %(name)s.", name=field.label), field=field.name)


def ordered(name, value):
    """``value`` of the field called so; several options as they are kept, whatever order they were chosen in."""
    field = field_of(name) if isinstance(value, list) else None
    return _in_order(field, value) if field else value


def applying(answers, deal, property_type):
    """Those of ``answers`` whose fields belong to such an inquiry."""
    return {key: value for key, value in answers.items() if known()[key].applies(deal, property_type)}


def merged(inquiry, given, deal, property_type):
    """The answers of ``inquiry`` once ``given`` (None: no answer) are put over them and it has this deal and type.

    What its form does not show any more stays, unless the deal or the type has just become another.
    """
    whole = inquiry.answers | given
    if not whole:
        return {}
    moved = (deal, property_type) != (inquiry.deal, inquiry.property_type)

    def stays(key, value):
        field = known().get(key)
        if field is None or not field.applies(deal, property_type):
            return not moved and inquiry.answers.get(key) == value
        return value not in (None, "", [])

    return {key: value for key, value in whole.items() if stays(key, value)}


def still_valid(answers):
    """What of yesterday's ``answers`` may be asked today: retired fields and options are left out."""
    fresh = {}
    for key, value in (answers or {}).items():
        field = known().get(key)
        if field is None or field.retired or field.problem(value):
            continue
        gone = {option.key for option in field.options if option.retired}
        value = [each for each in value if each not in gone] if isinstance(value, list) else value
        if value != [] and (isinstance(value, list) or value not in gone):
            fresh[key] = value
    return fresh


def rows(inquiry):
    """``[(label, words)]`` of what the client answered, in the order of the form; retired fields included."""
    if not inquiry.answers:
        return []
    found = [(field, inquiry.answers.get(key)) for key, field in known().items()]
    return [(field.label, field.words(answer)) for field, answer in found if field.words(answer)]


def texts(answers):
    """The client's own words among ``answers``, to be found by them."""
    return " ".join(value for key, value in answers.items() if _kind(key) == FieldKind.TEXT) if answers else ""


def wordless(answers):
    """``answers`` without the client's own words."""
    return {key: value for key, value in answers.items() if _kind(key) not in (FieldKind.TEXT, None)}


def _kind(key):
    return known()[key].kind if key in known() else None


def index(inquiry):
    """Lay its answers out anew. Inside transaction(), after they have changed."""
    session = db.session
    session.flush()
    session.execute(sa.delete(RequestAnswer).where(RequestAnswer.inquiry_id == inquiry.id))
    found = [
        {"inquiry_id": inquiry.id, "field_id": known()[key].id, "word": None, "number": None, "day": None} | columns
        for key, value in inquiry.answers.items()
        if key in known()
        for columns in _LAID_OUT[known()[key].kind](value)
    ]
    if found:
        session.execute(sa.insert(RequestAnswer), found)


_LAID_OUT = {
    FieldKind.TEXT: lambda value: [{}],
    FieldKind.NUMBER: lambda value: [{"number": value}],
    FieldKind.CHOICE: lambda value: [{"word": value}],
    FieldKind.SEVERAL: lambda value: [{"word": key} for key in value],
    FieldKind.DATE: lambda value: [{"day": date.fromisoformat(value)}],
    FieldKind.YES_NO: lambda value: [{"word": YES_NO[value]}],
}


# Narrowing lists. ``dense``: many match, so the list's own order is walked and each row is tried.


# ``count(select)``: who says how many there are, where it was asked beside another question.


def chosen(field, *words, dense=False, count=None):
    """Inquiries whose answer is, or holds, one of these options; «yes» or «no»."""
    return _having(_of(field).where(RequestAnswer.word.in_(words)), dense, count)


def answered(field, *, dense=False, count=None):
    """Inquiries with any answer."""
    return _having(_of(field), dense, count)


def answering(field, word):
    """The ids of the inquiries with this answer, off an index in their order; None: of a text, with any."""
    return _of(field).where(RequestAnswer.word == word)


def ranging(field, low, high, *, in_order=False):
    """The ids of the inquiries whose number or day is within. ``in_order``: off an index in their order, which reads
    all answers of the field; else off one in that of the answers.
    """
    column = RequestAnswer.day if field.kind == FieldKind.DATE else RequestAnswer.number
    found = _of(field).where(*_within(column, low, high))
    return found.with_hint(RequestAnswer, "INDEXED BY ix_request_answers_ranged", "sqlite") if in_order else found


def between(field, low, high, *, dense=False, count=None):
    """Inquiries whose number or day is within, ends included; None is no end."""
    # Of one inquiry: not by the index of all numbers, which would be walked anew for each.
    of_one = ranging(field, low, high, in_order=True)
    return _having(ranging(field, low, high), dense, count, of_one=of_one)


def _of(field):
    return sa.select(RequestAnswer.inquiry_id).where(RequestAnswer.field_id == field.id)


def _within(column, low, high):
    if low is not None:
        yield column >= low
    if high is not None:
        yield column <= high


def _having(ids, dense, count, of_one=None):
    """A set of ids is gathered whole before the list is looked at: only where it is small. Else each row is tried."""
    if dense or _many(ids, count or db.session.scalar):
        one = ids if of_one is None else of_one
        return one.where(RequestAnswer.inquiry_id == Inquiry.id).exists()
    return Inquiry.id.in_(ids)


def _many(ids, count):
    return count(sa.select(sa.func.count()).select_from(ids.limit(GATHERED + 1).subquery())) > GATHERED


def counts():
    """Field id → how many answers there are; one question for all of them."""
    found = sa.select(RequestAnswer.field_id, sa.func.count(RequestAnswer.inquiry_id.distinct()))
    return dict(db.session.execute(found.group_by(RequestAnswer.field_id)).all())

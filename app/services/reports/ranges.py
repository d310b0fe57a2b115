"""Numbers that clients answered, put together: «5–9», «10–14», «50 and more». As many steps as a picture can show.

The steps are laid over what 98 of 100 answered: one who typed a million must not push all the others into one step.
A key says its own ends: «5:9», «5:» or «:4». Of fractions, «0.5~1.0», the upper end belongs to the next step.
"""

from math import floor, log10

import sqlalchemy as sa
from flask_babel import gettext as _

from app.extensions import db
from app.formatting import number
from app.models.request_fields import RequestAnswer

STEPS = 10
WHOLE, BROKEN = ":", "~"
ROUND = 9  # digits: three times a tenth is not three tenths


def key(field, column):
    """The key of a number as SQL; null where there is none."""
    bounds, whole = _bounds(field)
    if not bounds:
        return sa.null()
    ends = zip([None, *bounds], [*bounds, None], strict=True)
    *words, last = (_key(low, high, whole) for low, high in ends)
    steps = [(column < high, word) for high, word in zip(bounds, words, strict=True)]
    return sa.case((column.is_(None), sa.null()), *steps, else_=last)


def _key(low, high, whole):
    """``high`` is where the next step begins."""
    words = ["" if end is None else _word(end) for end in (low, high if high is None else high - whole)]
    return (WHOLE if whole else BROKEN).join(words)


def _bounds(field):
    """Where the steps begin and the last one ends; and whether all numbers are whole."""
    given = RequestAnswer.field_id == field.id, RequestAnswer.number.is_not(None)
    count = db.session.scalar(sa.select(sa.func.count()).where(*given))
    if not count:
        return [], True
    low, high = (_nth(given, count * hundredth // 100) for hundredth in (1, 98))
    broken = RequestAnswer.number != sa.func.round(RequestAnswer.number)
    whole = not db.session.scalar(sa.select(sa.exists().where(*given, broken)))
    width = _width((high - low) / STEPS, whole)
    return [round(n * width, ROUND) for n in range(floor(low / width), floor(high / width) + 2)], whole


def _nth(given, place):
    found = sa.select(RequestAnswer.number).where(*given).order_by(RequestAnswer.number)
    return db.session.scalar(found.limit(1).offset(place))


def _width(least, whole):
    """The first of 1, 2, 5, 10, 20 … that is not less."""
    if least <= 0 or (whole and least <= 1):
        return 1
    power = 10.0 ** floor(log10(least))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= least * (1 - 1e-9))


def _word(value):
    return str(int(value)) if value == int(value) else str(value)


def ends(key):
    """The two ends as numbers; None is no end."""
    return tuple(float(end) if end else None for end in key.split(WHOLE if is_whole(key) else BROKEN))


def is_whole(key):
    return WHOLE in key


def said(key):
    low, high = ends(key)
    if low is None:
        return _("up to %(number)s", number=plain(high))
    if high is None:
        return _("%(number)s and more", number=plain(low))
    return plain(low) if low == high else f"{plain(low)}–{plain(high)}"


def plain(value):
    return number(int(value) if value == int(value) else value)


def order(key):
    """By their first number."""
    low, _high = ends(key)
    return float("-inf") if low is None else low

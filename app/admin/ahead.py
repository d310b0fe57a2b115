"""What the page of a list is going to ask, asked in one statement: whoever needs an answer finds it here.

Answers stand for this one page, which writes nothing, and each is of the moment at which it was asked. Whoever finds
none asks for itself, so nothing has to be foreseen; a page that was foreseen well takes three statements.
"""

import json
from functools import lru_cache

import sqlalchemy as sa
from flask import g

from app.extensions import db
from app.models.prepared import Prepared

KEPT = "asked_ahead"  # in flask.g: key → answer
WITH_ROWS = "asked_with_rows"  # the same: questions that wait for the statement of the rows


def ask(lasting, passing, values):
    """``lasting`` and ``passing``: key → a Select of one value. The same lasting ones are the same objects each time,
    and become a statement that is made once. ``values``: of their parameters.
    """
    questions = lasting | passing
    if questions:
        _keep(questions, _asked(tuple(questions.values()), values, once=not passing))


def with_rows(lasting, values):
    """As ask(), but in the statement of the rows: for a page that asks something of its own besides. Of JSON alone."""
    setattr(g, WITH_ROWS, {key: each.params(**values) for key, each in lasting.items()})


def waiting():
    """The questions of with_rows(): key → a column of the statement of the rows; whoever asks it tells the answers."""
    questions = g.pop(WITH_ROWS, {})
    return {key: sa.cast(each.scalar_subquery(), sa.Text) for key, each in questions.items()}


def told(questions, texts):
    """What came of those columns."""
    _keep(questions, [text and json.loads(text) for text in texts])


def _keep(questions, answers):
    g.setdefault(KEPT, {}).update(zip(questions, answers, strict=True))


def answers(lasting, values):
    """Those of ``lasting``, in its order."""
    known = g.get(KEPT, {})
    if lasting.keys() <= known.keys():
        return [known[key] for key in lasting]
    return _asked(tuple(lasting.values()), values, once=True)


def answer(key, ask):
    """What was answered to ``key``, or else ``ask()``."""
    known = g.get(KEPT, {})
    return known[key] if key in known else ask()


def _asked(selects, values, *, once):
    if once:
        return _made(selects).read(**values)
    return db.session.execute(_together(selects), values).one()


@lru_cache(maxsize=256)
def _made(selects):
    return Prepared(_together(selects))


def _together(selects):
    return sa.select(*(each.scalar_subquery() for each in selects))

"""What was counted to be more than anybody counts is taken to be so for a minute, and not counted on every page.

Kept is «more than so many» alone, never a number or a row; only of questions that do not depend on who asks them. A
list that shrinks meanwhile is said to be longer than it is, and for one filter of several only the way of asking
differs, never what is found.
"""

from time import monotonic

from flask import current_app

SECONDS = 60
MOST = 1_000  # questions at once
KEPT = "many_rows"  # in the extensions of an application


def known(key):
    return _until().get(key, 0) > monotonic()


def note(key):
    until = _until()
    if len(until) >= MOST:
        until.clear()
    until[key] = monotonic() + SECONDS


def forget():
    _until().clear()


def _until():
    return current_app.extensions.setdefault(KEPT, {})


def asking(view, active, *others):
    """The key of a question: its ``(filter, value)`` by names and what the address says."""
    return (view.endpoint, frozenset((each.name, each.token(value)) for each, value in active), *others)

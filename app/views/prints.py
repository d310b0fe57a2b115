"""A page that is the same for every visitor is printed once, with blanks for what is each one's own."""

from collections import OrderedDict
from threading import Lock

KEPT = 32

_prints = OrderedDict()
_lock = Lock()


def printed(key, render, blanks):
    """``render()`` of the first caller with this ``key``, in which each of ``blanks`` (secrets of one visitor, in a
    fixed order) stands as the present visitor's. The key must hold everything else that the page depends on.
    """
    text = _prints.get(key)
    if text is None:
        text = render()
        for n, value in enumerate(blanks):
            text = text.replace(value, _blank(n))
        _keep(key, text)
    for n, value in enumerate(blanks):
        text = text.replace(_blank(n), value)
    return text


def _blank(n):
    return f"\x00{n}\x00"  # no text of ours holds a zero byte


def _keep(key, text):
    with _lock:
        _prints[key] = text
        if len(_prints) > KEPT:
            _prints.popitem(last=False)

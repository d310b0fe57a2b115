"""What changed between two versions, to be read: paragraphs that changed, with the words that went and came."""

import re
from difflib import SequenceMatcher

from app.services.articles.writing import TEXTS

_PIECE = re.compile(r"\s+|[^\s\w]|\w+")


def differences(before, after):
    """``[(text's name, [(kind, …)])]`` of the texts that differ: ``("same", paragraphs)`` or ``("line", pieces)``.

    A piece is ``("same" | "gone" | "new", words)``.
    """
    found = []
    for name in TEXTS:
        old, new = (getattr(side, name) if side else "" for side in (before, after))
        if old != new:
            found.append((name, list(_lines(_paragraphs(old), _paragraphs(new)))))
    return found


def _paragraphs(text):
    return [line for line in text.split("\n") if line.strip()]


def _lines(old, new):
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", b - a
            continue
        paired = min(b - a, d - c)
        for before, after in zip(old[a : a + paired], new[c : c + paired], strict=True):
            yield "line", _pieces(before, after)
        yield from (("line", [("gone", line)]) for line in old[a + paired : b])
        yield from (("line", [("new", line)]) for line in new[c + paired : d])


def _pieces(before, after):
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.quick_ratio() < 0.35:  # another paragraph altogether: not a salad of both
        return [("gone", before), ("new", after)]
    pieces = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        pieces += [(face, words) for face, words in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if words]
    return pieces

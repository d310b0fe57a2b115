"""Parts of a page that many readers see alike: drawn once, with holes where a reader's or a page's own stands."""

from urllib.parse import parse_qsl, urlencode

from flask import g, request
from markupsafe import Markup, escape

from app.doors import current_actor
from app.formatting import language
from app.models.base import utcnow
from app.security import csrf_token
from app.seo import here_in_any_language
from app.services import notifications
from app.templating import face

KEPT = 1000  # drawings at once; a reader may send any cookie
EDGE = "\0"  # on both sides of the name of a hole; no page has one (security.refuse_nul)
PART = "part"  # before the number of a drawing within another
SAFE = "!$'()*,/:;?@"  # as werkzeug writes addresses
_drawn = {}


class _Hole(str):
    """Its name, among the texts of a drawing."""


def drawn_once(name, view, draw, *others):
    """Part of a page as ``draw()`` writes it: drawn once for all readers who see it alike. ``others``: what it depends
    on besides the view, the reader's rights and language. What is one person's or this page's alone is a ``hole``.
    """
    actor = current_actor()
    reader = (actor.role, actor.granted) if actor else None
    key = (name, view.endpoint, reader, language(), request.script_root, *others)
    pieces = _drawn.get(key)
    if pieces is None:
        if len(_drawn) >= KEPT:
            _drawn.clear()
        pieces = _drawn[key] = _with_holes(draw)
    return _filled(pieces)


def forget():
    """Draw all anew."""
    _drawn.clear()


def hole(name):
    """In a part that is drawn once, where this is filled in anew on each page; elsewhere, the filling."""
    return Markup(f"{EDGE}{name}{EDGE}") if g.get("drawing") is not None else _fill(name)


def _with_holes(draw):
    """What ``draw()`` writes, as texts and holes; parts of it that were drawn once are shared with them."""
    within, token = g.get("drawing"), csrf_token()
    parts = [] if within is None else within  # one may have been written before, for a part that is drawn now
    g.drawing, g.csrf_token = parts, f"{EDGE}token{EDGE}"  # so that every form has a hole for its token
    try:
        written = str(draw()).split(EDGE)
    finally:
        g.drawing, g.csrf_token = within, token
    pieces = []
    for place, piece in enumerate(written):
        word, _, number = piece.partition(" ")
        if place % 2 == 0:
            pieces.append(piece)
        elif word == PART:
            pieces.extend(parts[int(number)])
        else:
            pieces.append(_Hole(piece))
    return tuple(pieces)


def _filled(pieces):
    parts = g.get("drawing")
    if parts is not None:  # a part of a part
        parts.append(pieces)
        return Markup(f"{EDGE}{PART} {len(parts) - 1}{EDGE}")
    known = {}  # a page has a dozen holes for its token
    return Markup("".join([_filling(known, piece) if type(piece) is _Hole else piece for piece in pieces]))


def _filling(known, name):
    if name not in known:
        known[name] = _fill(name)
    return known[name]


def _fill(name):
    word, _, rest = name.partition(" ")
    return escape((FILLS.get(word) or g.fills[word])(rest))


def _unread(_rest):
    count = notifications.unread_count(current_actor())
    return ("99+" if count > 99 else count) if count else ""


def fill(**words):
    """What this page has for holes of its own: word → a function of the rest of the hole's name, as those of FILLS."""
    g.setdefault("fills", {}).update(words)


def words(changes):
    """«?» and the query string of this page with some words changed, as in «page=2&q=»; without a value: taken out."""
    said = urlencode(query(**dict(parse_qsl(changes, keep_blank_values=True))), safe=SAFE)
    return said and f"?{said}"


def query(**changes):
    """The query string of this page with some words changed (None: taken out), as arguments of ``url_for``."""
    values = request.args.to_dict() | changes
    return {key: value for key, value in values.items() if value not in (None, "") and not key.startswith("_")}


FILLS = {
    "token": lambda _rest: csrf_token(),
    "person": lambda _rest: current_actor().public_id,
    "name": lambda _rest: current_actor().name,
    "email": lambda _rest: current_actor().email,
    "face": lambda _rest: face(current_actor().name, current_actor().public_id, "s"),
    "unread": _unread,
    "now": lambda _rest: utcnow().isoformat(),
    "here": lambda _rest: here_in_any_language(),
    "back": lambda _rest: request.query_string.decode(),
    "query": words,
}

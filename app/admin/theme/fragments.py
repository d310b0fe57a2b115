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
SAFE = "!$'()*,/:;?@"  # as werkzeug writes addresses
_drawn = {}


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


def hole(name):
    """In a part that is drawn once, where this is filled in anew on each page; elsewhere, the filling."""
    return Markup(f"{EDGE}{name}{EDGE}") if g.get("drawing") else _fill(name)


def _with_holes(draw):
    """What ``draw()`` writes, cut at its holes: every second piece is the name of one."""
    within, token = g.get("drawing", False), csrf_token()
    g.drawing, g.csrf_token = True, f"{EDGE}token{EDGE}"  # so that every form has a hole for its token
    try:
        return tuple(str(draw()).split(EDGE))
    finally:
        g.drawing, g.csrf_token = within, token


def _filled(pieces):
    if g.get("drawing"):  # a part of a part
        return Markup(EDGE.join(pieces))
    if len(pieces) == 1:
        return Markup(pieces[0])
    whole = list(pieces)
    whole[1::2] = map(_fill, pieces[1::2])
    return Markup("".join(whole))


def _fill(name):
    word, _, rest = name.partition(" ")
    return escape(FILLS[word](rest) if word in FILLS else g.fills[word])


def _unread(_rest):
    count = notifications.unread_count(current_actor())
    return ("99+" if count > 99 else count) if count else ""


def fill(**words):
    """What this page has for holes of its own."""
    g.setdefault("fills", {}).update(words)


def _words(changes):
    """«?» and the query string of this page with some words changed, as in «page=2&q=»; without a value: taken out."""
    words = urlencode(query(**dict(parse_qsl(changes, keep_blank_values=True))), safe=SAFE)
    return words and f"?{words}"


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
    "query": _words,
}

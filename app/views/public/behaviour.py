"""The one door through which pages tell what is counted: no names, no cookie needed, nothing answered.

It is told by ``sendBeacon``, which cannot carry a CSRF token of a page without a session. JSON keeps forms of other
sites out, browsers say which page speaks, and all that a stranger could do is to count.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request

from app.constants import SearchPlace
from app.doors import current_actor, public
from app.errors import NotFound
from app.extensions import csrf, limiter
from app.services.behaviour import answers, searches, visits
from app.views.visits import may_count

blueprint = Blueprint("behaviour", __name__)

LONGEST = 2_000  # bytes
MOST = 20  # answers or fields in one word of a page


@blueprint.post("/behaviour")
@limiter.limit("60 per minute")
@public
@csrf.exempt
def tell():
    """``{"form": …}``, ``{"search": …}``, ``{"city": …}`` or ``{"ready": […]}``; anything else is refused."""
    if not _is_ours():
        abort(403)
    if not may_count():
        return _heard()
    told = request.get_json() if (request.content_length or 0) <= LONGEST else abort(413)
    if not isinstance(told, dict) or len(told) != 1 or not told.keys() <= TELLERS.keys():
        abort(400)
    [(what, value)] = told.items()
    try:
        TELLERS[what](value)
    except (KeyError, TypeError, ValueError, AttributeError, NotFound):
        abort(400)
    return _heard()


def _heard():
    return Response(status=204, mimetype="text/plain")


def _is_ours():
    """Said by a page of this site: browsers name it with every such request."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _form(told):
    visit = visits.of(told["screen"], told["deal"], told["from"])
    visits.came(visit, told["to"], _few(told["refused"]))


def _search(told):
    searches.found_nothing(SearchPlace(told["place"]), str(told["text"])[:200])


def _city(told):
    searches.wanted(str(told))


def _ready(told):
    actor = current_actor()
    if actor is not None:
        answers.used(_few(told), actor=actor)


def _few(words):
    if not isinstance(words, list) or len(words) > MOST or not all(isinstance(word, str) for word in words):
        raise ValueError(words)
    return words


TELLERS = {"form": _form, "search": _search, "city": _city, "ready": _ready}

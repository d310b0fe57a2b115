"""The owners' look as files: what is asked for stands in the address, so that they are kept for a year.

They lie under /static/, where the service worker keeps what pages need without a network.
"""

from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request

from app import card_picture
from app.assets import FOREVER
from app.constants import LOCALES
from app.doors import public
from app.services.brand import colour, palette, pictures

blueprint = Blueprint("brand", __name__)

ICONS = ("favicon.svg", "icon-maskable.svg")


@blueprint.get("/static/look.css")
@public
def sheet():
    accent, corners = _accent(), request.args.get("corners")
    if corners not in palette.CORNERS:
        abort(404)
    kept = request.args.get("v") == palette.digest(accent, corners)
    return _file(palette.stylesheet(accent, corners), "text/css", kept=kept)


@blueprint.get("/static/look/<name>")
@public
def icon(name):
    if name not in ICONS:
        abort(404)
    return _file(_drawn(current_app.static_folder, name, _accent()), "image/svg+xml", kept=True)


@lru_cache(maxsize=32)
def _drawn(folder, name, accent):
    return Path(folder, name).read_text().replace(palette.default_accent(), accent)


@blueprint.get("/static/logo/<name>")
@public
def picture(name):
    found = pictures.named(name)
    if found is None:
        abort(404)
    answer = _file(pictures.content(name), found.mime, kept=True)
    # A drawing opened by itself is a document of this site: nothing in it may run or ask for anything.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@blueprint.get("/card/<locale>.png")
@public
def card(locale):
    """What messengers show beside a link. Of the look of now, whatever is asked for: nobody draws with our name."""
    if locale not in LOCALES:
        abort(404)
    shown = card_picture.card(locale)
    return _file(card_picture.png(shown), "image/png", kept=request.args.get("v") == shown.mark)


def _accent():
    accent = f"#{request.args.get('accent', '')}"
    return accent if colour.is_colour(accent) else abort(404)


def _file(text, mimetype, *, kept):
    return Response(text, mimetype=mimetype, headers={"Cache-Control": FOREVER if kept else "no-cache"})

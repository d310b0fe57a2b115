"""The site as an app: its manifest, the page it starts with, and what it shows without a network."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from app import app_icon
from app.assets import FOREVER
from app.branding import look_icon
from app.constants import Role
from app.doors import current_actor, public
from app.extensions import csrf
from app.navigation import home_url
from app.services import texts
from app.services.brand import pictures
from app.services.brand.look import look

blueprint = Blueprint("installing", __name__)

TALKS = {Role.REALTOR: "office_conversations.index", Role.CLIENT: "inquiries.index"}
READ_AWAY, CHUNK = 64 * 1024 * 1024, 64 * 1024  # bytes
SHARED = ["image/*", "application/pdf", ".docx", ".xlsx", ".odt", ".txt"]


@blueprint.get("/manifest.webmanifest")
@public
def manifest():
    """In the reader's language. The colours are those of the day; a dark system gets its own from the page."""
    shown = look()
    answer = jsonify(
        {
            "id": "/",
            "name": shown.name(get_locale()),
            "short_name": shown.short(get_locale()),
            "description": _("One request for a home, and the realtors of the whole city answer you."),
            "lang": str(get_locale()),
            "dir": "ltr",
            "scope": "/",
            "start_url": url_for("installing.start", from_="app"),
            "display": "standalone",
            "background_color": shown.palette.day["ground"],
            "theme_color": shown.palette.day["accent"],
            "categories": ["business", "lifestyle"],
            "icons": _icons(),
            "shortcuts": _shortcuts(),
            "share_target": _share_target(),
        }
    )
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Vary"] = "Cookie, Accept-Language"
    return answer


def _icons():
    if icon := pictures.named(look().app_icon):
        size = f"{icon.width}x{icon.height}"
        return [{"src": look_icon(icon.name), "sizes": size, "type": icon.mime, "purpose": "any"}]
    drawn = {"favicon.svg": "any", "icon-maskable.svg": "maskable"}
    return [
        {"src": look_icon(name), "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
        for name, purpose in drawn.items()
    ]


def _shortcuts():
    names = {"new": _("New inquiry"), "talks": _("Conversations")}
    return [{"name": name, "url": url_for("installing.start", to=to)} for to, name in names.items()]


def _share_target():
    return {
        "action": url_for("sharing.choose"),
        "method": "POST",
        "enctype": "multipart/form-data",
        "params": {"title": "title", "text": "text", "url": "url", "files": [{"name": "files", "accept": SHARED}]},
    }


@blueprint.get("/start")
@public
def start():
    """Where the app opens depends on who is signed in, which its manifest cannot know."""
    actor = current_actor()
    if actor is None or (request.args.get("to") == "new" and actor.role == Role.CLIENT):
        return redirect(url_for("home.index"), 303)
    talks = TALKS.get(actor.role) if request.args.get("to") == "talks" else None
    return redirect(url_for(talks) if talks else home_url(actor), 303)


@blueprint.get("/offline")
@public
def offline():
    """Kept by the service worker and shown in place of any page while there is no network: says nothing of anybody."""
    return render_template("app/offline.html")


@blueprint.get("/apple-touch-icon.png")
@public
def touch_icon():
    accent = look().palette.day["accent"]
    kept = request.args.get("v") == accent[1:]
    headers = {"Cache-Control": FOREVER if kept else "no-cache"}
    return Response(app_icon.png(180, accent), mimetype="image/png", headers=headers)


@blueprint.post("/share")
@csrf.exempt  # the system posts it, no page of ours; nothing is changed or kept here
@public
def share_early():
    """What should have gone to the service worker, which is not at work yet: words go on, a file is asked for again."""
    parts = [request.form.get(name, "") for name in ("title", "text", "url")]
    return _again("\n".join(filter(None, parts)), files=any(file.filename for file in request.files.values()))


@blueprint.errorhandler(RequestEntityTooLarge)
def large(error):
    """A photo as phones make them. It is read away: whoever is still sending when we hang up is shown no page."""
    body = request.environ["wsgi.input"]
    for _piece in range(READ_AWAY // CHUNK):
        if not body.read(CHUNK):
            break
    return _again("", files=True)


def _again(text, *, files):
    return render_template("app/share_again.html", text=text[: texts.MESSAGE_LENGTH], files=files)

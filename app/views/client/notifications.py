"""What a person was told, for every role; the bell in the header."""

from datetime import datetime, timedelta
from itertools import groupby

from flask import Blueprint, jsonify, make_response, render_template, request
from flask_babel import get_timezone

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.doors import current_actor, requires
from app.models.base import utcnow
from app.models.notifications import Notification
from app.services import notifications
from app.views.redirects import local_path, see_other

blueprint = Blueprint("notifications", __name__, url_prefix="/my/notifications")
PAGE = 30
PANEL = 8  # what unfolds from the bell
LAG = timedelta(seconds=5)  # from the moment that news bear to their commit


@blueprint.get("")
@requires(Permission.NOTIFICATIONS)
def index():
    actor, before = current_actor(), request.args.get("before")
    if before:
        before = get_visible(actor, Notification, before, Permission.NOTIFICATIONS)
    rows = notifications.latest(actor, before=before, limit=PAGE + 1)
    older = rows[PAGE - 1].public_id if len(rows) > PAGE else None
    return render_template("client/notifications.html", older=older, **_notices(rows[:PAGE]))


@blueprint.get("/panel")
@requires(Permission.NOTIFICATIONS)
def panel():
    """The newest few as a piece of HTML: asked for when the bell is pressed."""
    answer = make_response(
        render_template("client/_panel.html", **_notices(notifications.latest(current_actor(), limit=PANEL)))
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _notices(rows):
    """The rows by day, newest first, in the reader's zone."""
    zone = get_timezone()
    today = datetime.now(zone).date()
    days = groupby(rows, key=lambda row: row.created_at.astimezone(zone).date())
    return {
        "days": [(day, list(told)) for day, told in days],
        "today": today,
        "yesterday": today - timedelta(days=1),
        "sentence": notifications.sentence,
    }


@blueprint.get("/<uuid:public_id>")
@requires(Permission.NOTIFICATIONS)
def follow(public_id):
    """Where it leads; having followed it is having read it."""
    actor = current_actor()
    row = get_visible(actor, Notification, public_id, Permission.NOTIFICATIONS)
    notifications.mark_read(row, actor=actor)
    return see_other(local_path(row.url, "/my/notifications"))


@blueprint.post("/<uuid:public_id>/read")
@requires(Permission.NOTIFICATIONS)
def read(public_id):
    actor = current_actor()
    notifications.mark_read(get_visible(actor, Notification, public_id, Permission.NOTIFICATIONS), actor=actor)
    return _done(actor)


@blueprint.post("/read")
@requires(Permission.NOTIFICATIONS)
def read_all():
    actor = current_actor()
    notifications.mark_all_read(actor=actor)
    return _done(actor)


def _done(actor):
    """A script gets the number for the bell, a form without one the page again."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(ok=True, unread=notifications.unread_count(actor))
    return see_other("/my/notifications")


@blueprint.get("/unread")
@requires(Permission.NOTIFICATIONS)
def unread():
    """The number of the bell, for a page that was away; to one that says ``since`` when, also what came last."""
    actor, now = current_actor(), utcnow()
    known = {"unread": notifications.unread_count(actor)}
    if since := _moment(request.args.get("since", "")):
        news = notifications.news(actor, since) if known["unread"] else None
        known |= {"at": (now - LAG).isoformat(), "news": news}
    return jsonify(known)


def _moment(text):
    """One of ours, as pages get it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@blueprint.post("/seen")
@requires(Permission.NOTIFICATIONS)
def seen():
    """The page at ``url`` is on this person's screen; answers how many stay unread."""
    actor = current_actor()
    notifications.mark_seen_at([request.form.get("url", "")], actor=actor)
    return jsonify(ok=True, unread=notifications.unread_count(actor))

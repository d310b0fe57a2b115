"""What a person was told, for every role; the bell in the header."""

from flask import Blueprint, jsonify, render_template, request
from flask_login import current_user

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.doors import current_actor, requires
from app.models.notifications import Notification
from app.services import notifications
from app.views.redirects import local_path, see_other

blueprint = Blueprint("notifications", __name__, url_prefix="/my/notifications")
PAGE = 30


@blueprint.get("")
@requires(Permission.NOTIFICATIONS)
def index():
    actor, before = current_actor(), request.args.get("before")
    if before:
        before = get_visible(actor, Notification, before, Permission.NOTIFICATIONS)
    rows = notifications.latest(actor, before=before, limit=PAGE + 1)
    return render_template(
        "client/notifications.html", rows=rows[:PAGE], more=len(rows) > PAGE, sentence=notifications.sentence
    )


@blueprint.get("/<uuid:public_id>")
@requires(Permission.NOTIFICATIONS)
def follow(public_id):
    """Where it leads; having followed it is having read it."""
    actor = current_actor()
    row = get_visible(actor, Notification, public_id, Permission.NOTIFICATIONS)
    notifications.mark_read(row, actor=actor)
    return see_other(local_path(row.url, "/my/notifications"))


@blueprint.post("/read")
@requires(Permission.NOTIFICATIONS)
def read_all():
    notifications.mark_all_read(actor=current_actor())
    return see_other("/my/notifications")


@blueprint.post("/seen")
@requires(Permission.NOTIFICATIONS)
def seen():
    """The page at ``url`` is on this person's screen; answers how many stay unread."""
    actor = current_actor()
    notifications.mark_seen_at([request.form.get("url", "")], actor=actor)
    return jsonify(ok=True, unread=notifications.unread_count(actor))


@blueprint.app_context_processor
def bell():
    """``unread_notifications()`` asks only when a template does: one count on an index of unread rows."""
    return {"unread_notifications": lambda: notifications.unread_count(current_user)}

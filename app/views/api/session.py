"""Who is signed in on this browser, for scripts that outlive their page: the queue of unsent messages, the worker."""

from flask import Blueprint, jsonify
from flask_wtf.csrf import generate_csrf

from app.doors import current_actor, public
from app.services import notifications

blueprint = Blueprint("session", __name__, url_prefix="/api/session")


@blueprint.get("")
@public
def show():
    """``person`` is null for a visitor; ``csrf`` fits this session; ``unread`` is the bell's number.

    To scripts an owner who looks as somebody is nobody: nothing of that person's, nor of their own, is sent meanwhile.
    """
    actor = current_actor()
    if actor and actor.viewer:
        actor = None
    return jsonify(
        ok=True,
        person=str(actor.public_id) if actor else None,
        csrf=generate_csrf(),
        unread=notifications.unread_count(actor) if actor else 0,
    )

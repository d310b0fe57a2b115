"""«Поделиться» from another app: a photo or a text that came to the service worker, and the conversation it is for."""

from flask import Blueprint, render_template

from app.access.permissions import Permission as P
from app.constants import Role
from app.doors import current_actor, requires
from app.services import inbox, texts

blueprint = Blueprint("sharing", __name__, url_prefix="/share")

TALKERS = {Role.CLIENT, Role.REALTOR}


@blueprint.get("")
@requires(P.NOTIFICATIONS)
def choose():
    """The shared thing itself never comes here before it is sent: static/js/share.js takes it from the browser."""
    actor = current_actor()
    talks = inbox.threads(actor) if actor.role in TALKERS else []
    return render_template("app/share.html", talks=[talk for talk in talks if talk.open], limit=texts.MESSAGE_LENGTH)

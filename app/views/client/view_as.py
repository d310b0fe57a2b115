"""The end of «Смотреть как»; its beginning is on a person's page in the console."""

from flask import Blueprint, url_for

from app import sessions
from app.access.permissions import Permission
from app.doors import current_actor, requires
from app.navigation import home_url
from app.views.redirects import see_other

blueprint = Blueprint("view_as", __name__, url_prefix="/view-as")


@blueprint.post("/end")
@requires(Permission.PROFILE)
def end():
    """The one thing that can be done while looking."""
    actor = current_actor()
    if actor.viewer is None:
        return see_other(home_url(actor))
    sessions.end_view(actor)
    return see_other(url_for("people.details_view", id=actor.public_id))

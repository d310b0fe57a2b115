"""The service worker, at the root: a worker cares for the pages below its own address."""

from flask import Blueprint, current_app

from app.doors import public

blueprint = Blueprint("service_worker", __name__)


@blueprint.get("/sw.js")
@public
def script():
    """Asked for anew each time, so that a new one takes over within a visit; what it imports is asked for likewise."""
    answer = current_app.send_static_file("js/worker/sw.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer

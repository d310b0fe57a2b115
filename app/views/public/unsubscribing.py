"""Out of one kind of mail with one press: from the mail program itself (RFC 8058), or from the mail's own link."""

from flask import Blueprint, render_template

from app.doors import public
from app.extensions import csrf
from app.services import preferences, unsubscribing

blueprint = Blueprint("unsubscribing", __name__, url_prefix="/unsubscribe")


@blueprint.get("/<token>")
@public
def ask(token):
    """Opening the link changes nothing: mail programs and scanners open links by themselves."""
    return _page(token, done=False)


@blueprint.post("/<token>")
@csrf.exempt  # mail programs post without our page and without a session; the token is signed
@public
def unsubscribe(token):
    unsubscribing.unsubscribe(token)
    return _page(token, done=True)


def _page(token, *, done):
    user, topic = unsubscribing.person_and_topic(token)
    name = preferences.name_of(user.role, topic)
    return render_template("accounts/unsubscribe.html", token=token, topic=name, done=done)

"""The language switch in the footer, kept in the account of whoever has one."""

from flask import Blueprint, abort, request, session

from app.doors import current_actor, public
from app.languages import LOCALES
from app.services import accounts
from app.views.redirects import local_path, see_other

blueprint = Blueprint("language", __name__)


@blueprint.post("/language")
@public
def switch():
    locale = request.form.get("language")
    if locale not in LOCALES:
        abort(400)
    session["locale"] = locale
    if actor := current_actor():
        accounts.choose_language(locale, actor=actor)
    return see_other(local_path(request.form.get("next")))

"""Linking the Telegram bot, and unlinking it."""

from flask import Blueprint, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from app.access.permissions import Permission
from app.doors import current_actor, requires
from app.extensions import limiter
from app.later import later
from app.services.telegram import links
from app.views.redirects import see_other

segno = later("segno")
blueprint = Blueprint("telegram", __name__, url_prefix="/my/telegram")


@blueprint.post("")
@limiter.limit("30 per hour")
@requires(Permission.NOTIFICATIONS)
def link():
    """The page with a fresh code. It is the answer itself: a code stands in no address of ours."""
    name = links.username() if links.is_on() else ""
    if not name:
        flash(_("The bot does not answer just now. Try again in a minute."), "error")
        return _back()
    code = links.make_code(actor=current_actor())
    address = f"https://t.me/{name}?start={code}"
    answer = make_response(
        render_template("profile/telegram.html", address=address, code=code, bot=name, picture=_picture(address))
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/remove")
@requires(Permission.NOTIFICATIONS)
def remove():
    links.unlink(actor=current_actor())
    flash(_("Telegram is unlinked."), "success")
    return _back()


def _picture(address):
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(scale=4, border=3, svgclass="qr", lineclass=None, omitsize=True, light="#fff"))


def _back():
    return see_other(url_for("preferences.index", _anchor="telegram"))


@blueprint.app_context_processor
def helpers():
    return {"telegram_link": lambda: links.of(current_user)}

"""Which inquiries this browser typed before signing in: tokens in a signed cookie, for some days (DESIGN rule 5)."""

from datetime import timedelta

from flask import current_app, flash, request
from flask_babel import gettext as _
from itsdangerous import BadData

from app.services import inquiries, keys, settings

COOKIE = "otklik_pending"
MOST = 3  # somebody who fills the form again before signing in loses neither


def _kept():
    return timedelta(days=settings.get("draft_days"))


def _serializer():
    return keys.timed_signer(COOKIE)


def tokens():
    """Oldest first; none when the cookie is missing, too old or not ours."""
    try:
        return _serializer().loads(request.cookies.get(COOKIE, ""), max_age=_kept().total_seconds())
    except BadData:
        return []


def token():
    """The latest one, or None."""
    return (tokens() or [None])[-1]


def remember(response, token):
    kept = [*tokens(), token][-MOST:]
    response.set_cookie(
        COOKIE,
        _serializer().dumps(kept),
        max_age=_kept(),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SETTINGS"].https,
    )


def forget(response):
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=current_app.config["SETTINGS"].https)


def drafts():
    """What waits for sign-in, to say so on the way: InquiryDrafts."""
    found = [inquiries.peek_pending(token) for token in tokens()]
    return [draft for draft in found if draft]


def say_sent(*, waits):
    """What has become of an inquiry that was just sent, on the next page."""
    if waits:
        flash(_("The inquiry is saved. As soon as a realtor works in the city, we send it and tell you."), "success")
    else:
        flash(_("The inquiry is sent. Replies will come here and to your e-mail."), "success")


def claim(actor):
    """Send everything that waits as ``actor``'s; the latest Inquiry, or None. Call ``forget`` on the answer then."""
    claimed = [inquiries.claim_pending(token, actor=actor) for token in tokens()]
    return next((inquiry for inquiry in reversed(claimed) if inquiry), None)

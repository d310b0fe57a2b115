"""Who is behind this browser: the session cookie names a person and the epoch it was made in."""

from uuid import UUID

from flask import current_app, redirect, request, session, url_for
from flask_login import login_user, logout_user
from sqlalchemy import select

from app.error_pages import answer, wants_json
from app.extensions import db, login
from app.models.accounts import User


def init_app(app, settings):
    login.init_app(app)
    login.user_loader(load)
    login.unauthorized_handler(ask_to_sign_in)


def load(session_id):
    """The User of a session id made by User.get_id, or None once the account or the epoch is gone."""
    public_id, _, epoch = session_id.partition(":")
    try:
        user = db.session.scalar(select(User).where(User.public_id == UUID(public_id), User.deleted_at.is_(None)))
    except ValueError:
        return None
    return user if user is not None and str(user.session_epoch) == epoch else None


def ask_to_sign_in():
    if wants_json():
        return answer(401, "unauthorized", "Sign in first.")
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.login", next=target), 303)


def begin(user, *, remember):
    """Sign ``user`` in with a renewed session: nothing an earlier visitor left in it survives, but the language."""
    _renew()
    session.permanent = True
    login_user(user, remember=remember, force=True)
    if not remember:
        session["_remember"] = "clear"  # Flask-Login's word: an earlier person's cookie must not outlive this visit


def end():
    """Forget the person, on this browser for good. The session is emptied first: its end leaves a mark in it."""
    _renew()
    logout_user()


def _renew():
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale


def is_remembered():
    """Whether this browser was asked to remember its person."""
    return current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies

"""Who is behind this browser: its session cookie names a person and one SignIn, which must still be alive."""

import time
from functools import cache
from uuid import UUID

from flask import current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import login_user, logout_user
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload, lazyload

from app import devices
from app.error_pages import answer, wants_json
from app.extensions import db, login
from app.models.accounts import SignIn, User
from app.services.accounts import sign_ins, viewing
from app.services.transaction import look_no_more, look_only

VIEW = "view_as"  # in an owner's session: the person the site is looked at as
VIEW_SECONDS = 3600


class CookieSessions(SecureCookieSessionInterface):
    """Flask makes what opens and signs the cookie anew for each of both; a thousand pages may come at once."""

    _made = (), None

    def get_signing_serializer(self, app):
        keys, serializer = self._made
        if keys != (now := (app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))):
            serializer = super().get_signing_serializer(app)
            self._made = now, serializer
        return serializer


def init_app(app, settings):
    app.session_interface = CookieSessions()
    login.init_app(app)
    login.user_loader(load)
    login.unauthorized_handler(ask_to_sign_in)
    app.after_request(note_seen)
    devices.init_app(app)


_ALIVE = and_(SignIn.user_id == User.id, SignIn.epoch == User.session_epoch, SignIn.ended_at.is_(None))


@cache
def _whose():
    """Made once: every page of everybody asks it. What a realtor is bound to is loaded where it is needed."""
    mine = User.public_id == bindparam("person"), SignIn.public_id == bindparam("sign_in"), User.deleted_at.is_(None)
    found = select(User, SignIn.public_id, SignIn.last_seen_at).join(SignIn, _ALIVE).where(*mine)
    return found.options(joinedload(User.staff_role), lazyload(User.realtor))


def load(session_id):
    """The User of a session id made by User.get_id, or None once the account or the sign-in is gone: one statement."""
    public_id, _, sign_in = session_id.partition(":")
    try:
        asked = {"person": UUID(public_id), "sign_in": UUID(sign_in)}
    except ValueError:
        return None
    row = db.session.execute(_whose(), asked).first()
    if row is None:
        return None
    user, user.sign_in, last_seen_at = row
    if sign_ins.is_due(last_seen_at):
        g.seen = user.sign_in
    return _looked_at(user) if VIEW in session else user


# «Смотреть как»: the session stays the owner's own; it only says whom to show the site to as


def begin_view(user, *, actor):
    viewing.begin(user, actor=actor)
    session[VIEW] = {"person": str(user.public_id), "at": int(time.time())}


def end_view(user):
    """``user`` is the person that was looked as."""
    del session[VIEW]
    look_no_more()
    viewing.end(user, actor=user.viewer)


def _looked_at(owner):
    """The person that ``owner`` looks as, for as long as that may last; then the owner again."""
    view = session[VIEW]
    person = viewing.person(view["person"], actor=owner)
    if person is None or time.time() - view["at"] > VIEW_SECONDS:
        g.view_over = (person, owner)
        del session[VIEW]
        return owner
    person.viewer = owner
    look_only()
    return person


def note_seen(response):
    """Once the page is made: a write makes what it showed stale."""
    if sign_in := g.pop("seen", None):
        sign_ins.seen(sign_in)
    person, owner = g.pop("view_over", (None, None))
    if person:
        viewing.end(person, actor=owner)
    return response


def ask_to_sign_in():
    if wants_json():
        return answer(401, "unauthorized", "Sign in first.")
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.login", next=target), 303)


def begin(user, *, remember, how, record=True):
    """Sign ``user`` in with a renewed session: nothing an earlier visitor left in it survives, but the language.

    ``record`` False: the person was in already, and only the session is a new one.
    """
    sign_in = sign_ins.begin(user, how=how, browser=devices.current(), record=record)
    _renew()
    session.permanent = True
    user.sign_in = sign_in.public_id
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

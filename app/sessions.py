"""Who is behind this browser: its session cookie names a person and one SignIn, which must still be alive."""

import time
from functools import cache
from uuid import UUID

from flask import current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import login_user, logout_user
from sqlalchemy import and_, bindparam, inspect, select
from sqlalchemy.orm import joinedload, lazyload, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from app import devices
from app.error_pages import answer, wants_json
from app.extensions import db, login
from app.models.accounts import SignIn, User
from app.models.base import utcnow
from app.models.prepared import Prepared
from app.services import inbox, menus, notifications, request_fields, settings, support
from app.services.accounts import sign_ins, viewing
from app.services.transaction import look_no_more, look_only

VIEW = "view_as"  # in an owner's session: the person the site is looked at as
VIEW_SECONDS = 3600


class CookieSessions(SecureCookieSessionInterface):
    """Flask makes what opens and signs the cookie anew for each of both, and its key; a thousand may come at once."""

    _made = (), None

    def get_signing_serializer(self, app):
        keys, serializer = self._made
        if keys != (now := (app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))):
            serializer = super().get_signing_serializer(app)
            signer = serializer.make_signer()
            signer.derive_key = cache(signer.derive_key)
            serializer.make_signer = lambda salt: signer
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
_MINE = User.public_id == bindparam("person"), SignIn.public_id == bindparam("sign_in"), User.deleted_at.is_(None)
_COLUMNS = [column.name for column in User.__table__.c]
_WITHOUT_REALTOR = (lazyload(User.realtor),)  # what a realtor is bound to is loaded where it is needed


@cache
def _prepared(*beside):
    return Prepared(select(*User.__table__.c, *_columns(beside)).join(SignIn, _ALIVE).where(*_MINE))


def _person(asked, beside, *, bound=False):
    """(User, the SignIn's public id, when it was seen, what was asked ``beside``), or None: every page asks.

    As the session would have read it, in half the time and without a transaction of its own. ``bound``: with what a
    realtor is bound to.
    """
    if bound:
        return db.session.execute(_whose(*beside, bound=True), asked).first()
    row = _prepared(*beside).read(**asked)
    if row is None:
        return None
    values = dict(zip(_COLUMNS, row, strict=False))
    if values["staff_role_id"] or identity_key(User, values["id"]) in db.session().identity_map:
        return db.session.execute(_whose(*beside), asked).first()
    user = User()
    state = inspect(user)
    state.dict.update(values)
    state.load_options, state.load_path = _WITHOUT_REALTOR, state.mapper._path_registry  # when it is read again
    make_transient_to_detached(user)
    db.session.add(user)
    return user, *row[len(_COLUMNS) :]


# What surrounds every list of the console: its bell, which edition of the owners' own fields stands, the settings. And
# a page of the office besides: the numbers of its menu, and the links of its footer.
_BESIDE = {
    "unread": notifications.UNREAD,
    "edition": request_fields.EDITION.scalar_subquery(),
    "settings": settings.ASKING.scalar_subquery(),
    "talks": inbox.UNREAD,
    "support": support.UNREAD,
    "links": menus.ASKING.scalar_subquery(),
}


@cache
def _whose(*beside, bound=False):
    """Made once."""
    found = select(User, *_columns(beside)).join(SignIn, _ALIVE).where(*_MINE)
    return found.options(joinedload(User.staff_role), *(() if bound else _WITHOUT_REALTOR))


def _columns(beside):
    return SignIn.public_id.label("sign_in"), SignIn.last_seen_at, *(_BESIDE[name].label(name) for name in beside)


def load(session_id):
    """The User of a session id made by User.get_id, or None once the account or the sign-in is gone: one statement."""
    public_id, _, sign_in = session_id.partition(":")
    try:
        asked = {"person": UUID(public_id), "sign_in": UUID(sign_in), "now": utcnow()}
    except ValueError:
        return None
    view = current_app.view_functions.get(request.endpoint)
    beside = _beside(view)
    row = _person(asked, beside, bound=hasattr(view, "of_the_city"))
    if row is None:
        return None
    user, user.sign_in, last_seen_at, *answers = row
    for know, said in zip(beside.values(), answers, strict=True):
        know(user, said)
    if sign_ins.is_due(last_seen_at):
        g.seen = user.sign_in
    return _looked_at(user) if VIEW in session else user


def _beside(view):
    """What is asked beside who it is, and who takes the answer."""
    of_office = hasattr(view, "office_page")
    if not of_office and not hasattr(view, "list_page"):
        return {}
    found = {"unread": notifications.know_unread, "edition": lambda user, word: request_fields.know(word)}
    if of_office:
        found |= {"talks": inbox.know_unread, "support": support.know_unread}
        found |= {"links": lambda user, rows: menus.know(rows)}
    know = settings.due()
    return found | {"settings": lambda user, rows: know(rows)} if know else found


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

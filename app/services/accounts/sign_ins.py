"""The browsers a person is signed in with: one row each, so that each can be ended, even for a copied cookie."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from app.constants import AuditTag
from app.extensions import db
from app.models.accounts import SignIn, User
from app.models.base import utcnow
from app.services import audit, outbox
from app.services.transaction import after_commit, transaction

COARSE = timedelta(minutes=10)  # how exactly we know when a browser was seen: a write per page would be too much
KEPT = timedelta(days=90)  # longer than any cookie of ours lives
TRACE = timedelta(days=30)  # how long an ended one stays, to know its browser again


@dataclass(frozen=True)
class Browser:
    """``device`` is the id our cookie gave it; None for a browser that keeps no cookies."""

    device: UUID | None = None
    name: str = ""
    system: str = ""


def begin(user, *, how, browser=Browser(), record=True):  # noqa: B008  (frozen)
    """The SignIn of a person who has just come in; a browser never seen with them before is told about by mail.

    ``how``: ``password``, ``registration``, ``google``, …; ``record`` False when an old session is only renewed.
    """
    with transaction() as session:
        if record:
            user.last_seen_at = utcnow()
            audit.record(AuditTag.SIGNED_IN, user, actor=user, how=how)
            _warn_of_new(user, browser)
        row = SignIn(
            user_id=user.id,
            epoch=user.session_epoch,
            device=browser.device,
            browser=browser.name,
            system=browser.system,
            how=how,
        )
        session.add(row)
        session.flush()
    return row


def _warn_of_new(user, browser):
    """Not at the very first sign-in: that one was this person's own, a moment after the account was made."""
    seen = sa.select(SignIn.id).where(SignIn.user_id == user.id).limit(1)
    if user.email and db.session.scalar(seen) and not knows(user, browser.device):
        values = {"browser": browser.name, "system": browser.system, "at": utcnow().isoformat()}
        outbox.queue_email("new_device", user=user, payload={"name": user.name, **values})


def knows(user, device):
    """Whether this browser has been signed in as ``user`` before."""
    if device is None:
        return False
    query = sa.select(SignIn.id).where(SignIn.user_id == user.id, SignIn.device == device).limit(1)
    return db.session.scalar(query) is not None


def knows_email(email, device):
    """Whether this browser has been signed in as whoever signs in with ``email``."""
    mine = User.email == email.strip().lower(), SignIn.device == device
    return (
        db.session.scalar(sa.select(SignIn.id).join(User, User.id == SignIn.user_id).where(*mine).limit(1)) is not None
    )


def live(user):
    """The SignIns of ``user`` that still open the account, the one seen last first."""
    order = SignIn.last_seen_at.desc(), SignIn.id.desc()
    mine = SignIn.user_id == user.id, SignIn.ended_at.is_(None), SignIn.epoch == user.session_epoch
    return db.session.scalars(sa.select(SignIn).where(*mine).order_by(*order)).all()


def end(sign_in, *, actor):
    """This browser is signed out, and so is whoever copied its cookie. Again is the same."""
    with transaction():
        if sign_in.ended_at is None:
            sign_in.ended_at = utcnow()
            after_commit("session:ended", public_id=str(sign_in.public_id))


def end_current(*, actor):
    """Signing out: the browser that ``actor`` is here with."""
    with transaction() as session:
        ended = sa.update(SignIn).where(SignIn.public_id == actor.sign_in, SignIn.ended_at.is_(None))
        session.execute(ended.values(ended_at=utcnow()))
        after_commit("session:ended", public_id=str(actor.sign_in))


def end_all(*, actor):
    """«Выйти везде»: every browser, this one included."""
    with transaction() as session:
        user = session.get_one(User, actor.id)
        user.session_epoch += 1
        audit.record(AuditTag.SIGNED_OUT_EVERYWHERE, user, actor=user)
        after_commit("account:ended", user_id=user.id)


def seen(public_id):
    """Note that this browser is in use; called at most every COARSE."""
    with transaction() as session:
        session.execute(sa.update(SignIn).where(SignIn.public_id == public_id).values(last_seen_at=utcnow()))


def is_due(last_seen_at):
    return utcnow() - last_seen_at > COARSE


def purge():
    """Forget browsers whose cookies are long gone."""
    now = utcnow()
    gone = sa.or_(SignIn.ended_at < now - TRACE, SignIn.last_seen_at < now - KEPT)
    with transaction() as session:
        return session.execute(sa.delete(SignIn).where(gone)).rowcount

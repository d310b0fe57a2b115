"""People whom owners bring in from a file, and the way back: as long as they have done nothing here."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.constants import AuditTag, Role
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Realtor, SignIn, User
from app.models.search import people_search
from app.services import audit, inquiries, outbox, search
from app.services.accounts import recovery
from app.services.accounts.registration import EmailTaken
from app.services.transaction import after_commit, insert_once, transaction


def bring_in(role, values, *, city=None, agency=None, invite=False, actor):
    """An account without a password, of checked ``values``; a realtor is bound to ``city`` and ``agency``.

    They have agreed to nothing yet, so no consent is recorded. ``invite``: a letter with the link that sets the first
    password. Raises EmailTaken.
    """
    with transaction() as session:
        if not insert_once(User, {"role": role, **values}, ["email"]):
            raise EmailTaken()
        user = session.scalar(sa.select(User).where(User.email == values["email"]))
        if role == Role.REALTOR:
            session.add(Realtor(user_id=user.id, city_id=city.id, agency_id=agency.id))
            session.flush()
            session.refresh(user)
        names = {"city": audit.plain(city), "agency": audit.plain(agency)}
        audit.record(AuditTag.ACCOUNT_IMPORTED, user, actor=actor, role=role.value, **names)
        search.index_new_person(user)
        if role == Role.REALTOR:
            inquiries.publish_awaiting(city)
            after_commit("places:changed")
        if invite:
            _invite(user)
    return user


def _invite(user):
    token = recovery.make_token(user, hours=recovery.FIRST_PASSWORD_HOURS)
    payload = {"name": user.name, "email": user.email, "path": recovery.path_of(token)}
    outbox.queue_email("account_invited", user=user, payload=payload)


def why_not_removed(user):
    """Why take_out() would refuse at once, in words; None when it would try."""
    signed_in = db.session.scalar(sa.select(SignIn.id).where(SignIn.user_id == user.id).limit(1))
    if signed_in or user.password_hash or user.last_seen_at:
        return _l("This person has used the account by now: block it instead.")
    return None


def take_out(user, *, actor):
    """The account is gone as if it had never been. Raises RefusedMove once anything belongs to it."""
    with transaction() as session:
        if reason := why_not_removed(user):
            raise RefusedMove(reason)
        realtor = user.realtor is not None
        audit.record(AuditTag.ACCOUNT_REMOVED, user, actor=actor, role=user.role.value)
        session.flush()
        outbox.forget(user)
        session.execute(sa.delete(people_search).where(people_search.c.rowid == user.id))
        session.expunge(user)
        try:
            session.execute(sa.delete(User).where(User.id == user.id).execution_options(synchronize_session=False))
        except IntegrityError:
            raise RefusedMove(_l("Inquiries or conversations belong to this person by now.")) from None
        if realtor:
            after_commit("places:changed")

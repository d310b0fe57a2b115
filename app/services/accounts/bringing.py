"""People whom owners bring in from a file, and the way back: as long as they have done nothing here."""

from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.constants import AuditTag, OutboxStatus, Role
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Realtor, SignIn, User
from app.models.outbox import Delivery
from app.models.partners import Agency
from app.models.places import City
from app.models.search import people_search
from app.services import audit, inquiries, outbox, search
from app.services.accounts import recovery
from app.services.accounts.registration import EmailTaken
from app.services.transaction import after_commit, transaction


class Newcomer(NamedTuple):
    """``values``: columns, checked; a realtor is bound to ``city`` and ``agency``."""

    role: Role
    values: dict
    city: City | None = None
    agency: Agency | None = None


def bring_in(newcomers, *, invite=False, actor):
    """Accounts without a password for all of the ``newcomers``, or for none.

    They have agreed to nothing yet, so no consent is recorded. ``invite``: a letter with the link that sets the first
    password. Raises EmailTaken.
    """
    with transaction() as session:
        users = [_account(newcomer) for newcomer in newcomers]
        session.add_all(users)
        try:
            session.flush()
        except IntegrityError:
            raise EmailTaken() from None
        for user, (role, _, city, agency) in zip(users, newcomers, strict=True):
            names = {"city": audit.plain(city), "agency": audit.plain(agency)}
            audit.record(AuditTag.ACCOUNT_IMPORTED, user, actor=actor, role=role.value, **names)
        search.index_new_people(users)
        _serve({newcomer.city for newcomer in newcomers if newcomer.city})
        if invite:
            for user in users:
                _invite(user)
    return users


def _account(newcomer):
    user = User(role=newcomer.role, **newcomer.values)
    if newcomer.role == Role.REALTOR:
        user.realtor = Realtor(city_id=newcomer.city.id, agency_id=newcomer.agency.id)
    return user


def _serve(cities):
    for city in sorted(cities, key=lambda city: city.id):
        inquiries.publish_awaiting(city)
    if cities:
        after_commit("places:changed")


def _invite(user):
    token = recovery.make_token(user, hours=recovery.FIRST_PASSWORD_HOURS)
    payload = {"name": user.name, "email": user.email, "path": recovery.path_of(token)}
    outbox.queue_email("account_invited", user=user, payload=payload)


def _withdraw(session, user):
    """Whoever has had the invitation is told that its link leads nowhere; one that waits is never sent."""
    mine = Delivery.user_id == user.id, Delivery.kind == "account_invited", Delivery.status == OutboxStatus.SENT
    if session.scalar(sa.select(Delivery.id).where(*mine).limit(1)):
        outbox.queue_email("account_withdrawn", address=user.email, locale=user.locale, payload={"name": user.name})


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
        _withdraw(session, user)
        outbox.forget(user)
        session.execute(sa.delete(people_search).where(people_search.c.rowid == user.id))
        session.expunge(user)
        try:
            session.execute(sa.delete(User).where(User.id == user.id).execution_options(synchronize_session=False))
        except IntegrityError:
            raise RefusedMove(_l("Inquiries or conversations belong to this person by now.")) from None
        if realtor:
            after_commit("places:changed")

"""From typed values to an inquiry that the whole city has received."""

from collections import namedtuple
from datetime import timedelta
from functools import cache
from types import SimpleNamespace

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils.compat import uuid7

from app.constants import AuditTag, InquirySource, InquiryStatus
from app.constants import NotificationKind as Kind
from app.errors import Forbidden, InvalidInput
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.inquiries import Inquiry, InquiryNumber, PendingInquiry
from app.models.prepared import Prepared
from app.services import audit, city_row, request_fields, search, settings, statistics
from app.services.inquiries.drafts import InquiryDraft, checked
from app.services.inquiries.telling import realtors_of, tell_city, tell_client, tell_realtors
from app.services.statistics import tracked
from app.services.transaction import insert_once, transaction

OPEN = (InquiryStatus.DRAFT, InquiryStatus.NEW, InquiryStatus.IN_WORK)
TWICE = timedelta(minutes=2)  # the same words again within this time are the same press


def submit(draft, *, actor, **more):
    """send(), for whoever goes on with the Inquiry."""
    return db.session.get_one(Inquiry, send(draft, actor=actor, **more).id)


Sent = namedtuple("Sent", "id waits")


def send(draft, *, actor, source=InquirySource.SITE, nonce=None, repeated_from=None):
    """The client's inquiry, published, or kept ``awaiting_realtor`` where its city is not served: Sent(id, waits).

    Once per ``nonce`` (the form's own), and once per content within two minutes: a form sent from two tabs, or by a
    door without a nonce, makes one inquiry. Raises InvalidInput, Forbidden.
    """
    client_id, city_id = actor.id, draft.city.id
    with transaction() as session:
        client = _client(session, client_id)
        if nonce and (sent := _SENT.within(session, token=_token(client, nonce))):
            return sent
        values = _asked(_checked(session, draft, city_id))
        inquiry = _same(session, client, values, repeated_from)
        inquiry = inquiry or _create(session, client, values, source, repeated_from)
        if nonce:
            _note(session, _token(client, nonce), inquiry)
    return Sent(inquiry.id, inquiry.awaiting_realtor)


def repeat(inquiry, *, actor):
    """The same wish once more, as a new inquiry of today. Pressed twice it is one."""
    return submit(InquiryDraft.of(inquiry), actor=actor, source=InquirySource.REPEAT, repeated_from=inquiry)


def bring_in(draft, client, *, actor):
    """An inquiry of ``client`` that an owner brings in from elsewhere. Raises InvalidInput."""
    with transaction() as session:
        values = _checked(session, draft, draft.city.id)
        made = _create(session, _client(session, client.id), values, InquirySource.IMPORT, None, actor=actor)
        return session.get_one(Inquiry, made.id)


_Client = namedtuple("_Client", "id name email phone blocked_at deleted_at")
_CLIENT = Prepared(
    sa.select(*(getattr(User, name) for name in _Client._fields))
    .where(User.id == sa.bindparam("id"))
    .with_for_update(),
    row=_Client,
)


def _client(session, client_id):
    """The author, locked: two submits of one person wait for each other on any database."""
    client = _CLIENT.within(session, id=client_id)
    if client.blocked_at or client.deleted_at:
        raise Forbidden()
    return client


_SENT = Prepared(
    sa.select(Inquiry.id, Inquiry.awaiting_realtor)
    .join(PendingInquiry, PendingInquiry.inquiry_id == Inquiry.id)
    .where(PendingInquiry.token == sa.bindparam("token")),
    row=Sent,
)


def _note(session, token, inquiry):
    """That this nonce has made this inquiry. One whose inquiry was removed since is free again."""
    note = _notes(session.get_bind().dialect.name)
    note.within(session, token=token, inquiry_id=inquiry.id, payload={}, created_at=utcnow())


@cache
def _notes(dialect):
    insert = {"sqlite": sqlite, "postgresql": postgresql}[dialect].insert(PendingInquiry.__table__)
    again = insert.on_conflict_do_update(index_elements=["token"], set_={"inquiry_id": insert.excluded.inquiry_id})
    columns = "token", "inquiry_id", "payload", "created_at"
    return Prepared(again.returning(PendingInquiry.__table__.c.id), columns=columns)


def _token(client, nonce):
    """A nonce is the client's own: nobody gets another's inquiry by guessing one, and its only writer is locked."""
    return f"{client.id}:{nonce}"[:64]


def _checked(session, draft, city_id):
    """The values of ``draft`` in order, its city as it stands in this transaction."""
    city = city_row.within(session, city_id)
    if city is None:
        raise InvalidInput(_l("Choose a city."), field="city")
    return checked(draft.values() | {"city": city})


def _asked(values):
    """Without answers to what such an inquiry is not asked: the form hides it, a program may send it."""
    if not values["answers"]:
        return values
    answers = request_fields.applying(values["answers"], values["deal"], values["property_type"])
    return values | {"answers": answers}


_RECENT = Prepared(
    sa.select(Inquiry.id)
    .where(Inquiry.client_id == sa.bindparam("client"), Inquiry.created_at > sa.bindparam("since"))
    .where(Inquiry.city_id == sa.bindparam("city"), Inquiry.wishes == sa.bindparam("wishes"))
    .limit(1)
)


def _same(session, client, values, repeated_from):
    """An open inquiry of this client with the same values, made a moment ago; not the one that is being repeated."""
    since = utcnow() - TWICE
    alike = {"client": client.id, "city": values["city"].id, "wishes": values["wishes"]}
    if _RECENT.within(session, since=since, **alike) is None:  # as a rule
        return None
    recent = (
        sa.select(Inquiry)
        .where(Inquiry.client_id == client.id, Inquiry.created_at > since, Inquiry.status.in_(OPEN))
        .order_by(Inquiry.id.desc())
    )
    if repeated_from:
        recent = recent.where(Inquiry.id != repeated_from.id)
    return next((one for one in session.scalars(recent) if _says(one, values)), None)


def _says(inquiry, values):
    plain = (getattr(inquiry, name) == value for name, value in values.items() if name != "city")
    return inquiry.city_id == values["city"].id and all(plain)


_WAITS = Prepared(sa.select(Inquiry.awaiting_realtor).where(Inquiry.id == sa.bindparam("id")))


def waits(inquiry):
    """Whether it waits for its city's first realtor: asked by itself, a commit makes the whole row be read again."""
    (inquiry_id,) = sa.inspect(inquiry).identity
    return _WAITS.read(id=inquiry_id)[0]


class _Made(SimpleNamespace):
    """An inquiry that has just been made, in plain values: a row of the session takes three times as long to store."""

    journal_name = "inquiry"


def _create(session, client, values, source, repeated_from, *, actor=None):
    """Stored once, as what it has become: only what comes to be published later is written twice."""
    actor, realtors = actor or client, realtors_of(values["city"].id)
    own = {
        "public_id": uuid7(),
        "number": next_number(session),
        "client_id": client.id,
        "city_id": values["city"].id,
        "source": source,
        "repeated_from_id": repeated_from.id if repeated_from else None,
        "created_at": utcnow(),
        "recipients": len(realtors),
        "acceptances": 0,
        "version": 1,
    }
    made = _Made(**_NOTHING | values | own | (_published() if realtors else _waiting()))
    (made.id,) = _INSERT.within(session, **vars(made))
    audit.record_at_once(AuditTag.INQUIRY_CREATED, made, actor=actor, number=made.number, source=source.value)
    if realtors:
        statistics.count_new(made)
        audit.record_at_once(AuditTag.INQUIRY_PUBLISHED, made, actor=actor, recipients=len(realtors))
        tell_realtors(realtors, made)
    if made.answers:
        request_fields.index(made)
    search.index_new_inquiry(made, client)
    return made


_TABLE = Inquiry.__table__
_COLUMNS = [column.name for column in _TABLE.c if column.name != "id"]
_INSERT = Prepared(sa.insert(_TABLE).returning(_TABLE.c.id), columns=_COLUMNS)
_NOTHING = {column.name: None for column in _TABLE.c if column.nullable}


_TAKE = Prepared(sa.update(InquiryNumber).values(last=InquiryNumber.last + 1).returning(InquiryNumber.last))


def next_number(session):
    """The next human number, given inside the transaction: in order, without holes."""
    taken = _TAKE.within(session)
    if taken is None:
        insert_once(InquiryNumber, {"id": 1, "last": 1000}, ["id"])
        taken = _TAKE.within(session)
    return taken[0]


def publish_or_wait(inquiry, *, actor):
    """Publish a draft whose city is served; else let it wait for the city's first realtor."""
    if realtors := realtors_of(inquiry.city.id):
        publish(inquiry, actor=actor, realtors=realtors)
    else:
        _become(inquiry, _waiting())


def publish(inquiry, *, actor, realtors=None):
    """draft → new: everybody in the city (``realtors``, if known already) hears of it. Inside a transaction."""
    realtors = realtors_of(inquiry.city.id) if realtors is None else realtors
    with tracked(inquiry):
        _become(inquiry, _published())
        recipients = inquiry.recipients + len(realtors)
        audit.record(AuditTag.INQUIRY_PUBLISHED, inquiry, actor=actor, recipients=recipients)
        tell_city(inquiry, realtors=realtors)


def _become(inquiry, values):
    for name, value in values.items():
        setattr(inquiry, name, value)


def _published():
    now = utcnow()
    return {
        "status": InquiryStatus.NEW,
        "awaiting_realtor": False,
        "published_at": now,
        "published_day": now.astimezone(settings.business_zone()).date(),
        "expires_at": now + lifetime(),
    }


def _waiting():
    return {"status": InquiryStatus.DRAFT, "awaiting_realtor": True, "expires_at": utcnow() + waiting()}


def lifetime():
    return timedelta(days=settings.get("inquiry_days"))


def waiting():
    """For a city's first realtor; then the client is told that none came."""
    return timedelta(days=settings.get("waiting_days"))


def publish_awaiting(city):
    """The city has its first realtor: publish what waited for one, and tell the clients. Returns how many."""
    with transaction() as session:
        waiting = session.scalars(
            sa.select(Inquiry)
            .join(Inquiry.client)
            .where(
                Inquiry.city_id == city.id,
                Inquiry.awaiting_realtor.is_(True),
                Inquiry.status.in_(OPEN),
                User.blocked_at.is_(None),
                User.deleted_at.is_(None),
            )
            .order_by(Inquiry.id)
        ).all()
        for inquiry in waiting:
            _serve(inquiry)
        _invite_back(session, city, {inquiry.client_id for inquiry in waiting})
        closed = Inquiry.city_id == city.id, Inquiry.awaiting_realtor.is_(True), Inquiry.status.not_in(OPEN)
        session.execute(
            sa.update(Inquiry).where(*closed).values(awaiting_realtor=False)
        )  # no demand without supply now
    return len(waiting)


def _serve(inquiry):
    if inquiry.status == InquiryStatus.DRAFT:
        publish(inquiry, actor=None)
    else:  # it was published elsewhere and moved here before the city had a realtor
        inquiry.awaiting_realtor = False
        tell_city(inquiry)
    tell_client(inquiry, Kind.INQUIRY_PUBLISHED, email="inquiry_published")


def _invite_back(session, city, served):
    """Whoever waited in vain may still look for a home: one letter each, about the last of their expired inquiries.

    Not to the ``served``, who hear that another one of theirs has been published.
    """
    expired = session.scalars(
        sa.select(Inquiry)
        .join(Inquiry.client)
        .where(Inquiry.city_id == city.id, Inquiry.awaiting_realtor.is_(True))
        .where(Inquiry.status == InquiryStatus.EXPIRED, User.blocked_at.is_(None), User.deleted_at.is_(None))
        .order_by(Inquiry.id)
    ).all()
    last = {inquiry.client_id: inquiry for inquiry in expired if inquiry.client_id not in served}
    for inquiry in last.values():
        tell_client(inquiry, Kind.CITY_SERVED, email="city_served")

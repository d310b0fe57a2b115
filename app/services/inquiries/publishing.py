"""From typed values to an inquiry that the whole city has received."""

from collections import namedtuple
from datetime import timedelta

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.constants import AuditTag, InquirySource, InquiryStatus
from app.constants import NotificationKind as Kind
from app.errors import Forbidden
from app.models.accounts import User
from app.models.base import utcnow
from app.models.inquiries import Inquiry, InquiryNumber, PendingInquiry
from app.models.prepared import Prepared
from app.services import audit, request_fields, search, settings
from app.services.inquiries.drafts import InquiryDraft, checked
from app.services.inquiries.telling import realtors_of, tell_city, tell_client
from app.services.statistics import tracked
from app.services.transaction import insert_once, transaction

OPEN = (InquiryStatus.DRAFT, InquiryStatus.NEW, InquiryStatus.IN_WORK)
TWICE = timedelta(minutes=2)  # the same words again within this time are the same press


def submit(draft, *, actor, source=InquirySource.SITE, nonce=None, repeated_from=None):
    """The client's inquiry, published, or kept ``awaiting_realtor`` where its city is not served.

    Once per ``nonce`` (the form's own), and once per content within two minutes: a form sent from two tabs, or by a
    door without a nonce, makes one inquiry. Raises InvalidInput, Forbidden.
    """
    client_id = actor.id
    with transaction() as session:
        client = _client(session, client_id)
        if nonce and not _first(client, nonce):
            return _of_nonce(session, client, nonce)
        values = _asked(checked(draft.values()))
        inquiry = _same(session, client, values, repeated_from)
        inquiry = inquiry or _create(session, client, values, source, repeated_from)
        if nonce:
            made = sa.update(PendingInquiry).where(PendingInquiry.token == _token(client, nonce))
            session.execute(made.values(inquiry_id=inquiry.id))
    return inquiry


def repeat(inquiry, *, actor):
    """The same wish once more, as a new inquiry of today. Pressed twice it is one."""
    return submit(InquiryDraft.of(inquiry), actor=actor, source=InquirySource.REPEAT, repeated_from=inquiry)


def bring_in(draft, client, *, actor):
    """An inquiry of ``client`` that an owner brings in from elsewhere. Raises InvalidInput."""
    with transaction() as session:
        values = checked(draft.values())
        return _create(session, _client(session, client.id), values, InquirySource.IMPORT, None, actor=actor)


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


def _first(client, nonce):
    return insert_once(
        PendingInquiry, {"token": _token(client, nonce), "payload": {}, "created_at": utcnow()}, ["token"]
    )


def _of_nonce(session, client, nonce):
    made = sa.select(PendingInquiry.inquiry_id).where(PendingInquiry.token == _token(client, nonce))
    return session.get_one(Inquiry, session.scalar(made))


def _token(client, nonce):
    """A nonce is the client's own: nobody gets another's inquiry by guessing one."""
    return f"{client.id}:{nonce}"[:64]


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
    same = (one for one in session.scalars(recent) if all(getattr(one, name) == values[name] for name in values))
    return next(same, None)


_WAITS = Prepared(sa.select(Inquiry.awaiting_realtor).where(Inquiry.id == sa.bindparam("id")))


def waits(inquiry):
    """Whether it waits for its city's first realtor: asked by itself, a commit makes the whole row be read again."""
    (inquiry_id,) = sa.inspect(inquiry).identity
    return _WAITS.read(id=inquiry_id)[0]


def _create(session, client, values, source, repeated_from, *, actor=None):
    """Stored once, as what it has become: only what comes to be published later is written twice."""
    actor = actor or client
    inquiry = Inquiry(
        public_id=uuid7(),
        number=next_number(session),
        client_id=client.id,
        source=source,
        repeated_from_id=repeated_from.id if repeated_from else None,
        status=InquiryStatus.DRAFT,
        recipients=0,
        acceptances=0,
        published_day=None,
        first_response_seconds=None,
        **values,
    )
    with tracked(inquiry), session.no_autoflush:
        session.add(inquiry)
        audit.record(AuditTag.INQUIRY_CREATED, inquiry, actor=actor, number=inquiry.number, source=source.value)
        publish_or_wait(inquiry, actor=actor)
    if inquiry.answers:
        request_fields.index(inquiry)
    search.index_new_inquiry(inquiry, client)
    return inquiry


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
        inquiry.awaiting_realtor, inquiry.expires_at = True, utcnow() + waiting()


def publish(inquiry, *, actor, realtors=None):
    """draft → new: everybody in the city (``realtors``, if known already) hears of it. Inside a transaction."""
    now, realtors = utcnow(), realtors_of(inquiry.city.id) if realtors is None else realtors
    with tracked(inquiry):
        inquiry.status, inquiry.awaiting_realtor = InquiryStatus.NEW, False
        inquiry.published_at, inquiry.published_day = now, now.astimezone(settings.business_zone()).date()
        inquiry.expires_at = now + lifetime()
        recipients = inquiry.recipients + len(realtors)
        audit.record(AuditTag.INQUIRY_PUBLISHED, inquiry, actor=actor, recipients=recipients)
        tell_city(inquiry, realtors=realtors)


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

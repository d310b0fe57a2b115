"""What a chat page shows: the list of conversations and one open talk, for the client's page and the office alike."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, joinedload

from app.access.permissions import Permission, may
from app.access.scopes import visible_to
from app.constants import ConversationKind, MessageKind, Role
from app.extensions import db
from app.formatting import language
from app.models.accounts import Realtor, User
from app.models.conversations import Conversation, Standing
from app.models.inquiries import Inquiry
from app.models.partners import Agency
from app.models.places import City
from app.services import desk, inquiry_text, presence, texts
from app.services.attachments import summary
from app.services.bursts import is_online
from app.services.conversations import messages_around, messages_before, path, side_of, state
from app.services.lines import sentence
from app.services.standings import put_off

PAGE = 50
# What talk() and the pane beside it need of a conversation, for get_visible(): with it the page is one question.
_INQUIRY = joinedload(Conversation.inquiry).joinedload(Inquiry.city, innerjoin=True)
FOR_CLIENT = joinedload(Conversation.realtor), _INQUIRY
FOR_REALTOR = joinedload(Conversation.client).lazyload(User.realtor), _INQUIRY


@dataclass(frozen=True)
class Thread:
    """One line of the list of conversations, in the reader's words."""

    id: str
    url: str
    name: str
    avatar: str
    about: str  # the agency, to a client; the inquiry, to a realtor
    last: str
    at: datetime
    unread: int
    open: bool
    waiting_since: datetime | None
    online: bool
    pinned: bool = False
    marked: bool = False  # read, but to be read again
    until: datetime | None = None  # put off until then
    draft: str = ""


@dataclass
class Talk:
    """One conversation on screen. ``lines`` are the newest PAGE of them, or those around the one asked for."""

    conversation: Conversation
    side: str  # client, realtor, operator or owner: who is looking
    name: str
    avatar: str
    about: str
    online: bool
    seen_at: datetime | None
    shown: tuple  # whether the reader and the other one let each other see when they are here
    deleted: bool
    state: dict
    lines: list = field(default_factory=list)
    older: bool = False
    may_send: bool = False
    may_close: bool = False
    reopens: bool = False  # writing opens it again


# Of the conversation itself. Columns, not entities: a hundred lines cost a third of what their objects would.
SHOWN = ("public_id", "client_id", "last_message_at", "last_kind", "last_preview", "last_sender_id", "open")
SHOWN += ("waiting_since",)
ORDERS = {
    "last": (Conversation.last_message_at.desc(), Conversation.id.desc()),
    "waiting": (Conversation.waiting_since.is_(None), Conversation.waiting_since, Conversation.id),
}


def threads(actor, *, inquiry=None, among=None, only=None, order="last", limit=100, with_later=False):
    """The conversations ``actor`` sees as Threads, in one query; all, those of an ``inquiry`` or ``among`` public ids.

    ``only`` is unread, waiting (for the realtor), later (put off), closed or None; ``order`` last, waiting or unread.
    Pinned ones come first; those put off are left out unless asked for, by ``only`` or by ``with_later``.
    """
    unread = _is_unread(actor)
    which = _listed(actor).where(_my_side(actor))
    if inquiry is not None:
        which = which.where(Conversation.inquiry_id == inquiry.id)
    if among is not None:
        which = which.where(Conversation.public_id.in_(among))
    which = _only(which, only, unread, with_later or among is not None)
    orders = ORDERS.get(order, ORDERS["last"])
    if order == "unread":
        orders = (unread.desc(), *orders)
    chosen = _pinned_first(actor, which, orders, limit)
    query = _threads_query(actor).join(chosen, chosen.c.id == Conversation.id)
    rows = db.session.execute(query.order_by(chosen.c.rank, *orders).limit(limit)).all()
    return [_thread(actor, row) for row in rows]


def _listed(actor):
    return visible_to(actor, Conversation).outerjoin(Standing, _of(actor))


def _of(actor):
    return (Standing.conversation_id == Conversation.id) & (Standing.user_id == actor.id)


def _is_unread(actor):
    return sa.or_(Conversation.last_seq > _my_read(actor), sa.func.coalesce(Standing.unread_mark, sa.false()))


def _pinned_first(actor, which, orders, limit):
    """Ids with their rank: the few pinned ones, and the first of the others, which an index gives in their order."""
    pinned = sa.select(Standing.conversation_id).where(Standing.user_id == actor.id, Standing.pinned_at.is_not(None))
    first = which.where(Conversation.id.in_(pinned)).with_only_columns(Conversation.id, sa.literal(0).label("rank"))
    rest = which.where(Conversation.id.not_in(pinned)).with_only_columns(Conversation.id, sa.literal(1).label("rank"))
    rest = rest.order_by(*orders).limit(limit).subquery()
    return sa.union_all(first, sa.select(rest)).subquery("chosen")


def _my_read(actor):
    return Conversation.client_read_seq if actor.role == Role.CLIENT else Conversation.realtor_read_seq


def _my_side(actor):
    """Conversations about inquiries; the one with support stands apart (services/support.py)."""
    if actor.role == Role.REALTOR:
        return Conversation.realtor_id == actor.id
    return Conversation.kind == ConversationKind.INQUIRY


def _threads_query(actor):
    other = aliased(User)
    other_id = Conversation.realtor_id if actor.role == Role.CLIENT else Conversation.client_id
    return (
        _listed(actor)
        .join(other, other.id == other_id)
        .outerjoin(Realtor, Realtor.user_id == other.id)
        .outerjoin(Agency, Agency.id == Realtor.agency_id)
        .outerjoin(Conversation.inquiry)
        .outerjoin(Inquiry.city)
        .with_only_columns(
            *(getattr(Conversation, name) for name in SHOWN),
            *(other.name, other.public_id.label("avatar"), Agency.name.label("agency")),
            *(other.last_seen_at, other.shows_presence),
            *(Inquiry.number, Inquiry.deal, Inquiry.property_type, City.name_ru, City.name_en),
            (Conversation.last_seq - _my_read(actor)).label("unread"),
            *(Standing.pinned_at, Standing.unread_mark, Standing.snoozed_until, put_off().label("put_off")),
            sa.func.substr(Standing.draft, 1, 4 * texts.QUOTE_LENGTH).label("draft"),
        )
    )


def _only(query, only, unread, all_of_them):
    if only == "later":
        return query.where(put_off())
    if only == "closed":
        return query.where(Conversation.open.is_(False))
    if not all_of_them:
        query = query.where(sa.not_(sa.func.coalesce(put_off(), sa.false())))
    if only == "unread":
        return query.where(unread)
    if only == "waiting":
        return query.where(Conversation.waiting_since.is_not(None), Conversation.open)
    return query


def _thread(actor, row):
    return Thread(
        id=str(row.public_id),
        url=path(row.public_id, actor),
        name=row.name,
        avatar=str(row.avatar),
        about=row.agency or _about_inquiry(row),
        last=last_words(row, actor),
        at=row.last_message_at,
        unread=max(row.unread, 0),
        open=row.open,
        waiting_since=row.waiting_since,
        online=is_online(presence.seen_at(row, actor)),
        pinned=row.pinned_at is not None,
        marked=bool(row.unread_mark) and row.unread <= 0,
        until=row.snoozed_until if row.put_off else None,
        draft="" if actor.viewer else texts.preview(row.draft or "", texts.QUOTE_LENGTH),
    )


def _about_inquiry(row):
    if row.number is None:
        return ""
    city = row.name_ru if language() == "ru" else row.name_en
    return _("No.\xa0%(number)s", number=row.number) + f" · {inquiry_text.wanted(row)}, {city}"


def subject(conversation):
    """«№ 1042 · Снять квартиру, Прага»; empty for a conversation about nothing in particular."""
    return inquiry_line(conversation.inquiry if conversation.inquiry_id else None)


def inquiry_line(inquiry):
    if not inquiry:
        return ""
    return _("No.\xa0%(number)s", number=inquiry.number) + f" · {inquiry_text.title(inquiry)}"


def last_words(conversation, actor):
    """The list's second line, in the current language; of a Conversation or of a row with its columns."""
    if conversation.last_kind is None:
        return _("No messages yet")
    if conversation.last_kind == MessageKind.SYSTEM:
        for_client = actor.id == conversation.client_id
        return sentence(conversation.last_preview, {"name": _("The realtor")}, for_client=for_client)
    said = summary(conversation.last_kind, conversation.last_preview) or _("Message deleted")
    return _("You: %(text)s", text=said) if conversation.last_sender_id == actor.id else said


def unread_conversations(actor):
    """How many of the actor's conversations hold something unread, at most 100, or are marked so: the menu's badge."""
    person, count = db.session().info.get(KNOWN, (None, 0))
    return count if person == actor.id else db.session.scalar(sa.select(_unread(actor)))


def know_unread(realtor, count):
    """Asked beside who ``realtor`` is (UNREAD); for a page that marks nothing as read."""
    db.session().info[KNOWN] = realtor.id, count


def _unread(actor):
    mine = visible_to(actor, Conversation).where(_my_side(actor))
    unread = mine.where(Conversation.last_seq > _my_read(actor)).limit(100)
    marked = mine.join(Standing, _of(actor)).where(Standing.unread_mark, Conversation.last_seq <= _my_read(actor))
    found = (query.with_only_columns(Conversation.id).correlate(User).subquery() for query in (unread, marked))
    return sum(sa.select(sa.func.count()).select_from(each).correlate(User).scalar_subquery() for each in found)


class _Realtor:
    """Whoever a statement about people finds."""

    id, role, is_active = User.id, Role.REALTOR, True


KNOWN = "unread_talks"  # in the info of a database session: (person, how many)
UNREAD = _unread(_Realtor)  # of a realtor, beside the question who somebody is


def talk(conversation, *, actor, at=None):
    """Everything the open chat shows; ``at`` is the seq of a message to open it at."""
    side = side_of(conversation, actor)
    other = _other(conversation, side)
    now = state(conversation, actor)
    gone = now["notice"] == "deleted"
    seen_at = presence.seen_at(other, actor) if isinstance(other, User) else other.last_seen_at
    seen_at = None if gone else seen_at
    lines = _lines(conversation, at)
    return Talk(
        conversation=conversation,
        side=side,
        name=other.name,
        avatar=str(other.public_id),
        about=_about(other, conversation, side),
        online=is_online(seen_at),
        seen_at=seen_at,
        shown=(not isinstance(other, User) or actor.shows_presence, other.shows_presence and not gone),
        deleted=gone,
        state=now,
        lines=lines,
        older=bool(lines) and lines[0].seq > 1,
        may_send=actor.viewer is None and may(actor, Permission.MESSAGE_SEND, conversation),
        may_close=may(actor, Permission.CONVERSATION_CLOSE, conversation),
        reopens=may(actor, Permission.SUPPORT_ASK, conversation),
    )


def _lines(conversation, at):
    """The newest page where it has the message ``at``, else a page around that."""
    if not at or at > conversation.last_seq - PAGE:
        return messages_before(conversation, limit=PAGE)
    return messages_around(conversation, at, PAGE)


def _other(conversation, side):
    if side != "client":
        return conversation.client
    return conversation.realtor or desk.face(conversation)


def _about(other, conversation, side):
    if conversation.kind == ConversationKind.SUPPORT:
        return _about_support(conversation, side)
    if side == "client" and other.realtor:
        return _("Agency “%(name)s”", name=other.realtor.agency.name)
    return subject(conversation)


def _about_support(conversation, side):
    if side == "client":
        name = desk.answering(conversation)
        if not name:
            return desk.hours_words()
        return ". ".join(filter(None, (_("%(name)s answers you", name=name), desk.late_words())))
    asker = conversation.client
    if asker.realtor:
        return _("Realtor, %(city)s", city=asker.realtor.city.name(get_locale()))
    return _("Client")

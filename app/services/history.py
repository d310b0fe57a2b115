"""The journal of an inquiry as sentences for whoever reads it: «Менеджер изменил бюджет: 500 → 650 €»."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n
from sqlalchemy.orm import joinedload

from app.constants import AuditTag, Deal, FieldKind, InquirySource, PropertyType
from app.constants import InquiryStatus as S
from app.extensions import db
from app.formatting import day, major_units, number
from app.models.accounts import User
from app.models.audit import AuditEvent
from app.models.conversations import Conversation
from app.models.inquiries import Match
from app.models.places import City
from app.services import inquiry_text, request_fields

YOU, CLIENT, MANAGER = "you", "client", "manager"

# What happened × who did it, as the reader sees it. The client's page never names an owner.
SENTENCES = {
    ("sent", YOU): _l("You sent the inquiry"),
    ("sent", CLIENT): _l("The client sent the inquiry"),
    ("sent", MANAGER): _l("The manager made the inquiry"),
    ("repeated", YOU): _l("You repeated an earlier inquiry"),
    ("repeated", CLIENT): _l("The client repeated an earlier inquiry"),
    ("repeated", MANAGER): _l("The manager repeated an earlier inquiry"),
    ("changed", YOU): _l("You changed %(change)s"),
    ("changed", CLIENT): _l("The client changed %(change)s"),
    ("changed", MANAGER): _l("The manager changed %(change)s"),
    (S.DONE, YOU): _l("You have found a home"),
    (S.DONE, CLIENT): _l("The client has found a home"),
    (S.DONE, MANAGER): _l("The manager marked the inquiry: home found"),
    (S.CANCELLED, YOU): _l("You cancelled the inquiry"),
    (S.CANCELLED, CLIENT): _l("The client cancelled the inquiry"),
    (S.CANCELLED, MANAGER): _l("The manager cancelled the inquiry"),
    (S.EXPIRED, YOU): _l("The inquiry has expired"),
    (S.EXPIRED, MANAGER): _l("The inquiry has expired"),
    ("reopened", YOU): _l("You reopened the inquiry"),
    ("reopened", CLIENT): _l("The client reopened the inquiry"),
    ("reopened", MANAGER): _l("The manager reopened the inquiry"),
    (AuditTag.CONVERSATION_CLOSED, YOU): _l("You ended the conversation: %(name)s"),
    (AuditTag.CONVERSATION_CLOSED, CLIENT): _l("The client ended the conversation: %(name)s"),
    (AuditTag.CONVERSATION_REOPENED, YOU): _l("You reopened the conversation: %(name)s"),
    (AuditTag.CONVERSATION_REOPENED, CLIENT): _l("The client reopened the conversation: %(name)s"),
}

REASONS = {"account_deleted": _l("the account was deleted")}  # what a program gives as a reason

TOGETHER = timedelta(seconds=2)  # closing an inquiry ends its conversations: one sentence says both


@dataclass(frozen=True)
class Entry:
    at: datetime
    text: str
    kind: str  # sent, published, changed, accepted, closed, reopened, conversation: picks the icon


def entries(inquiry, *, reader):
    """What happened to the inquiry, oldest first, in the current language, as ``reader`` may know it."""
    events = _events(inquiry)
    teller = _Teller(inquiry, reader, _city_names(_sides(events)))
    told = [teller.tell(event) for event in events]
    told += [teller.accepted(match) for match in _acceptances(inquiry)]
    told += [teller.conversation(*found) for found in _conversation_events(inquiry, events)]
    return sorted(filter(None, told), key=lambda entry: entry.at)


def _events(inquiry):
    about = AuditEvent.object_type == "inquiry", AuditEvent.object_id == str(inquiry.public_id)
    return db.session.scalars(
        sa.select(AuditEvent).where(*about).options(joinedload(AuditEvent.actor)).order_by(AuditEvent.id)
    ).all()


def _acceptances(inquiry):
    accepted = Match.inquiry_id == inquiry.id, Match.accepted_at.is_not(None)
    return db.session.scalars(sa.select(Match).where(*accepted).options(joinedload(Match.realtor))).all()


def _conversation_events(inquiry, events):
    """(event, the realtor's name) of every closing and reopening that was an act of its own."""
    names = {
        str(public_id): name
        for public_id, name in db.session.execute(
            sa.select(Conversation.public_id, User.name)
            .join(User, User.id == Conversation.realtor_id)
            .where(Conversation.inquiry_id == inquiry.id)
        )
    }
    if not names:
        return []
    about = AuditEvent.object_type == "conversation", AuditEvent.object_id.in_(names)
    found = db.session.scalars(sa.select(AuditEvent).where(*about).options(joinedload(AuditEvent.actor)))
    moves = [event.created_at for event in events if event.tag == AuditTag.INQUIRY_STATUS]
    own = [event for event in found if not any(abs(event.created_at - at) < TOGETHER for at in moves)]
    return [(event, names[event.object_id]) for event in own]


def _sides(events):
    return [event.data[side] for event in events if "old" in event.data for side in ("old", "new")]


def _city_names(sides):
    """Russian city name, as the journal keeps it → the name in the reader's language."""
    names = {side["city"] for side in sides if "city" in side}
    if not names or str(get_locale()) == "ru":
        return {}
    return dict(db.session.execute(sa.select(City.name_ru, City.name_en).where(City.name_ru.in_(names))).all())


class _Teller:
    def __init__(self, inquiry, reader, city_names):
        self.inquiry, self.reader, self.city_names = inquiry, reader, city_names

    def who(self, event):
        if event.actor_id is not None and event.actor_id == self.reader.id:
            return YOU
        return CLIENT if event.actor_id == self.inquiry.client_id else MANAGER

    def say(self, what, event, **values):
        sentence = SENTENCES.get((what, self.who(event)))
        return str(sentence) % values if sentence else ""

    def tell(self, event):
        tellers = {
            AuditTag.INQUIRY_CREATED: self.created,
            AuditTag.INQUIRY_PUBLISHED: self.published,
            AuditTag.INQUIRY_CHANGED: self.changed,
            AuditTag.INQUIRY_STATUS: self.moved,
        }
        teller = tellers.get(event.tag)
        return teller(event) if teller else None

    def created(self, event):
        what = "repeated" if event.data["source"] == InquirySource.REPEAT else "sent"
        return Entry(event.created_at, self.say(what, event), "sent")

    def published(self, event):
        count = event.data["recipients"]
        return Entry(
            event.created_at, _n("%(num)s realtor received it", "%(num)s realtors received it", count), "published"
        )

    def changed(self, event):
        words = change_words(event.data["old"], event.data["new"], self.city_names)
        return Entry(event.created_at, self.say("changed", event, change=words), "changed")

    def moved(self, event):
        old, new = S(event.data["old"]["status"]), S(event.data["new"]["status"])
        reopening = new in (S.DRAFT, S.NEW, S.IN_WORK)
        if reopening and old in (S.NEW, S.DRAFT):
            return None  # the acceptance itself says it
        text = self.say("reopened" if reopening else new, event)
        if reason := event.data.get("reason"):
            text = f"{text}: {REASONS.get(reason, reason)}"
        return Entry(event.created_at, text, "reopened" if reopening else "closed")

    def accepted(self, match):
        if match.realtor_id == self.reader.id:
            return Entry(match.accepted_at, _("You accepted the inquiry"), "accepted")
        agency = match.realtor.realtor.agency.name if match.realtor.realtor else ""
        name = f"{match.realtor.name} ({agency})" if agency else match.realtor.name
        return Entry(match.accepted_at, _("A realtor replied: %(name)s", name=name), "accepted")

    def conversation(self, event, name):
        text = self.say(event.tag, event, name=name)
        return Entry(event.created_at, text, "conversation") if text else None


def change_words(old, new, city_names=None):
    """«бюджет: 500 → 650 €; город: Прага → Берлин»: what INQUIRY_CHANGED holds, to stand after “changed”."""
    city_names = _city_names((old, new)) if city_names is None else city_names
    words = [_budget_words(old, new)] if "currency" in new else []
    for name, (label, speak) in _FIELDS.items():
        if name in new:
            pair = [speak(side[name], city_names) for side in (old, new)]
            words.append(f"{label}: {pair[0]} → {pair[1]}" if speak is not _nothing else str(label))
    words += [_own_words(name, old.get(name), new[name]) for name in new if name.startswith(request_fields.PREFIX)]
    return "; ".join(words)


def _own_words(name, *pair):
    """«животные: нет → да», of a field that owners added; one's own words are not repeated."""
    field = request_fields.field_of(name)
    if field is None:
        return name.removeprefix(request_fields.PREFIX)
    if field.kind == FieldKind.TEXT:
        return f"«{field.label}»"
    before, after = (field.words(answer) or _("not given") for answer in pair)
    return f"«{field.label}»: {before} → {after}"


def difference(before, after):
    """change_words() of two whole sets of values, as EditConflict carries them."""
    names = {name for name in after if before[name] != after[name]}
    names |= _MONEY if names & _MONEY else set()
    return change_words({name: before[name] for name in names}, {name: after[name] for name in names})


_MONEY = {"budget_min", "budget_max", "currency"}


def _budget_words(old, new):
    """500 → 650 € where only one end moved; both ranges in full otherwise."""
    simple = old["currency"] == new["currency"] and not (old["budget_min"] or new["budget_min"])
    before, after = (
        inquiry_text.amount(side["budget_min"], side["budget_max"], side["currency"]) or _("any") for side in (old, new)
    )
    if simple and old["budget_max"] and new["budget_max"]:
        before = number(_whole(major_units(old["budget_max"], old["currency"])))
        after = inquiry_text.money(new["budget_max"], new["currency"])
    return f"{_('the budget')}: {before} → {after}"


def _whole(value):
    return int(value) if value == int(value) else value


def _city(value, names):
    return names.get(value, value)


def _deal(value, names):
    return str(inquiry_text.DEALS[Deal(value)])


def _type(value, names):
    return str(inquiry_text.TYPES[PropertyType(value)])


def _rooms(value, names):
    return inquiry_text.rooms_of(value) or _("any")


def _area(value, names):
    return _("from %(area)s m²", area=number(value)) if value else _("any")


def _day(value, names):
    return day(date.fromisoformat(value)) if value else _("any")


def _nothing(value, names):
    """Wishes are long and personal: the sentence says only that they changed."""


_FIELDS = {
    "city": (_l("the city"), _city),
    "deal": (_l("the deal"), _deal),
    "property_type": (_l("the property"), _type),
    "rooms": (_l("the rooms"), _rooms),
    "area_min": (_l("the area"), _area),
    "move_in": (_l("the date"), _day),
    "wishes": (_l("the wishes"), _nothing),
}

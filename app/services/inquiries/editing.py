"""Changing an inquiry: the client's own edit and the owner's correction are the same act with another actor."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.constants import AuditTag, InquiryStatus, SystemEvent
from app.constants import NotificationKind as Kind
from app.errors import EditConflict, Forbidden, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.audit import AuditEvent
from app.models.places import City
from app.services import audit, conversations, history, request_fields, search
from app.services.inquiries.drafts import InquiryDraft, checked
from app.services.inquiries.publishing import publish_or_wait
from app.services.inquiries.telling import open_conversations, realtors_of, tell_city, tell_client
from app.services.notifications import in_each_language
from app.services.statistics import tracked
from app.services.transaction import after_commit, transaction

EDITABLE = frozenset(InquiryDraft.__dataclass_fields__)
OPEN = (InquiryStatus.DRAFT, InquiryStatus.NEW, InquiryStatus.IN_WORK)
MONEY = ("budget_min", "budget_max", "currency")


def edit(inquiry, values, *, actor, version=None):
    """Change ``values`` (names of InquiryDraft) of the inquiry. Values as they are change nothing.

    ``version`` is the one the editor saw: EditConflict when somebody saved meanwhile. Moving the city sends the
    inquiry to the new city's realtors; its statistics move on the original day. Raises InvalidInput, RefusedMove.
    """
    with transaction(), tracked(inquiry):
        _allow(inquiry, actor)
        values = _complete(inquiry, values)
        old, new = _changes(inquiry, values)
        if not new:
            return inquiry
        if version is not None and int(version) != inquiry.version:
            _conflict(inquiry, int(version), new)
        _apply(inquiry, values, old, new, actor)
    return inquiry


def with_answers(values):
    """``values`` that name own fields («x-pets») as edit() takes them: those gathered as ``answers``."""
    prefix = request_fields.PREFIX
    answers = {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}
    rest = {name: value for name, value in values.items() if not name.startswith(prefix)}
    return rest | {"answers": answers} if answers else rest


def held(inquiry, name):
    """What the inquiry holds, own fields («x-pets») included."""
    key = name.removeprefix(request_fields.PREFIX)
    return getattr(inquiry, name) if key == name else inquiry.answers.get(key)


def _allow(inquiry, actor):
    if may(actor, Permission.INQUIRY_CORRECT):
        return
    if inquiry.client_id != actor.id:
        raise Forbidden()
    if inquiry.status not in OPEN:
        raise RefusedMove(_l("A closed inquiry cannot be changed. Reopen it first."))


def _complete(inquiry, values):
    """All fields as they would be, checked together: a lower maximum may clash with the minimum that stays."""
    unknown = set(values) - EDITABLE
    if unknown:
        raise ValueError(f"not fields of an inquiry: {sorted(unknown)}")
    present = {name: getattr(inquiry, name) for name in EDITABLE}
    whole = present | dict(values)
    whole["city"] = db.session.get_one(City, whole["city"].id)  # a Place is no row that an inquiry could be bound to
    given = values.get("answers", {})
    whole["answers"] = request_fields.merged(inquiry, given, whole["deal"], whole["property_type"])
    return checked(whole, before=inquiry.move_in)


def _changes(inquiry, values):
    """Old and new of what differs; money always with its currency and both ends, to be read as one sentence.

    Each answer to a field that owners added stands on its own, by the field's name.
    """
    old, new = audit.changes(inquiry, {name: value for name, value in values.items() if name != "answers"})
    before, after = _answers(inquiry.answers, values["answers"]), _answers(values["answers"], inquiry.answers)
    for name in before:
        if before[name] != after[name]:
            old[name], new[name] = before[name], after[name]
    if set(new) & set(MONEY):
        for name in MONEY:
            old[name], new[name] = getattr(inquiry, name), values[name]
    return old, new


def _answers(answers, more):
    """By the names of their fields; what only ``more`` has stands as None."""
    return {f"{request_fields.PREFIX}{key}": answers.get(key) for key in {**answers, **more}}


def _conflict(inquiry, version, mine):
    """Tell the second editor the three sides; the original is found by undoing the edits since ``version``."""
    theirs = {name: audit.plain(getattr(inquiry, name)) for name in EDITABLE - {"answers"}}
    theirs |= _answers(inquiry.answers, request_fields.known())
    original = dict(theirs)
    for event in db.session.scalars(_edits(inquiry).limit(inquiry.version - version)):
        original |= event.data["old"]
    raise EditConflict(
        _l("Somebody changed this inquiry while you were editing."), original=original, theirs=theirs, mine=mine
    )


def _edits(inquiry):
    """The journal's edits of the inquiry, latest first: each raised the version by one."""
    return (
        sa.select(AuditEvent)
        .where(
            AuditEvent.object_type == "inquiry",
            AuditEvent.object_id == str(inquiry.public_id),
            AuditEvent.tag == AuditTag.INQUIRY_CHANGED,
        )
        .order_by(AuditEvent.id.desc())
    )


def _apply(inquiry, values, old, new, actor):
    left = inquiry.city.public_id if "city" in new else None
    for name in EDITABLE & new.keys():
        setattr(inquiry, name, values[name])
    if inquiry.answers != values["answers"]:
        inquiry.answers = values["answers"]
        request_fields.index(inquiry)
    inquiry.version += 1
    audit.record(AuditTag.INQUIRY_CHANGED, inquiry, actor=actor, old=old, new=new)
    search.index_inquiry(inquiry)
    if inquiry.status == InquiryStatus.DRAFT:
        publish_or_wait(inquiry, actor=actor)
    elif "city" in new and inquiry.status in OPEN:
        send_to_new_city(inquiry)
    after_commit("inquiry:changed", inquiry_id=inquiry.id, left_city=left)
    _tell(inquiry, old, new, actor)


def send_to_new_city(inquiry):
    """Its realtors receive it as new; where there are none it waits for the first.

    A closed one reaches nobody until it is reopened: till then those of the old city are its realtors.
    """
    inquiry.awaiting_realtor = not tell_city(inquiry, Kind.INQUIRY_MOVED, again=_had_it(inquiry))


def moved_since(inquiry, moment):
    """Whether its city is not the one it was in then."""
    later = db.session.scalars(_edits(inquiry).where(AuditEvent.created_at >= moment))
    left = [event.data["old"]["city"] for event in later if "city" in event.data["old"]]
    return bool(left) and left[-1] not in _names_of(inquiry.city)


def _names_of(city):
    """As the journal may have called it."""
    return {city.name_ru, *(alias.name for alias in city.aliases)}


def _had_it(inquiry):
    """How many of the city's realtors received it when it was here before, and left."""
    names = _names_of(inquiry.city)
    departures = (event for event in db.session.scalars(_edits(inquiry)) if event.data["old"].get("city") in names)
    left = next((event.created_at for event in departures), None)
    if left is None:
        return 0
    here = realtors_of(inquiry.city_id)
    return db.session.scalar(sa.select(sa.func.count()).where(User.id.in_(here), User.created_at < left))


def _tell(inquiry, old, new, actor):
    change = in_each_language(lambda: history.change_words(old, new))
    event = SystemEvent.INQUIRY_MOVED if "city" in new else SystemEvent.INQUIRY_CHANGED
    for conversation in open_conversations(inquiry):
        conversations.say(conversation, event, by=actor.id, change=change)
    if actor.id != inquiry.client_id:
        tell_client(inquiry, Kind.INQUIRY_CORRECTED, email="inquiry_corrected", change=change)

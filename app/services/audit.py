"""The journal. Each tag declares its fields; a missing or extra one is a programming error, found by the first test."""

from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.constants import AuditTag as Tag
from app.extensions import db
from app.models.audit import AuditEvent, Operation
from app.models.base import utcnow
from app.models.prepared import Prepared
from app.services.transaction import transaction

CONTEXT = "audit"  # in the info of a database session: columns of every event recorded there
NOTED = "noted"  # likewise: the list of noted()
CHANGE = {"old", "new"}  # field name → value, before and after; only the fields that changed

FIELDS = {
    Tag.ACCOUNT_REGISTERED: {"role", "source"},
    Tag.ACCOUNT_IMPORTED: {"role", "city", "agency"},
    Tag.ACCOUNT_REMOVED: {"role"},
    Tag.ACCOUNT_CHANGED: CHANGE,
    Tag.ACCOUNT_MERGED: CHANGE | {"gone", "moved"},
    Tag.ACCOUNT_PARTED: {"back", "moved", "stayed"},
    Tag.ACCOUNT_BLOCKED: {"reason"},
    Tag.ACCOUNT_UNBLOCKED: set(),
    Tag.ACCOUNT_DELETED: set(),
    Tag.PASSWORD_CHANGED: {"how"},
    Tag.SIGNED_IN: {"how"},
    Tag.SIGNED_OUT_EVERYWHERE: set(),
    Tag.SECOND_FACTOR_ON: set(),
    Tag.SECOND_FACTOR_OFF: {"how"},
    Tag.RECOVERY_CODE_USED: {"left"},
    Tag.RECOVERY_CODES_RENEWED: set(),
    Tag.PASSKEY_ADDED: set(),
    Tag.PASSKEY_REMOVED: {"how"},
    Tag.VIEW_BEGUN: set(),
    Tag.VIEW_ENDED: set(),
    Tag.IDENTITY_LINKED: {"provider", "how"},
    Tag.IDENTITY_UNLINKED: {"provider", "how"},
    Tag.TELEGRAM_LINKED: set(),
    Tag.TELEGRAM_UNLINKED: set(),
    Tag.REALTOR_JOINED: {"city", "agency", "join_link"},
    Tag.JOIN_LINK_CREATED: {"name"},
    Tag.JOIN_LINK_ROTATED: {"name"},
    Tag.JOIN_LINK_REVOKED: {"name"},
    Tag.INQUIRY_CREATED: {"number", "source"},
    Tag.INQUIRY_PUBLISHED: {"recipients"},
    Tag.INQUIRY_CHANGED: CHANGE,
    Tag.INQUIRY_STATUS: CHANGE | {"reason"},
    Tag.INQUIRY_REMOVED: {"number"},
    Tag.MATCH_ACCEPTED: {"inquiry"},
    Tag.MATCH_DECLINED: {"inquiry", "reason"},
    Tag.CONVERSATION_CLOSED: {"inquiry"},
    Tag.CONVERSATION_REOPENED: {"inquiry"},
    Tag.MESSAGE_EDITED: CHANGE | {"seq"},
    Tag.MESSAGE_DELETED: CHANGE | {"seq"},
    Tag.TICKET_TAKEN: set(),
    Tag.TICKET_PASSED: {"to"},
    Tag.TICKET_CLOSED: set(),
    Tag.READY_ANSWER_CHANGED: CHANGE,
    Tag.LIST_VIEW_CHANGED: CHANGE,
    Tag.FAQ_CHANGED: CHANGE,
    Tag.REQUEST_FIELD_CHANGED: CHANGE,
    Tag.AGENCY_CREATED: {"name"},
    Tag.AGENCY_CHANGED: CHANGE,
    Tag.AGENCY_DELETED: {"name"},
    Tag.AGENCY_MERGED: CHANGE | {"gone", "moved"},
    Tag.AGENCY_PARTED: {"back", "moved", "stayed"},
    Tag.RESTORED: {"name"},
    Tag.REPAIRED: CHANGE,
    Tag.CITY_CREATED: {"name", "country"},
    Tag.CITY_CHANGED: CHANGE,
    Tag.CITY_REMOVED: {"name"},
    Tag.CITY_MERGED: CHANGE | {"into", "moved"},
    Tag.CITY_PARTED: {"out_of", "moved", "stayed"},
    Tag.COUNTRY_CREATED: {"code"},
    Tag.COUNTRY_CHANGED: CHANGE,
    Tag.PAGE_CHANGED: {"slug", "version"},
    Tag.ARTICLE_CHANGED: CHANGE,
    Tag.ARTICLE_WRITTEN: {"title", "version"},
    Tag.COMMENT_MODERATED: CHANGE,
    Tag.COMMENTER_SILENCED: CHANGE,
    Tag.HINT_CHANGED: CHANGE,
    Tag.WORDING_CHANGED: CHANGE,
    Tag.MENU_CHANGED: CHANGE,
    Tag.MESSENGER_LINK_CHANGED: CHANGE,
    Tag.SETTING_CHANGED: CHANGE,
    Tag.IMPORT_RUN: {"kind", "file", "rows"},
    Tag.STAFF_ROLE_CHANGED: CHANGE,
    Tag.OUTBOX_RETRIED: {"kind"},
    Tag.STATISTICS_EXPORTED: {"filters", "variant"},
    Tag.API_TOKEN_CREATED: {"name", "scopes"},
    Tag.API_TOKEN_ROTATED: {"name"},
    Tag.API_TOKEN_REVOKED: {"name"},
    Tag.LIST_EXPORTED: {"title", "filters", "kind", "rows"},
    Tag.PARTNER_PAGE_CREATED: {"title", "to"},
    Tag.PARTNER_PAGE_REVOKED: {"title", "to"},
    Tag.REPORT_CHANGED: CHANGE,
    Tag.REPORT_EXPORTED: {"spec", "format"},
    Tag.WEBHOOK_CREATED: {"host", "types"},
    Tag.WEBHOOK_CHANGED: CHANGE,
    Tag.WEBHOOK_ROTATED: {"host"},
    Tag.WEBHOOK_DELETED: {"host"},
}


def record(tag, subject, *, actor, **fields):
    """Write and return one journal entry about ``subject`` (a row with ``public_id``, or ``key``/``code`` as its id).

    What is no row has the name of one as ``journal_name``. ``actor`` is a User, or None for the system. Raises
    ValueError on undeclared or missing fields.
    """
    event = AuditEvent(**_columns(tag, subject, actor, fields))
    db.session.add(event)
    if (noted := db.session().info.get(NOTED)) is not None:
        noted.append(event)
    _follow(tag, subject, fields)
    return event


_EVENTS = AuditEvent.__table__
_STORED = [column.name for column in _EVENTS.c if column.name != "id"]
_ADD = Prepared(sa.insert(_EVENTS).returning(_EVENTS.c.id), columns=_STORED)


def record_at_once(tag, subject, *, actor, **fields):
    """record() for what happens all day long: written by a prepared statement, with nothing to return."""
    if db.session().info.get(NOTED) is not None:
        record(tag, subject, actor=actor, **fields)
        return
    columns = dict.fromkeys(_STORED) | _columns(tag, subject, actor, fields)
    _ADD.within(db.session(), **columns | {"public_id": uuid7(), "created_at": utcnow()})
    _follow(tag, subject, fields)


def _columns(tag, subject, actor, fields):
    if set(fields) != FIELDS[tag]:
        raise ValueError(f"{tag} carries {sorted(FIELDS[tag])}, got {sorted(fields)}")
    return {
        "tag": tag,
        "actor_id": actor.id if actor else None,
        "object_type": getattr(subject, "journal_name", None) or type(subject).__name__.lower(),
        "object_id": str(identity(subject)),
        "data": fields,
        "keys": _keys(fields),
        **db.session().info.get(CONTEXT, {}),
    }


_followers = []


def follow(do):
    """Call ``do(tag, subject, fields)`` inside the transaction of every journal entry."""
    _followers.append(do)


def _follow(tag, subject, fields):
    for do in _followers:
        do(tag, subject, fields)


@contextmanager
def noted():
    """A list of what is recorded inside, for a door that then offers the way back."""
    info = db.session().info
    before, info[NOTED] = info.get(NOTED), []
    try:
        yield info[NOTED]
    finally:
        info[NOTED] = before


def came_from(door, address=None):
    """What this database session records came in by ``door`` (constants.Door), from a network address."""
    db.session().info[CONTEXT] = {"door": door, "address": address}


@contextmanager
def together(*, actor):
    """What is recorded inside is one Operation, to be seen and taken back at once."""
    with transaction() as session:
        operation = Operation(actor_id=actor.id)
        session.add(operation)
        session.flush()
        operation_id = operation.id
    with _context(operation_id=operation_id):
        yield operation_id


def within(operation_id):
    """What is recorded inside is part of an Operation begun before."""
    return _context(operation_id=operation_id)


def taking_back(event):
    """What is recorded inside takes ``event`` back."""
    return _context(undoes_id=event.id)


@contextmanager
def _context(**more):
    info = db.session().info
    before = info.get(CONTEXT, {})
    info[CONTEXT] = before | more
    try:
        yield
    finally:
        info[CONTEXT] = before


def _keys(fields):
    """The public ids behind the names in ``fields``, shaped as it is; None where there are none."""
    found = {
        side: {name: value.key for name, value in values.items() if isinstance(value, Named)}
        for side, values in fields.items()
        if isinstance(values, dict)
    }
    return {side: keys for side, keys in found.items() if keys} or None


def identity(subject):
    """The word that names a row in the journal and in URLs."""
    for name in ("public_id", "code", "key"):
        if value := getattr(subject, name, None):
            return value
    db.session.flush()
    return subject.public_id


def changes(subject, values):
    """What assigning ``values`` would change: ``(old, new)`` dicts of JSON-ready values, empty when nothing would."""
    old = {name: getattr(subject, name) for name in values}
    differing = [name for name in values if old[name] != values[name]]
    return {n: plain(old[n]) for n in differing}, {n: plain(values[n]) for n in differing}


def plain(value):
    """A value as the journal keeps it: JSON scalars and lists; dates as ISO text; sets sorted; rows by their names."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if hasattr(value, "public_id"):
        return Named(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class Named(str):
    """A row as the journal shows it, with its public id as ``key``."""

    def __new__(cls, row):
        text = super().__new__(cls, row)
        text.key = str(row.public_id)
        return text


def typed(column, value):
    """The value of a column that ``plain`` made JSON of."""
    kind = column.type.python_type
    if value is None or isinstance(value, kind):
        return value
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    return kind(value) if kind is UUID or issubclass(kind, Enum) else value

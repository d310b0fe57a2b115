"""The journal. Each tag declares its fields; a missing or extra one is a programming error, found by the first test."""

from app.constants import AuditTag as Tag
from app.extensions import db
from app.models.audit import AuditEvent

CHANGE = {"old", "new"}  # field name → value, before and after; only the fields that changed

FIELDS = {
    Tag.ACCOUNT_REGISTERED: {"role", "source"},
    Tag.ACCOUNT_CHANGED: CHANGE,
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
    Tag.FAQ_CHANGED: CHANGE,
    Tag.AGENCY_CREATED: {"name"},
    Tag.AGENCY_CHANGED: CHANGE,
    Tag.AGENCY_DELETED: {"name"},
    Tag.CITY_CREATED: {"name", "country"},
    Tag.CITY_CHANGED: CHANGE,
    Tag.CITY_MERGED: {"into", "moved"},
    Tag.COUNTRY_CREATED: {"code"},
    Tag.COUNTRY_CHANGED: CHANGE,
    Tag.PAGE_CHANGED: {"slug", "version"},
    Tag.MESSENGER_LINK_CHANGED: CHANGE,
    Tag.SETTING_CHANGED: CHANGE,
    Tag.OUTBOX_RETRIED: {"kind"},
    Tag.STATISTICS_EXPORTED: {"filters", "variant"},
}


def record(tag, subject, *, actor, **fields):
    """Write one journal entry about ``subject`` (a row with ``public_id``, or with ``key``/``code`` as its id).

    ``actor`` is a User, or None for the system. Raises ValueError on undeclared or missing fields.
    """
    if set(fields) != FIELDS[tag]:
        raise ValueError(f"{tag} carries {sorted(FIELDS[tag])}, got {sorted(fields)}")
    db.session.add(
        AuditEvent(
            tag=tag,
            actor_id=actor.id if actor else None,
            object_type=type(subject).__name__.lower(),
            object_id=str(identity(subject)),
            data=fields,
        )
    )


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
    """A value as the journal keeps it: JSON scalars and lists; dates as ISO text; rows by their names."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

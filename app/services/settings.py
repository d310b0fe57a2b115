"""What owners may change about the service: each key with its type and default, in one table."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import lazy_gettext as _l

from app.constants import AuditTag
from app.errors import InvalidInput
from app.extensions import db
from app.models.settings import Setting
from app.services import audit, hours
from app.services.transaction import transaction


@dataclass(frozen=True)
class Declared:
    kind: type
    default: object
    label: object
    hint: object = ""
    minimum: int | None = None
    maximum: int | None = None
    check: Callable | None = None  # raises ValueError for what is not one of it
    wrong: object = ""


REGISTRY = {
    "business_timezone": Declared(
        str, "Europe/Moscow", _l("Business time zone"), _l("A day of the statistics is a day of this zone.")
    ),
    "company_name": Declared(str, "Отклик", _l("Company name"), _l("Stands in documents and letters.")),
    "company_details": Declared(
        str, "", _l("Company details"), _l("Legal name, address and registration numbers for the documents.")
    ),
    "contact_email": Declared(str, "hello@otklik.example", _l("E-mail for questions")),
    "second_factor_required": Declared(
        bool,
        False,
        _l("Second step for owners"),
        _l("Owners without a second step of signing in have to switch it on before they can go on."),
    ),
    "inquiry_days": Declared(
        int, 60, _l("An inquiry lives, days"), _l("After this it expires unless the client renews it."), 7, 365
    ),
    "comments_trusted_after": Declared(
        int,
        3,
        _l("Comments of a known reader"),
        _l("After so many agreed ones a reader's comments are shown at once. 0: each waits for an owner."),
        0,
        1000,
    ),
    "email_per_minute": Declared(
        int,
        600,
        _l("E-mails a minute, at most"),
        _l("What the mail provider allows; the rest waits its turn."),
        1,
        100_000,
    ),
    "webpush_per_minute": Declared(int, 3000, _l("Push messages a minute, at most"), "", 1, 100_000),
    "telegram_per_minute": Declared(
        int, 1200, _l("Telegram messages a minute, at most"), _l("Telegram allows a bot about 30 a second."), 1, 100_000
    ),
    "slow_request_ms": Declared(
        int,
        500,
        _l("A request is slow from, ms"),
        _l("The developer's corner shows those that took longer."),
        100,
        60_000,
    ),
    "webhook_per_minute": Declared(int, 3000, _l("Webhook messages a minute, at most"), "", 1, 100_000),
    "api_per_minute": Declared(
        int, 600, _l("API requests a minute, at most"), _l("Of one token; more are answered 429."), 1, 100_000
    ),
    "support_hours": Declared(
        str,
        "пн-вс 9:00-21:00",
        _l("Support answers"),
        _l("Days and hours in the business time zone: mon-fri 9:00-21:00; sat 10-18. Empty: only by e-mail."),
        check=hours.parse,
        wrong=_l("Write it like this: mon-fri 9:00-21:00; sat 10-18."),
    ),
}


_followers = {}  # key → what must follow once it has another value


def follow(key, do):
    """Call ``do()`` after every change of ``key``, once it is committed."""
    _followers.setdefault(key, []).append(do)


def get(key):
    """The value of a declared setting. All of them are read once per session of the database."""
    values = db.session().info.get("settings")
    if values is None:
        values = {row.key: row.value for row in db.session.scalars(db.select(Setting))}
        db.session().info["settings"] = values
    return values.get(key, REGISTRY[key].default)


def change(key, value, *, actor):
    """Set ``key`` to ``value``, typed by its declaration. Raises InvalidInput(field=key)."""
    value = _typed(key, value)
    with transaction() as session:
        row = session.get(Setting, key) or Setting(key=key, value=REGISTRY[key].default)
        if row.value == value:
            return
        audit.record(AuditTag.SETTING_CHANGED, row, actor=actor, old={key: row.value}, new={key: value})
        row.value, row.version = value, (row.version or 0) + 1
        session.add(row)
        session.info.pop("settings", None)
    for do in _followers.get(key, ()):
        do()


def _typed(key, value):
    declared = REGISTRY[key]
    try:
        value = _flag(value) if declared.kind is bool else declared.kind(str(value).strip())
    except (KeyError, ValueError):
        raise InvalidInput(_l("A whole number is needed."), field=key) from None
    if key == "business_timezone" and value not in available_timezones():
        raise InvalidInput(_l("There is no such time zone."), field=key)
    _check(declared, key, value)
    if declared.minimum is not None and not declared.minimum <= value <= declared.maximum:
        raise InvalidInput(
            _l("From %(low)s to %(high)s, please.", low=declared.minimum, high=declared.maximum), field=key
        )
    return value


def _check(declared, key, value):
    try:
        if declared.check:
            declared.check(value)
    except ValueError:
        raise InvalidInput(declared.wrong, field=key) from None


def _flag(value):
    return {"true": True, "false": False}[str(value).strip().lower()]


def business_zone():
    """The zone whose days the statistics count."""
    return ZoneInfo(get("business_timezone"))

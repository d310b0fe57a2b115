"""The values: read once a second by each process, written with a line in the journal.

Every process sees a change within FRESH seconds, the one that made it at once. Inside a transaction the database itself
is asked: what is decided there is decided on what stands there.
"""

import json
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.constants import AuditTag
from app.errors import InvalidInput
from app.extensions import db
from app.models.json_rows import json_rows
from app.models.kept import Kept
from app.models.prepared import Prepared
from app.models.settings import Setting
from app.services import audit
from app.services.settings.registry import REGISTRY
from app.services.transaction import afterwards, insert_once, is_writing, transaction

FRESH = 1.0  # seconds
KEPT = "settings"  # in the info of a database session, with its transaction

_all = Prepared(sa.select(Setting.key, Setting.value))
# The same in one value, beside another question: what due() gives takes it.
ASKING = json_rows(sa.select(Setting.key, sa.cast(Setting.value, sa.Text)))
_shared = Kept("settings", lambda: dict(_all.read_all()), FRESH)
forget = _shared.forget
_followers = {}  # key → what must follow once it has another value


def follow(key, do):
    """Call ``do()`` after every change of ``key``, once it is committed: nobody waits for its lock meanwhile."""
    _followers.setdefault(key, []).append(do)


def due():
    """None while this process has read them a moment ago; else ``know(rows)`` for whoever is about to ask ASKING."""
    put = _shared.due()
    return put and (lambda rows: put({key: json.loads(value) for key, value in rows or ()}))


def get(key):
    """The value of a declared setting."""
    return _values().get(key, REGISTRY[key].default)


def several(keys):
    """The values of declared settings, read at one moment."""
    values = _values()
    return [values.get(key, REGISTRY[key].default) for key in keys]


def _values():
    if db.session.registry.has() and is_writing():
        return _in_transaction(db.session())
    return _shared.get()


def _in_transaction(session):
    read_in, values = session.info.get(KEPT, (None, None))
    if read_in is not session.get_transaction():
        values = dict(_all.all_within(session))
        session.info[KEPT] = session.get_transaction(), values
    return values


def change(key, value, *, actor):
    """Set ``key`` to ``value``, typed or as it was. Raises InvalidInput(field=key)."""
    value = read(key, value)
    with transaction() as session:
        if get(key) == value or (row := _row(session, key)).value == value:
            return
        audit.record(AuditTag.SETTING_CHANGED, row, actor=actor, old={key: row.value}, new={key: value})
        row.value, row.version = value, row.version + 1
        session.info.pop(KEPT, None)
        for do in (forget, *_followers.get(key, ())):
            afterwards(do)


def _row(session, key):
    """Locked; two who are the first to change it have one row."""
    insert_once(Setting, {"key": key, "value": REGISTRY[key].default, "version": 0}, ["key"])
    return session.get_one(Setting, key, with_for_update=True)


def reset(key, *, actor):
    """As it was in the beginning."""
    change(key, REGISTRY[key].default, actor=actor)


def read(key, typed):
    """The value that ``typed`` means. Raises InvalidInput(field=key)."""
    try:
        return REGISTRY[key].kind.read(typed)
    except InvalidInput as error:
        raise InvalidInput(error.message, field=key) from None


def business_zone():
    """The zone whose days the statistics count."""
    return ZoneInfo(get("business_timezone"))

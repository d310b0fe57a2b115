"""The statements that store a message and that it was read, made once: most of what a lively chat writes.

``at_once`` and ``read`` need no Session and no second question; on PostgreSQL each is one round trip with its commit.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.constants import Role
from app.extensions import db
from app.models.accounts import SignIn, User
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.notifications import Notification
from app.models.prepared import Prepared
from app.services import bursts, texts
from app.services.transaction import at_once as _at_once

_MESSAGES, _CHATS, _SIGN_INS = Message.__table__, Conversation.__table__, SignIn.__table__
_ME, _OTHER, _ALERTS = User.__table__.alias("me"), User.__table__.alias("other"), Notification.__table__
SIDES = (True, False)  # from the client, from the realtor


class Repeated(Exception):
    """This nonce is stored already; leaving the transaction takes back its seq."""


def _of(from_client, client, realtor):
    """``client`` and ``realtor`` as (the writer's, the reader's)."""
    return (client, realtor) if from_client else (realtor, client)


def _ids(from_client):
    return _of(from_client, _CHATS.c.client_id, _CHATS.c.realtor_id)


def _reads(from_client):
    return _of(from_client, _CHATS.c.client_read_seq, _CHATS.c.realtor_read_seq)


def _numbering(from_client, *conditions):
    """The UPDATE of an open conversation for one more message, from its client or from the other side.

    Returns the new seq and what the receiver has read.
    """
    own_read, other_read = _reads(from_client)
    wrote = _CHATS.c.client_messages if from_client else _CHATS.c.realtor_messages
    now = sa.bindparam("now", type_=_CHATS.c.last_message_at.type)
    return (
        sa.update(_CHATS)
        .where(_CHATS.c.id == sa.bindparam("chat"), _CHATS.c.open, *conditions)
        .values(
            {
                "last_seq": _CHATS.c.last_seq + 1,
                own_read.name: _CHATS.c.last_seq + 1,
                wrote.name: wrote + 1,
                "last_message_at": now,
                "last_sender_id": sa.bindparam("sender"),
                "last_kind": sa.bindparam("sort", type_=_CHATS.c.last_kind.type),
                "last_preview": sa.bindparam("preview"),
                "waiting_since": sa.func.coalesce(_CHATS.c.waiting_since, now) if from_client else None,
            }
        )
        .returning(_CHATS.c.last_seq, other_read)
    )


def _plain(from_client):
    """Its reader has unread ones already, or sees it come; whoever is away is told in more than one way."""
    _, other_read = _reads(from_client)
    here = sa.exists().where(
        _OTHER.c.id == _ids(from_client)[1],
        _OTHER.c.role == _of(from_client, Role.CLIENT, Role.REALTOR)[1],
        _OTHER.c.last_seen_at > sa.bindparam("seen_after", type_=_OTHER.c.last_seen_at.type),
        _OTHER.c.blocked_at.is_(None),
        _OTHER.c.deleted_at.is_(None),
    )
    return sa.or_(other_read < _CHATS.c.last_seq, here)


def _still(from_client):
    """The writer is one of its two people, as when they were asked about, signed in, and neither of them is blocked."""
    mine, other = _ids(from_client)
    me = sa.exists().where(
        _SIGN_INS.c.id == sa.bindparam("sign_in"),
        _SIGN_INS.c.ended_at.is_(None),
        _ME.c.id == _SIGN_INS.c.user_id,
        _ME.c.session_epoch == _SIGN_INS.c.epoch,
        _ME.c.id == mine,
        _ME.c.role == sa.bindparam("role", type_=_ME.c.role.type),
        _ME.c.blocked_at.is_(None),
        _ME.c.deleted_at.is_(None),
    )
    return me, other == sa.bindparam("across"), sa.exists().where(_OTHER.c.id == other, _OTHER.c.blocked_at.is_(None))


def _storing(numbering):
    """``numbering``, the INSERT of the message and the reader's mail as one statement, which SQLite does not know.

    Returns the seq. A nonce that is taken is an IntegrityError, which takes the seq back.
    """
    numbered = numbering.cte("numbered")
    seq, read = numbered.c
    names = ("public_id", "conversation_id", "nonce", "sender_id", "kind", "body", "created_at")
    row = [sa.bindparam(name, type_=_MESSAGES.c[name].type).label(name) for name in names]
    stored = sa.insert(_MESSAGES).from_select([*names, "seq"], sa.select(*row, seq), False)
    mail = bursts.watching(postgresql.insert, sa.exists().where(read == seq - 1))
    return stored.returning(_MESSAGES.c.seq).add_cte(mail.cte("mail"))


def _conditions(from_client, again):
    return (_plain(from_client), *(_still(from_client) if again else ()))


# (from its client, whether the writer was let in earlier) → a plain message, in the one dialect's way and the other's
_WAYS = [(from_client, again) for from_client in SIDES for again in (False, True)]
_NUMBER = {side: Prepared(_numbering(side)) for side in SIDES}
_NUMBER_PLAIN = {way: Prepared(_numbering(way[0], *_conditions(*way))) for way in _WAYS}
_STORE = {way: Prepared(_storing(_numbering(way[0], *_conditions(*way)))) for way in _WAYS}
_COLUMNS = ("public_id", "conversation_id", "seq", "nonce", "sender_id", "kind", "body", "params", "media_id")
_COLUMNS += ("reply_to_id", "created_at")
_INSERT = {
    dialect: Prepared(
        module.insert(_MESSAGES)
        .on_conflict_do_nothing(index_elements=["conversation_id", "nonce"])
        .returning(_MESSAGES.c.id),
        columns=_COLUMNS,
    )
    for dialect, module in {"sqlite": sqlite, "postgresql": postgresql}.items()
}


def number(connection, from_client, **values):
    """(seq, what the receiver has read) of one more message: ``chat``, ``now``, ``sender``, ``sort``, ``preview``.

    None when the conversation is closed.
    """
    return _NUMBER[from_client].run(connection, **values)


def insert(connection, conversation_id, sender_id, line, *, media_id=None, reply_to_id=None):
    """The new row's id; None when the nonce is taken."""
    values = {"conversation_id": conversation_id, "sender_id": sender_id}
    values |= {"media_id": media_id, "reply_to_id": reply_to_id}
    return _INSERT[connection.dialect.name].run(connection, **line._asdict() | values)


def entered(actor, across):
    """What at_once() and read() look at anew of the person of a socket who was let in earlier: ``across``, an id, is
    whom they talk with.
    """
    return {"sign_in": actor.sign_in_id, "role": actor.role, "across": across}


def at_once(chat, line, *, sender, from_client, mail, entered=None):
    """Store a plain text, with the mail of a reader who has read everything and is here.

    ``mail()``: the values of bursts.mail. ``entered``: see there. The seq; None, with nothing done, when there is more
    to do, or when something is not what it was. Raises Repeated, transaction.Busy.
    """
    values = line._asdict() | (entered or {})
    values |= {"chat": chat.id, "conversation_id": chat.id, "sender": sender.id, "sender_id": sender.id}
    values |= {"now": line.created_at, "sort": line.kind, "preview": texts.preview(line.body)}
    values |= {"media_id": None, "reply_to_id": None, "seen_after": line.created_at - bursts.ONLINE}
    way, dialect = (from_client, bool(entered)), db.engine.dialect
    try:
        if dialect.name == "sqlite":
            return _at_once(lambda run: _step_by_step(run, way, values, mail))
        stored = _at_once(lambda run: run(_STORE[way], **values, **mail()))
        return stored and stored[0]
    except dialect.loaded_dbapi.IntegrityError:
        raise Repeated from None


def _step_by_step(run, way, values, mail):
    numbered = run(_NUMBER_PLAIN[way], **values)
    if numbered is None:
        return None
    seq, read = numbered
    if run(_INSERT["sqlite"], **values | {"seq": seq}) is None:
        raise Repeated
    if read == seq - 1:
        run(bursts.WATCH["sqlite"], **mail())
    return seq


def _reading(from_client, *conditions):
    """The UPDATE of how far one side has read."""
    own, seq = _reads(from_client)[0], sa.bindparam("seq", type_=sa.Integer)
    further = _CHATS.c.id == sa.bindparam("chat"), own < seq, seq <= _CHATS.c.last_seq
    return sa.update(_CHATS).where(*further, *conditions).values({own.name: seq}).returning(_CHATS.c.id)


def _forgetting(*conditions):
    """The UPDATE of the notifications that led to what is read now."""
    unread = _ALERTS.c.user_id == sa.bindparam("reader"), _ALERTS.c.read_at.is_(None)
    led_here = _ALERTS.c.url == sa.bindparam("address"), *unread, *conditions
    now = sa.bindparam("now", type_=_ALERTS.c.read_at.type)
    return sa.update(_ALERTS).where(*led_here).values(read_at=now).returning(_ALERTS.c.id)


def _both(reading):
    """``reading`` and _forgetting() as one statement, which SQLite does not know: how many rows of each."""
    further = reading.cte("further")
    alerts = _forgetting(sa.exists(sa.select(further.c.id))).cte("alerts")
    return sa.select(*(sa.select(sa.func.count()).select_from(part).scalar_subquery() for part in (further, alerts)))


_READINGS = {(side, again): _reading(side, *(_still(side) if again else ())) for side, again in _WAYS}
_READ = {way: Prepared(reading) for way, reading in _READINGS.items()}
_READ_BOTH = {way: Prepared(_both(reading)) for way, reading in _READINGS.items()}
_FORGET = Prepared(_forgetting())


def read(chat_id, seq, *, reader_id, from_client, url, entered=None, connection=None):
    """One side has read up to ``seq``, and with it the notifications with this ``url``: (the first, the second).

    ``connection``: of a transaction that is open. Raises transaction.Busy without one where one would be needed.
    """
    values = {"chat": chat_id, "seq": seq, "reader": reader_id, "address": url, "now": utcnow()}
    values |= entered or {}
    way = from_client, bool(entered)
    if connection is not None:
        return _read_and_forget(lambda prepared, **named: prepared.run(connection, **named), way, values)
    if db.engine.dialect.name == "sqlite":
        return _at_once(lambda run: _read_and_forget(run, way, values))
    further, alerts = _at_once(lambda run: run(_READ_BOTH[way], **values))
    return bool(further), bool(alerts)


def _read_and_forget(run, way, values):
    if run(_READ[way], **values) is None:
        return False, False
    return True, run(_FORGET, **values) is not None

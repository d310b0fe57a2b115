"""Everything kept about a person, for that person; and its removal."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag, MediaState
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import Consent, Identity, SignIn
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry, Match
from app.models.media import Media
from app.models.notifications import Notification, PushSubscription
from app.services import audit, comments, preferences, standings
from app.services.accounts import forgetting, leaving, passkeys, passwords
from app.services.accounts.people import keep_one_supervisor
from app.services.merging import moving
from app.services.telegram import links as telegram
from app.services.transaction import after_commit, transaction

ACCOUNT = ("public_id", "role", "email", "name", "first_name", "last_name", "phone", "locale", "timezone", "created_at")
ACCOUNT += ("last_seen_at", "shows_presence")
DEVICE = ("browser", "system", "how", "created_at", "last_seen_at", "ended_at")
PASSKEY = ("name", "backed_up", "created_at", "last_used_at")
INQUIRY = (
    *("public_id", "number", "deal", "status", "property_type", "rooms", "budget_min", "budget_max", "currency"),
    *("area_min", "move_in", "wishes", "answers", "created_at", "published_at", "closed_at"),
)


def export(*, actor):
    """A JSON-ready dict of everything that concerns ``actor``."""
    data = {"account": _columns(actor, ACCOUNT)}
    if actor.realtor:
        data["realtor"] = {"city": actor.realtor.city.name_ru, "agency": actor.realtor.agency.name}
        data["answers"] = [_answer(match, number) for match, number in _matches(actor)]
    data["sign_ins"] = [_columns(row, ("provider", "email", "created_at")) for row in _own(Identity, actor)]
    data["devices"] = [_columns(row, DEVICE) for row in _own(SignIn, actor)]
    data["passkeys"] = [_columns(row, PASSKEY) for row in passkeys.of(actor)]
    data["telegram"] = _telegram(actor)
    data["push"] = [_columns(row, ("browser", "system", "created_at")) for row in _own(PushSubscription, actor)]
    data["consents"] = [_columns(row, ("document", "version", "given_at")) for row in _own(Consent, actor)]
    data["inquiries"] = [_columns(row, INQUIRY) | {"city": row.city.name_ru} for row in _inquiries(actor)]
    data["conversations"] = _conversations(actor)
    data["drafts_and_notes"] = standings.export(actor)
    data["events"] = [_columns(event, ("tag", "created_at")) for event in db.session.scalars(forgetting.journal(actor))]
    data["notifications"] = [
        _columns(row, ("kind", "params", "created_at", "read_at")) for row in _own(Notification, actor)
    ]
    data["comments"] = comments.export(actor)
    data["notification_choices"] = preferences.export(actor)
    return data


def _telegram(actor):
    linked = telegram.of(actor)
    return _columns(linked, ("username", "created_at")) if linked else None


def _columns(row, names):
    return {"id" if name == "public_id" else name: audit.plain(getattr(row, name)) for name in names}


def _own(model, actor):
    return db.session.scalars(sa.select(model).where(model.user_id == actor.id).order_by(model.id))


def _inquiries(actor):
    query = sa.select(Inquiry).where(Inquiry.client_id == actor.id).order_by(Inquiry.id)
    return db.session.scalars(query.options(sa.orm.joinedload(Inquiry.city)))


def _matches(actor):
    query = sa.select(Match, Inquiry.number).join(Inquiry).where(Match.realtor_id == actor.id).order_by(Match.id)
    return db.session.execute(query)


def _answer(match, number):
    return {"inquiry": number} | _columns(match, ("seen_at", "accepted_at", "declined_at", "decline_reason"))


def files(*, actor):
    """(path in the archive, key in the storage) of every file in the person's conversations."""
    stored = Media.state.not_in((MediaState.NEW, MediaState.GONE))
    query = sa.select(Media).join(Conversation).where(_mine(actor), stored).order_by(Media.id)
    return [(_path(media), media.key) for media in db.session.scalars(query)]


def _path(media):
    return f"files/{media.public_id}/{media.name}"


def _mine(actor):
    return sa.or_(Conversation.client_id == actor.id, Conversation.realtor_id == actor.id)


def _conversations(actor):
    mine = _mine(actor)
    people = (sa.orm.joinedload(Conversation.client), sa.orm.joinedload(Conversation.realtor))
    found = db.session.scalars(sa.select(Conversation).where(mine).options(*people).order_by(Conversation.id)).all()
    messages = {row.id: [] for row in found}
    told = sa.select(Message).join(Conversation).where(mine).options(sa.orm.joinedload(Message.media))
    told = told.order_by(Message.conversation_id, Message.seq)
    for message in db.session.scalars(told):
        messages[message.conversation_id].append(_message(message, actor))
    return [_conversation(row, actor) | {"messages": messages[row.id]} for row in found]


def _conversation(row, actor):
    other = row.other(actor)
    return _columns(row, ("public_id", "kind", "open", "created_at")) | {"with": other.name if other else None}


def _message(message, actor):
    sender = "me" if message.sender_id == actor.id else "other" if message.sender_id else "system"
    said = {"from": sender} | _columns(message, ("seq", "kind", "body", "created_at", "edited_at", "deleted_at"))
    return said | {"media": _file(message.media)} if message.media else said


def _file(media):
    """What it is, and where it lies in the archive."""
    about = {"name": media.name, "type": media.content_type, "size": media.size}
    return about | {"file": _path(media)} if media.state != MediaState.GONE else about


def delete_account(proof, *, actor):
    """Wipe the person: ``proof`` is the password, or the e-mail where there is no password yet.

    Conversations stay readable for the other side. Raises InvalidInput(field="proof").
    """
    _check(proof, actor)
    with transaction():
        keep_one_supervisor(actor)
        moving.check_still(actor)
        audit.record(AuditTag.ACCOUNT_DELETED, actor, actor=actor)
        leaving.leave(actor)
        after_commit("account:ended", user_id=actor.id)


def _check(proof, actor):
    password_hash, email = actor.password_hash, actor.email
    db.session.rollback()
    if password_hash is None:
        if (proof or "").strip().lower() != email:
            raise InvalidInput(_l("Type the e-mail address of this account."), field="proof")
    elif not passwords.is_password_of(password_hash, proof):
        raise InvalidInput(_l("This is not your current password."), field="proof")

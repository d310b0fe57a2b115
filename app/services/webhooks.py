"""Telling other programs what has happened (Standard Webhooks): thin messages, written with their cause and signed.

A message names the record and what changed of it, no values: whoever may see them asks /api/v1.
"""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import UTC, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from app import public_addresses
from app.constants import AuditTag, Channel
from app.constants import NotificationKind as Kind
from app.constants import WebhookType as Type
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.base import utcnow
from app.models.prepared import Prepared
from app.models.webhooks import Webhook, WebhookAttempt
from app.services import audit, keys, notifications, outbox, reach
from app.services.bursts import NotNeeded
from app.services.transaction import transaction
from app.services.versions import check_version

MARK = "whsec_"
BOTH = timedelta(hours=24)  # after a change of secret each message carries both signatures for so long
PATIENCE = timedelta(days=3)  # of nothing but failures; then it is cut off and its owner told
KEPT = timedelta(days=30)
PURPOSE = b"webhook secret"


def create(url, types, *, about="", actor):
    """``(webhook, secret)``; the secret is shown now and never again. Raises InvalidInput(field)."""
    values, secret = {"url": _reachable(url), "types": _types(types), "about": _about(about)}, _new_secret()
    with transaction() as session:
        webhook = Webhook(**values, secret=_seal(secret), user_id=actor.id)
        session.add(webhook)
        session.flush()
        audit.record(AuditTag.WEBHOOK_CREATED, webhook, actor=actor, host=webhook.host, types=webhook.types)
    return webhook, secret


def edit(webhook, values, *, actor, version=None):
    """Change url, types, about. Raises InvalidInput(field), EditConflict."""
    url = values["url"] if values["url"] == webhook.url else _reachable(values["url"])
    values = {"url": url, "types": _types(values["types"]), "about": _about(values.get("about"))}
    with transaction():
        check_version(webhook, version, values)
        old, new = audit.changes(webhook, values)
        if new:
            for name, value in values.items():
                setattr(webhook, name, value)
            webhook.version += 1
            audit.record(AuditTag.WEBHOOK_CHANGED, webhook, actor=actor, old=old, new=new)


def rotate(webhook, *, actor):
    """A new secret. Until a day has passed messages are signed with the old one, too."""
    secret = _new_secret()
    with transaction():
        webhook.old_secret, webhook.old_until = webhook.secret, utcnow() + BOTH
        webhook.secret = _seal(secret)
        audit.record(AuditTag.WEBHOOK_ROTATED, webhook, actor=actor, host=webhook.host)
    return secret


def switch(webhook, on, *, actor):
    """Cut off, or told again. What happened meanwhile is not told afterwards."""
    with transaction():
        if (webhook.disabled_at is None) is not on:
            webhook.disabled_at, webhook.failing_since = None if on else utcnow(), None
            said = {"old": {"active": not on}, "new": {"active": on}}
            audit.record(AuditTag.WEBHOOK_CHANGED, webhook, actor=actor, **said)


def delete(webhook, *, actor):
    with transaction() as session:
        audit.record(AuditTag.WEBHOOK_DELETED, webhook, actor=actor, host=webhook.host)
        session.delete(webhook)


def test(webhook, *, actor):
    """A trial message, to this address alone."""
    with transaction():
        _check_on(webhook)
        _queue(Type.TEST, {"id": str(webhook.public_id)}, [webhook.public_id])


def replay(attempt, *, actor):
    """The same message once more, under its own id: a receiver that has had it knows."""
    with transaction():
        _check_on(attempt.webhook)
        payload = attempt.body | {"message": attempt.message}
        receiver = outbox.Receiver(str(attempt.webhook.public_id))
        outbox.queue(Channel.WEBHOOK, attempt.type, None, payload, [receiver])


def _check_on(webhook):
    if webhook.disabled_at:
        raise RefusedMove(_l("The webhook is switched off: switch it on first."))


# From what has happened to messages


def tell(tag, subject, fields):
    """audit.follow: whoever asked for this kind of event gets a message, in the same transaction."""
    found = _SAYS.get(tag)
    said = found(subject, fields) if found else None
    if said:
        type, data = said
        _queue(type, data, [public_id for public_id, types in _LISTENING.read_all() if type in types])


_LISTENING = Prepared(sa.select(Webhook.public_id, Webhook.types).where(Webhook.disabled_at.is_(None)))


def _queue(type, data, webhooks):
    payload = {"type": type.value, "timestamp": _moment(utcnow()), "data": data}
    outbox.queue(Channel.WEBHOOK, type.value, None, payload, [outbox.Receiver(str(each)) for each in webhooks])


def _moment(value):
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _about_inquiry(inquiry, **more):
    return {"id": str(audit.identity(inquiry)), "number": inquiry.number, **more}


def _moved(inquiry, fields):
    """Beginning to work on it is no news: the acceptance is."""
    old, new = fields["old"]["status"], fields["new"]["status"]
    if new in _CLOSED:
        return Type.INQUIRY_CLOSED, _about_inquiry(inquiry, status=new)
    return (Type.INQUIRY_REOPENED, _about_inquiry(inquiry, status=new)) if old in _CLOSED else None


def _accepted(match, fields):
    return Type.INQUIRY_ACCEPTED, _about_inquiry(match.inquiry, realtor=str(match.realtor.public_id))


def _conversation(type):
    def say(conversation, fields):
        if conversation.inquiry_id is None:
            return None
        return type, {"id": str(conversation.public_id), "inquiry": str(conversation.inquiry.public_id)}

    return say


def _agency(type):
    def say(agency, fields):
        changed = {"changed": sorted(set(fields["new"]) - {"key"})} if "new" in fields else {}
        return type, {"id": str(audit.identity(agency)), **changed}

    return say


_CLOSED = ("done", "cancelled", "expired")
_SAYS = {
    AuditTag.INQUIRY_PUBLISHED: lambda inquiry, fields: (Type.INQUIRY_PUBLISHED, _about_inquiry(inquiry)),
    AuditTag.INQUIRY_CHANGED: lambda inquiry, fields: (
        *(Type.INQUIRY_CHANGED, _about_inquiry(inquiry, changed=sorted(fields["new"]))),
    ),
    AuditTag.INQUIRY_STATUS: _moved,
    AuditTag.MATCH_ACCEPTED: _accepted,
    AuditTag.CONVERSATION_CLOSED: _conversation(Type.CONVERSATION_CLOSED),
    AuditTag.CONVERSATION_REOPENED: _conversation(Type.CONVERSATION_REOPENED),
    AuditTag.REALTOR_JOINED: lambda user, fields: (Type.REALTOR_JOINED, {"id": str(audit.identity(user))}),
    AuditTag.AGENCY_CREATED: _agency(Type.AGENCY_CREATED),
    AuditTag.AGENCY_CHANGED: _agency(Type.AGENCY_CHANGED),
    AuditTag.AGENCY_DELETED: _agency(Type.AGENCY_DELETED),
}


# From a claimed delivery to what is posted


def message(letter):
    """What is posted for a claimed delivery, signed now: url, body, headers. Raises NotNeeded when nobody listens."""
    webhook = _of(letter)
    if webhook is None or webhook.disabled_at:
        raise NotNeeded()
    body = json.dumps(_body(letter), ensure_ascii=False, separators=(",", ":"))
    moment = str(int(utcnow().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Otklik-Webhooks/1",
        "webhook-id": message_id(letter),
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(_sign(secret, message_id(letter), moment, body) for secret in _secrets(webhook)),
    }
    return {"url": webhook.url, "body": body, "headers": headers}


def message_id(letter):
    return letter.payload.get("message") or f"msg_{letter.key.hex}"


def _body(letter):
    return {name: letter.payload[name] for name in ("type", "timestamp", "data")}


def _sign(secret, id, moment, body):
    key = base64.b64decode(secret.removeprefix(MARK))
    signature = hmac.new(key, f"{id}.{moment}.{body}".encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(signature).decode()


def _secrets(webhook):
    """The new one first; the one before it while both are good."""
    sealed = [webhook.secret]
    if webhook.old_secret and webhook.old_until > utcnow():
        sealed.append(webhook.old_secret)
    return [keys.cipher(PURPOSE).decrypt(each.encode()).decode() for each in sealed]


def _of(letter):
    return db.session.scalar(sa.select(Webhook).where(Webhook.public_id == UUID(letter.address)))


# How it went


def arrived(letter, receipt):
    """services.reach: it was taken."""
    with transaction():
        webhook = _of(letter)
        if webhook:
            webhook.last_success_at, webhook.failing_since = utcnow(), None
            _log(webhook, letter, receipt)


def failed(letter, refusal):
    """services.reach: it was not. After days of nothing else, or a 410, the address is cut off."""
    receipt = getattr(refusal, "receipt", None)
    with transaction():
        webhook = _of(letter)
        if webhook is None or receipt is None:
            return
        _log(webhook, letter, receipt, str(refusal))
        webhook.failing_since = webhook.failing_since or utcnow()
        if receipt.status == 410 or webhook.failing_since < utcnow() - PATIENCE:
            _cut_off(webhook)


def _cut_off(webhook):
    if webhook.disabled_at:
        return
    webhook.disabled_at = utcnow()
    said = {"old": {"active": True}, "new": {"active": False}}
    audit.record(AuditTag.WEBHOOK_CHANGED, webhook, actor=None, **said)
    url = f"/supervisor/webhooks/{webhook.public_id}/"
    params = {"host": webhook.host}
    notifications.notify([webhook.user], Kind.WEBHOOK_OFF, params=params, url=url, email="notification")


def _log(webhook, letter, receipt, error=""):
    head = [f"POST {webhook.url}", f"webhook-id: {message_id(letter)}"]
    attempt = WebhookAttempt(
        webhook_id=webhook.id,
        message=message_id(letter),
        type=letter.kind,
        body=_body(letter),
        status=receipt.status,
        milliseconds=receipt.milliseconds,
        request_head="\n".join(head),
        response_head=receipt.response_head,
        error=error[:300],
        created_at=utcnow(),
    )
    db.session.add(attempt)


def attempts(webhook, limit=50):
    """The last tries, newest first."""
    mine = sa.select(WebhookAttempt).where(WebhookAttempt.webhook_id == webhook.id)
    return db.session.scalars(mine.order_by(WebhookAttempt.id.desc()).limit(limit)).all()


def purge():
    """Forget the tries of more than 30 days ago."""
    with transaction() as session:
        long_ago = WebhookAttempt.created_at < utcnow() - KEPT
        return session.execute(sa.delete(WebhookAttempt).where(long_ago)).rowcount


# What an owner fills in


def _reachable(url):
    """Only an address on the public internet: our worker will call it."""
    url, trusted = (url or "").strip(), current_app.config["SETTINGS"].webhook_test_origin
    db.session.rollback()  # finding the name takes its time: hold no connection meanwhile
    try:
        if len(url) > Webhook.url.type.length:
            raise public_addresses.NotPublic()
        public_addresses.resolve(url, trusted=trusted)
    except public_addresses.NotPublic:
        raise InvalidInput(_l("Only an https address on the public internet, please."), field="url") from None
    except public_addresses.Unresolved:
        raise InvalidInput(_l("There is no such host."), field="url") from None
    return url


def _types(words):
    chosen = [type.value for type in Type if type != Type.TEST and type in (words or ())]
    if not chosen:
        raise InvalidInput(_l("Choose at least one."), field="types")
    return chosen


def _about(text):
    return " ".join((text or "").split())[:120]


def _new_secret():
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def _seal(secret):
    return keys.cipher(PURPOSE).encrypt(secret.encode()).decode()


audit.follow(tell)
# No person is reached by it: it stands in nobody's matrix.
reach.REACH[Channel.WEBHOOK] = reach.Reach(lambda listeners: {}, lambda: False, arrived=arrived, failed=failed)

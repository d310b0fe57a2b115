"""Two accounts of one person become one: what they asked, said and were told goes to it; the other is shut."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.constants import AuditTag, ConversationKind, Role
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import Consent, Identity, User
from app.models.base import utcnow
from app.models.conversations import Conversation, Message, Standing
from app.models.inquiries import Inquiry, Match
from app.models.media import Media
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.models.support import Ticket
from app.services import audit, inquiries, outbox, search
from app.services.merging import kept
from app.services.transaction import after_commit, transaction

ROLES = (Role.CLIENT, Role.REALTOR)
CHUNK = 500
BOUND = ("city", "agency")
FIELDS = ("name", "first_name", "last_name", "email", "phone", "locale", *BOUND)
OWNED = {  # what belongs to one person by itself; conversations and what was said in them follow below
    "inquiries": Inquiry.client_id,
    "helped": Inquiry.helped_by_id,
    "notifications": Notification.user_id,
    "letters": Delivery.user_id,
    "identities": Identity.user_id,
    "consents": Consent.user_id,
}


def merge(winner, loser, values, *, actor):
    """``winner`` takes all that is the loser's, and ``values`` (some of FIELDS, as the loser has them).

    The loser can do nothing from now on; its sessions end. Raises RefusedMove, InvalidInput.
    """
    with transaction() as session:
        winner, loser = _locked(session, winner.id, loser.id)
        _check_pair(winner, loser)
        moved = _linked(session, winner, loser)
        _move(session, moved, loser, winner, by=actor)
        moved |= {"email": loser.email, "verified": audit.plain(winner.email_verified_at)}
        verified = loser.email_verified_at
        _shut(session, loser, moved)
        old, new = _put(winner, {name: value for name, value in values.items() if name in FIELDS})
        if "email" in new:
            winner.email_verified_at = verified
        session.flush()
        facts = {"gone": loser.name, "moved": _counts(moved)}
        event = audit.record(AuditTag.ACCOUNT_MERGED, winner, actor=actor, old=old, new=new, **facts)
        kept.keep(event, winner=winner, loser=loser, moved=moved)
        outbox.forward(winner)
        _settle(session, winner, loser)
    return winner


def _locked(session, *ids):
    """Locked in one order, so that two merges never wait for each other."""
    found = {id: session.get(User, id, with_for_update={"of": User}) for id in sorted(set(ids))}
    if len(found) < 2 or None in found.values():
        raise RefusedMove(_l("These people cannot be merged: one of them is no longer there."))
    return [found[id] for id in ids]


def _check_pair(winner, loser):
    if winner.role != loser.role or winner.role not in ROLES:
        raise RefusedMove(_l("Only two clients or two realtors can be merged."))
    if not (winner.is_active and loser.is_active):
        raise RefusedMove(_l("One of them is blocked or deleted: it cannot be merged."))
    if both := _answered_by_both(winner, loser):
        numbers = ", ".join(f"№ {number}" for number in both)
        raise RefusedMove(
            _l("Both talk to one client about %(numbers)s: two chats cannot become one.", numbers=numbers)
        )
    if _support(winner) and (support := _support(loser)):
        waiting = sa.select(Ticket.id).where(Ticket.conversation_id == support, Ticket.closed_at.is_(None))
        if db.session.scalar(waiting.limit(1)):
            raise RefusedMove(_l("%(name)s waits for an answer of support: close the question first.", name=loser.name))


def _answered_by_both(winner, loser):
    theirs = sa.select(Conversation.inquiry_id).where(Conversation.realtor_id == winner.id)
    both = Conversation.realtor_id == loser.id, Conversation.inquiry_id.in_(theirs)
    found = sa.select(Inquiry.number).join(Conversation, Conversation.inquiry_id == Inquiry.id).where(*both)
    return db.session.scalars(found.order_by(Inquiry.number).limit(5)).all()


def _support(user):
    own = Conversation.kind == ConversationKind.SUPPORT, Conversation.client_id == user.id
    return db.session.scalar(sa.select(Conversation.id).where(*own))


def _ids(session, column, *clauses):
    key = sa.inspect(column.class_).primary_key[0]
    return list(session.scalars(sa.select(key).where(*clauses).order_by(key)))


def _linked(session, winner, loser):
    """Ids of all that goes, by its name. ``swapped``: pairs of matches of one inquiry, the loser's first."""
    moved = {name: _ids(session, column, column == loser.id) for name, column in OWNED.items()}
    stays = _support(loser) if _support(winner) else None
    asked = Conversation.client_id == loser.id, Conversation.id != (stays or 0)
    moved["asked"] = _ids(session, Conversation.client_id, *asked)
    moved["answered"] = _ids(session, Conversation.realtor_id, Conversation.realtor_id == loser.id)
    ours = dict(session.execute(sa.select(Match.inquiry_id, Match.id).where(Match.realtor_id == winner.id)).all())
    theirs = session.scalars(sa.select(Match).where(Match.realtor_id == loser.id).order_by(Match.id)).all()
    moved["matches"] = [match.id for match in theirs if match.inquiry_id not in ours]
    twice = (match for match in theirs if match.inquiry_id in ours and match.accepted_at)
    moved["swapped"] = [[match.id, ours[match.inquiry_id]] for match in twice]
    return moved


def _move(session, moved, source, target, *, by):
    """What is still the source's of ``moved``; returns how many records were not."""
    stayed = 0
    for name, column in OWNED.items():
        done = _shift(session, column, moved[name], source, target)
        stayed += len(moved[name]) - done if name == "inquiries" else 0
    for name, column in (("asked", Conversation.client_id), ("answered", Conversation.realtor_id)):
        _said(session, moved[name], column, source, target)
        stayed += len(moved[name]) - _shift(session, column, moved[name], source, target)
    _shift(session, Match.realtor_id, moved["matches"], source, target)
    for first, second in moved["swapped"]:
        _swap(session, first, second, source, target, by)
    return stayed


def _shift(session, column, ids, source, target):
    key, done = sa.inspect(column.class_).primary_key[0], 0
    for start in range(0, len(ids), CHUNK):
        theirs = key.in_(ids[start : start + CHUNK]), column == source.id
        change = sa.update(column.class_).where(*theirs).values({column.key: target.id})
        done += session.execute(change.execution_options(synchronize_session=False)).rowcount
    return done


def _said(session, ids, side, source, target):
    """What the person did inside those conversations that are still theirs."""
    for start in range(0, len(ids), CHUNK):
        theirs = sa.select(Conversation.id).where(Conversation.id.in_(ids[start : start + CHUNK]), side == source.id)
        for column, chat in (
            (Message.sender_id, Message.conversation_id),
            (Media.uploader_id, Media.conversation_id),
            (Standing.user_id, Standing.conversation_id),
            (Conversation.closed_by_id, Conversation.id),
            (Conversation.last_sender_id, Conversation.id),
        ):
            done = sa.update(column.class_).where(chat.in_(theirs), column == source.id)
            session.execute(done.values({column.key: target.id}).execution_options(synchronize_session=False))


def _swap(session, first, second, source, target, by):
    """Two matches of one inquiry change hands, by way of somebody who has none: an inquiry has one of each realtor."""
    held = dict(session.execute(sa.select(Match.id, Match.realtor_id).where(Match.id.in_((first, second)))).all())
    if held != {first: source.id, second: target.id}:
        return
    for match, owner in ((second, by.id), (first, target.id), (second, source.id)):
        change = sa.update(Match).where(Match.id == match).values(realtor_id=owner)
        session.execute(change.execution_options(synchronize_session=False))


def _shut(session, loser, moved):
    loser.email, loser.deleted_at = None, utcnow()
    loser.session_epoch += 1
    loser.version += 1
    if loser.realtor:
        moved["active"], loser.realtor.active = loser.realtor.active, False
    session.flush()


def _put(user, values):
    """``(old, new)`` for the journal. Inside transaction(). Raises InvalidInput when the e-mail is somebody else's."""
    bound = {name: values[name] for name in BOUND if values.get(name) and user.realtor}
    columns = {name: value for name, value in values.items() if name not in BOUND}
    taken = sa.select(User.id).where(User.email == columns.get("email"), User.id != user.id)
    if columns.get("email") and db.session.scalar(taken):
        raise InvalidInput(_l("Somebody else has this e-mail."), field="email")
    old, new = audit.changes(user, columns)
    for name in new:
        setattr(user, name, columns[name])
    for name, row in bound.items():
        if (held := getattr(user.realtor, name)).id != row.id:
            old[name], new[name] = audit.plain(held), audit.plain(row)
            setattr(user.realtor, f"{name}_id", row.id)
    if new:
        user.version += 1
        db.session.flush()
    if user.realtor:
        db.session.expire(user.realtor)
    return old, new


def _counts(moved):
    return {"inquiries": len(moved["inquiries"]), "conversations": len(moved["asked"]) + len(moved["answered"])}


def _settle(session, *people):
    session.flush()
    session.expire_all()
    for user in people:
        search.index_person(user)
        if user.realtor and user.realtor.active:
            inquiries.publish_awaiting(user.realtor.city)
        after_commit("account:ended", user_id=user.id)
        after_commit("person:changed", user_id=user.id)
    after_commit("places:changed")


def check(event):
    """Raises RefusedMove where a later change stands on the merge."""
    merge = kept.of(event)
    winner, loser = _people(merge)
    if winner is None or winner.deleted_at or loser is None or not loser.deleted_at:
        raise RefusedMove(_l("The record that remained has itself been merged or deleted since: take that back first."))
    taken = db.session.scalar(sa.select(User.id).where(User.email == merge.moved["email"]))
    if taken not in (None, winner.id):
        raise RefusedMove(_l("Somebody else has this e-mail."))


def _people(merge):
    return [db.session.scalar(sa.select(User).where(User.public_id == UUID(id))) for id in (merge.winner, merge.loser)]


def part(event, values, *, actor):
    """The loser is back with what was its own; what began since then on its inquiries goes with them.

    ``values``: what the merge took from the winner. Raises RefusedMove, InvalidInput.
    """
    with transaction() as session:
        check(event)
        merge = kept.of(event)
        winner, loser = _locked(session, *(user.id for user in _people(merge)))
        moved = dict(merge.moved)
        _put(winner, values)
        if "email" in values:
            winner.email_verified_at = moved["verified"] and datetime.fromisoformat(moved["verified"])
        session.flush()
        loser.email, loser.deleted_at = moved["email"], None
        loser.version += 1
        if loser.realtor:
            loser.realtor.active = moved["active"]
        _add_later(session, moved, winner)
        stayed = _move(session, moved, winner, loser, by=actor)
        facts = {"back": loser.name, "moved": _counts(moved), "stayed": stayed}
        audit.record(AuditTag.ACCOUNT_PARTED, winner, actor=actor, **facts)
        session.delete(merge)
        _settle(session, winner, loser)
    return stayed and _n(
        "%(num)s record is elsewhere by now and stays there.",
        "%(num)s records are elsewhere by now and stay there.",
        stayed,
    )


def _add_later(session, moved, winner):
    """Conversations that began after the merge about what goes back."""
    going = Conversation.inquiry_id.in_(sa.select(Inquiry.id).where(Inquiry.id.in_(moved["inquiries"])))
    begun = _ids(session, Conversation.client_id, Conversation.client_id == winner.id, going)
    moved["asked"] = sorted({*moved["asked"], *begun})
    matches = sa.select(Match.inquiry_id).where(Match.id.in_(moved["matches"]), Match.realtor_id == winner.id)
    met = Conversation.realtor_id == winner.id, Conversation.inquiry_id.in_(matches)
    moved["answered"] = sorted({*moved["answered"], *_ids(session, Conversation.realtor_id, *met)})

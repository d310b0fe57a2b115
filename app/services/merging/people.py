"""Two accounts of one person become one: what they asked, said and were told goes to it; the other is shut."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.constants import AuditTag, Role
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import Departure, User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry
from app.models.support import Ticket
from app.services import audit, inquiries, message_search, outbox, search
from app.services.merging import belongings, kept, moving
from app.services.transaction import after_commit, transaction

ROLES = (Role.CLIENT, Role.REALTOR)
BOUND = ("city", "agency")
FIELDS = ("name", "first_name", "last_name", "email", "phone", "locale", *BOUND)


def merge(winner, loser, values, *, actor):
    """``winner`` takes all that is the loser's, and ``values`` (some of FIELDS, as the loser has them).

    The loser's ways in are closed and its sessions end now; the account is shut once the last of it has come over.
    Raises RefusedMove, InvalidInput.
    """
    with transaction() as session:
        winner, loser = _locked(session, winner.id, loser.id)
        moving.check_still(winner, loser)
        _check_pair(winner, loser)
        moved = belongings.linked(loser, winner)
        facts = {"gone": loser.name, "moved": _counts(moved)}
        moved |= {"email": loser.email, "verified": audit.plain(winner.email_verified_at)}
        moved |= {"active": loser.realtor.active} if loser.realtor else {}
        verified = loser.email_verified_at
        _lock_out(session, loser)
        old, new = _put(winner, {name: value for name, value in values.items() if name in FIELDS})
        if "email" in new:
            winner.email_verified_at = verified
            outbox.forward(winner)
        session.flush()
        event = audit.record(AuditTag.ACCOUNT_MERGED, winner, actor=actor, old=old, new=new, **facts)
        _begin(kept.keep(event, winner=winner, loser=loser, moved=moved), loser, winner)
    return winner


def _begin(merge, source, target, more=(), *, back=False):
    """What they are found by and sign in with at once, the rest as moving.py does."""
    for name, column in belongings.AT_ONCE.items():
        belongings.shift(column, merge.moved[name], source.id, target.id)
    _settle(source, target)
    moving.begin(merge, source, target, [*belongings.plan(merge.moved), *more], back=back)


def _locked(session, *ids):
    """Locked in one order, so that two merges never wait for each other."""
    found = {id: session.get(User, id, with_for_update={"of": User}) for id in sorted(set(ids))}
    if len(found) < 2 or None in found.values():
        raise RefusedMove(_l("These people cannot be merged: one of them is no longer there."))
    return [found[id] for id in ids]


def _check_pair(winner, loser):
    if winner.role != loser.role or winner.role not in ROLES:
        raise RefusedMove(_l("Only two clients or two realtors can be merged."))
    leaving = any(db.session.get(Departure, person.id) for person in (winner, loser))
    if leaving or not (winner.is_active and loser.is_active):
        raise RefusedMove(_l("One of them is blocked or deleted: it cannot be merged."))
    if both := _answered_by_both(winner, loser):
        numbers = ", ".join(f"№\xa0{number}" for number in both)
        raise RefusedMove(
            _l("Both talk to one client about %(numbers)s: two chats cannot become one.", numbers=numbers)
        )
    if belongings.support_of(winner) and (support := belongings.support_of(loser)):
        waiting = sa.select(Ticket.id).where(Ticket.conversation_id == support, Ticket.closed_at.is_(None))
        if db.session.scalar(waiting.limit(1)):
            raise RefusedMove(_l("%(name)s waits for an answer of support: close the question first.", name=loser.name))


def _answered_by_both(winner, loser):
    theirs = sa.select(Conversation.inquiry_id).where(Conversation.realtor_id == winner.id)
    both = Conversation.realtor_id == loser.id, Conversation.inquiry_id.in_(theirs)
    found = sa.select(Inquiry.number).join(Conversation, Conversation.inquiry_id == Inquiry.id).where(*both)
    return db.session.scalars(found.order_by(Inquiry.number).limit(5)).all()


def _lock_out(session, loser):
    loser.email = None
    loser.session_epoch += 1
    loser.version += 1
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


def _settle(*people):
    db.session.flush()
    db.session.expire_all()
    for user in people:
        search.index_person(user)
        if user.realtor and user.realtor.active:
            inquiries.publish_awaiting(user.realtor.city)
        after_commit("account:ended", user_id=user.id)
        after_commit("person:changed", user_id=user.id)
    after_commit("places:changed")


class People(moving.Route):
    weights = {"inquiries": 10, "matches": 3, "words": 8}

    def weight(self, part, key):
        return self.records(part, key) + 5 if part in belongings.SIDES else super().weight(part, key)

    def records(self, part, key):
        """Messages of a turn, and their conversation with the last; what is only written anew is no record."""
        if part in belongings.SIDES:
            _conversation, after, upto, last = key
            return upto - after + last
        return int(part != "words")

    def inquiries(self, session, move, keys):
        belongings.shift(Inquiry.client_id, keys, move.source_id, move.target_id)
        search.INQUIRIES.write(Inquiry.id.in_(keys))

    def helped(self, session, move, keys):
        belongings.shift(belongings.OWNED["helped"], keys, move.source_id, move.target_id)

    def notifications(self, session, move, keys):
        belongings.shift(belongings.OWNED["notifications"], keys, move.source_id, move.target_id)

    def letters(self, session, move, keys):
        belongings.shift(belongings.OWNED["letters"], keys, move.source_id, move.target_id)

    def asked(self, session, move, turns):
        belongings.hand_over("asked", turns, move.source_id, move.target_id)

    def answered(self, session, move, turns):
        """A match goes with its conversation."""
        ended = belongings.hand_over("answered", turns, move.source_id, move.target_id)
        self.matches(session, move, belongings.matches_of(ended, move.source_id))

    def matches(self, session, move, keys):
        owner = move.merge.event.actor_id
        belongings.give_matches(keys, move.source_id, move.target_id, by_way_of=owner)

    def words(self, session, move, keys):
        message_search.index_messages(keys)

    def late(self, session, move):
        """What began meanwhile, since both go on until the end."""
        source, target, known = *_ends(session, move), move.merge.moved
        if move.back:
            found = dict(zip(belongings.SIDES, belongings.begun_since(known, source, target), strict=True))
        else:
            found = belongings.linked(source, target)
        new = {name: sorted(set(ids) - set(known[name])) for name, ids in found.items()}
        if not any(new.values()):
            return []
        move.merge.moved = known | {name: known[name] + ids for name, ids in new.items()}
        for name, column in belongings.AT_ONCE.items():
            belongings.shift(column, new.get(name, ()), source.id, target.id)
        return belongings.plan(dict.fromkeys(known, []) | new)

    def arrived(self, session, move):
        source, target = _ends(session, move)
        if not move.back:
            source.deleted_at = utcnow()
            source.version += 1
            if source.realtor:
                source.realtor.active = False
            outbox.forward(target)
        _settle(source, target)


moving.ROUTES["user"] = People()


def _ends(session, move):
    return [session.get_one(User, id) for id in (move.source_id, move.target_id)]


def check(event):
    """Raises RefusedMove where a later change stands on the merge."""
    merge = kept.of(event)
    winner, loser = _people(merge)
    moving.check_still(winner, loser)
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
        stayed = _elsewhere(moved, winner)
        for side, begun in zip(belongings.SIDES, belongings.begun_since(moved, winner, loser), strict=True):
            moved[side] = sorted({*moved[side], *begun})
        facts = {"back": loser.name, "moved": _counts(moved), "stayed": stayed}
        audit.record(AuditTag.ACCOUNT_PARTED, winner, actor=actor, **facts)
        merge.moved = moved
        said = belongings.said_since(event, moved["asked"] + moved["answered"])
        _begin(merge, winner, loser, [["words", said]], back=True)
    return stayed and _n(
        "%(num)s record is elsewhere by now and stays there.",
        "%(num)s records are elsewhere by now and stay there.",
        stayed,
    )


def _elsewhere(moved, winner):
    """How many records are not where the merge put them."""
    watched = {"inquiries": belongings.OWNED["inquiries"]} | belongings.SIDES
    return sum(
        len(moved[name]) - len(moving.still(db.session, column.class_.id, moved[name], column == winner.id))
        for name, column in watched.items()
    )

"""What belongs to a person, and how it becomes another's: found by ids, moved a little at a time (moving.py)."""

from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.constants import ConversationKind
from app.extensions import db
from app.models.accounts import Consent, Identity
from app.models.conversations import Conversation, Message, Standing
from app.models.inquiries import Inquiry, Match
from app.models.media import Media
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.services.inquiries import firsts

CHUNK = 500
LONG = 500  # messages: a conversation of more goes in several turns
AT_ONCE = {"identities": Identity.user_id, "consents": Consent.user_id}  # few, and the way in to the account
OWNED = {  # what belongs to one person by itself; conversations and what was said in them besides
    "inquiries": Inquiry.client_id,
    "helped": Inquiry.helped_by_id,
    "notifications": Notification.user_id,
    "letters": Delivery.user_id,
}
SIDES = {"asked": Conversation.client_id, "answered": Conversation.realtor_id}
DONE = (  # in a conversation, besides what was said
    (Media.uploader_id, Media.conversation_id),
    (Standing.user_id, Standing.conversation_id),
    (Conversation.closed_by_id, Conversation.id),
    (Conversation.last_sender_id, Conversation.id),
)
_ours = aliased(Match)
_other = aliased(Conversation)


def linked(person, other):
    """Ids of all that goes from ``person`` to ``other``, by its name: what parts them again."""
    found = {name: ids(column, column == person.id) for name, column in (OWNED | AT_ONCE).items()}
    asked, answered = (column == person.id for column in SIDES.values())
    found["asked"] = ids(Conversation.client_id, asked, ~_asks_too(other.id))
    found["answered"] = ids(Conversation.realtor_id, answered, ~_answered_too(other.id))
    found["matches"] = ids(Match.realtor_id, Match.realtor_id == person.id, ~_met_too(other.id))
    return found


def begun_since(moved, person, other):
    """Ids of conversations that ``person`` began about what goes to ``other``: ``(asked, answered)``."""
    asked = sa.select(Conversation.id, Conversation.inquiry_id).where(Conversation.client_id == person.id)
    met = sa.select(Conversation.id, Match.id).join(Match, Match.inquiry_id == Conversation.inquiry_id)
    met = met.where(Conversation.realtor_id == person.id, Match.realtor_id.in_((person.id, other.id)))
    going = set(moved["inquiries"]), set(_all_matches(moved))
    return [
        [conversation for conversation, about in db.session.execute(found) if about in known]
        for found, known in zip((asked, met), going, strict=True)
    ]


def _all_matches(moved):
    return moved["matches"] + [first for first, _second in moved.get("swapped", ())]  # as older merges kept them


def ids(column, *clauses):
    key = sa.inspect(column.class_).primary_key[0]
    return list(db.session.scalars(sa.select(key).where(*clauses).order_by(key)))


def support_of(user):
    own = Conversation.kind == ConversationKind.SUPPORT, Conversation.client_id == user.id
    return db.session.scalar(sa.select(Conversation.id).where(*own))


def plan(moved):
    """In which order the linked rows go: what is under way first, then the newest of what was said."""
    talks = [[side, _turns(moved[side])] for side in SIDES]
    rest = [[part, moved[part][::-1]] for part in ("helped", "notifications", "letters")]
    return [["inquiries", moved["inquiries"][::-1]], *talks, ["matches", _all_matches(moved)], *rest]


def _turns(conversations):
    """[(conversation, after which message, up to which, whether that is the last), …], the newest of them first."""
    return [turn for one, last in _lengths(conversations[::-1]) for turn in _turns_of(one, last)]


def _turns_of(conversation, last):
    cuts = [*range(0, last or 1, LONG), last]
    return [(conversation, after, upto, upto == last) for after, upto in pairwise(cuts)]


def _lengths(conversations):
    for start in range(0, len(conversations), CHUNK):
        these = Conversation.id.in_(conversations[start : start + CHUNK])
        found = sa.select(Conversation.id, Conversation.last_seq).where(these).order_by(Conversation.id.desc())
        yield from db.session.execute(found)


def said_since(event, conversations):
    """The ids of messages of ``conversations`` that are younger than the event."""
    younger = sa.select(Message.id).where(Message.created_at >= event.created_at).order_by(Message.created_at)
    first = db.session.scalar(younger.limit(1))
    if first is None:
        return []
    found = []
    for start in range(0, len(conversations), CHUNK):
        these = Message.conversation_id.in_(conversations[start : start + CHUNK]), Message.id >= first
        found += db.session.scalars(sa.select(Message.id).where(*these))
    return found


def shift(column, ids, source_id, target_id):
    """What is still the source's becomes the target's; returns how many rows did."""
    key, done = sa.inspect(column.class_).primary_key[0], 0
    for start in range(0, len(ids), CHUNK):
        theirs = key.in_(ids[start : start + CHUNK]), column == source_id
        change = sa.update(column.class_).where(*theirs).values({column.key: target_id})
        done += db.session.execute(change.execution_options(synchronize_session=False)).rowcount
    return done


def hand_over(side, turns, source_id, target_id):
    """Some turns of conversations, which change hands with their last one. Returns the ids of those that have."""
    column, session = SIDES[side], db.session
    theirs = Conversation.id.in_({turn[0] for turn in turns}), column == source_id, ~_TAKEN[side](target_id)
    here = set(session.scalars(sa.select(Conversation.id).where(*theirs)))
    whole, ended = [], []
    for conversation, after, upto, last in (turn for turn in turns if turn[0] in here):
        if last and not after:
            whole.append(conversation)
        else:
            these = Message.seq > after, *(() if last else (Message.seq <= upto,))
            _done(Message.sender_id, sa.and_(Message.conversation_id == conversation, *these), source_id, target_id)
        ended += [conversation] if last else []
    _done(Message.sender_id, Message.conversation_id.in_(whole), source_id, target_id)
    for who, chat in DONE:
        _done(who, chat.in_(ended), source_id, target_id)
    shift(column, ended, source_id, target_id)
    return ended


def _done(column, clause, source_id, target_id):
    change = sa.update(column.class_).where(clause, column == source_id).values({column.key: target_id})
    db.session.execute(change.execution_options(synchronize_session=False))


def matches_of(conversations, realtor_id):
    """The ids of this realtor's matches with the inquiries that these conversations are about."""
    about = Conversation.inquiry_id == Match.inquiry_id, Conversation.id.in_(conversations)
    return db.session.scalars(
        sa.select(Match.id).where(Match.realtor_id == realtor_id, sa.exists().where(*about))
    ).all()


def give_matches(ids, source_id, target_id, *, by_way_of):
    """Where both have met one inquiry, the one who accepted it counts: the two matches change hands.

    ``by_way_of``: the id of somebody who has none, since an inquiry has one match of each realtor.
    """
    for start in range(0, len(ids), CHUNK):
        _hold_inquiries(ids[start : start + CHUNK])
        theirs = Match.id.in_(ids[start : start + CHUNK]), Match.realtor_id == source_id, ~_met_too(target_id)
        met = sa.select(Match.id, _ours.id).join(_ours, _ours.inquiry_id == Match.inquiry_id)
        for first, second in db.session.execute(met.where(*theirs, _ours.realtor_id == target_id)).all():
            for match, owner in ((second, by_way_of), (first, target_id), (second, source_id)):
                _give(Match.id == match, owner)
        _give(sa.and_(*theirs), target_id)
        firsts.renew(sa.select(Match.inquiry_id).where(Match.id.in_(ids[start : start + CHUNK])))


def _hold_inquiries(matches):
    """Before their matches, as whoever accepts one does: on PostgreSQL each would wait for the other otherwise."""
    about = sa.select(Match.inquiry_id).where(Match.id.in_(matches))
    db.session.execute(sa.select(Inquiry.id).where(Inquiry.id.in_(about)).order_by(Inquiry.id).with_for_update())


def _give(clause, realtor_id):
    change = sa.update(Match).where(clause).values(realtor_id=realtor_id)
    db.session.execute(change.execution_options(synchronize_session=False))


def _answered_too(user_id):
    """The other has a conversation about the same inquiry: two chats cannot become one."""
    about = _other.inquiry_id == Conversation.inquiry_id, _other.realtor_id == user_id
    return sa.exists().where(*about).correlate(Conversation)


def _asks_too(user_id):
    """Everybody has one conversation with support."""
    support = _other.kind == ConversationKind.SUPPORT, _other.client_id == user_id
    return sa.and_(Conversation.kind == ConversationKind.SUPPORT, sa.exists().where(*support))


_TAKEN = {"asked": _asks_too, "answered": _answered_too}


def _met_too(user_id):
    """The other has met the inquiry and either has accepted it or nobody has."""
    counts = sa.or_(_ours.accepted_at.is_not(None), Match.accepted_at.is_(None))
    about = _ours.inquiry_id == Match.inquiry_id, _ours.realtor_id == user_id
    return sa.exists().where(*about, counts).correlate(Match)

"""Finding messages by their words: in one conversation, in all of one's own, or (owners) in all; Russian endings and ё
aside.

Sending a message writes nothing here: stems and a full-text index in that transaction made it a fifth slower (2.1 ms
became 2.6). The index is brought up to date by whoever searches, and every minute by the worker; edits and deletions
change it at once. Each entry also carries whose message it is, so that the index itself narrows a search to one's own.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects import postgresql

from app.access.scopes import visible_to
from app.constants import ConversationKind, MessageKind
from app.extensions import db
from app.models.accounts import User
from app.models.audit import Merge
from app.models.conversations import Conversation, Message
from app.models.media import Media
from app.models.search import messages_search, messages_search_reach
from app.services.search import WORD, Searched, fold, fts5_query, stem, ts_query, words_of
from app.services.transaction import transaction

CHUNK = 100  # entries of one write: a message that is being sent meanwhile waits for no longer than that takes
PATIENCE = 60  # chunks a search brings in before it answers; the worker does the rest
LATE = 2_000  # PostgreSQL: so many newer messages may be there before an older one is committed
HITS = 500
TERMS = 12
SCOPE = re.compile(r"zz[cp]\d*")  # an entry's words for its conversation and its people; nobody looks for them
BEGUN = 3  # letters from which the last word may be only begun


@dataclass(frozen=True)
class Query:
    """What is looked for: the stems, and whether the last one is the beginning of a word."""

    stems: tuple
    begun: bool = False

    def is_in(self, word):
        """Whether ``word`` of a text is one that was looked for."""
        own, folded = stem(fold(word)), fold(word)
        return own in self.stems or (
            self.begun and (own.startswith(self.stems[-1]) or folded.startswith(self.stems[-1]))
        )


@dataclass(frozen=True)
class Hit:
    conversation: UUID
    seq: int
    body: str
    created_at: datetime


def parse(text):
    words = [word for word in WORD.findall(fold(text)) if not SCOPE.fullmatch(word)]
    return Query(tuple(stem(word) for word in words[:TERMS]))


ALL = Searched(
    messages_search,
    _l("Words of messages, in any form, or the name of a file"),
    terms=lambda text: [[stem] for stem in parse(text).stems],
)


def in_conversation(conversation, text, *, actor):
    """``(hits, query)``: messages of the conversation with every word of ``text``, the newest first, at most HITS."""
    return _search([f"zzc{conversation.id}"], text, HITS, actor, Message.conversation_id == conversation.id)


def everywhere(text, *, actor, limit=50):
    """``(hits, query)`` of all the conversations about inquiries that ``actor`` takes part in."""
    own = sa.or_(Conversation.client_id == actor.id, Conversation.realtor_id == actor.id)
    about_inquiries = Conversation.kind == ConversationKind.INQUIRY  # the one with support has its own page
    scopes = [f"zzp{user_id}" for user_id in (actor.id, *_merged_into(actor))]
    return _search(scopes, text, limit, actor, sa.and_(own, about_inquiries))


def _merged_into(actor):
    """The ids of accounts whose conversations are this person's now: their entries stay as they were."""
    found, newest = [], [str(actor.public_id)]
    while newest:
        merged = Merge.object_type == "user", Merge.winner.in_(newest)
        newest = db.session.scalars(sa.select(Merge.loser).where(*merged)).all()
        found += newest
    known = User.public_id.in_(map(UUID, found))
    return db.session.scalars(sa.select(User.id).where(known)).all() if found else []


def _search(scopes, text, limit, actor, condition):
    query = parse(text)
    if not query.stems:
        return [], query
    catch_up(PATIENCE)
    hits = _hits(scopes, query, limit, actor, condition)
    if not hits and len(query.stems[-1]) >= BEGUN:
        query = Query(query.stems, begun=True)
        hits = _hits(scopes, query, limit, actor, condition)
    return hits, query


def _hits(scopes, query, limit, actor, condition):
    entries = sa.select(messages_search.c.rowid).where(_matches(scopes, query))
    found = (
        visible_to(actor, Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .with_only_columns(Conversation.public_id, Message.seq, Message.body, Message.created_at)
        .where(Message.id.in_(entries), condition, Message.deleted_at.is_(None))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [Hit(*row) for row in db.session.execute(found)]


def _matches(scopes, query):
    terms = [scopes, *([one] for one in query.stems)]
    if db.session.get_bind().dialect.name == "sqlite":
        return sa.literal_column(messages_search.name).op("MATCH")(fts5_query(terms, query.begun))
    return messages_search.c.words.op("@@")(sa.func.to_tsquery("simple", ts_query(terms, query.begun)))


def words_found(hits, query):
    """The words of the hits that were looked for, as they are written there."""
    return sorted({word for hit in hits for word in WORD.findall(hit.body) if query.is_in(word)})


def why_found(line, query):
    """snippet() of what the words of a list's search have found: where none stands there whole, it is only begun."""
    whole = any(query.is_in(word) for word in WORD.findall(line))
    return snippet(line, query if whole else Query(query.stems, begun=True))


def snippet(body, query, length=140):
    """``[(text, whether it was looked for)]``: about ``length`` characters around the first word found."""
    line = " ".join(body.split())
    spans = [found.span() for found in WORD.finditer(line) if query.is_in(found.group())]
    start = max(0, spans[0][0] - length // 3) if spans and spans[0][0] > length // 2 else 0
    start = line.rfind(" ", 0, start) + 1 if start else 0
    shown, pieces, at = line[start : start + length], [("…", False)] if start else [], 0
    for left, right in spans:
        left, right = left - start, min(right - start, len(shown))
        if at <= left < right:
            pieces += [(shown[at:left], False), (shown[left:right], True)]
            at = right
    tail = shown[at:] + ("…" if start + length < len(line) else "")
    return [piece for piece in [*pieces, (tail, False)] if piece[0]]


# The index


def catch_up(chunks=None):
    """Take in the messages that are not in the index yet, in ``chunks`` short writes at most; how many."""
    count = 0
    while chunks is None or chunks > 0:
        taken = _take_in_some()
        if not taken:
            break
        count, chunks = count + taken, chunks and chunks - 1
    return count


def _take_in_some():
    """The stems are made before the write begins. What was edited or deleted in between has its entry from that."""
    upto = db.session.scalar(sa.select(messages_search_reach.c.upto))
    late = 0 if db.session.get_bind().dialect.name == "sqlite" else LATE
    known = sa.select(messages_search.c.rowid).where(messages_search.c.rowid == Message.id)
    query = _TEXTS.where(Message.id > upto - late, ~known.exists()).order_by(Message.id).limit(CHUNK)
    rows = {row.id: (row.change, _entry(row)) for row in db.session.execute(query)}
    if not rows:
        return 0
    with transaction() as session:
        unchanged = _unchanged(session, {key: change for key, (change, _stems) in rows.items()})
        _write([{"id": key, "stems": rows[key][1]} for key in unchanged])
        reach = sa.update(messages_search_reach).where(messages_search_reach.c.upto < max(rows))
        session.execute(reach.values(upto=max(rows)))
    return len(rows)


def _unchanged(session, changes):
    """Those of {id: change} that still are as they were read and have no entry; nobody changes them until the end."""
    locked = sa.select(Message.id, Message.change).where(Message.id.in_(changes)).order_by(Message.id)
    now = session.execute(locked.with_for_update(read=True)).all()
    there = set(session.scalars(sa.select(messages_search.c.rowid).where(messages_search.c.rowid.in_(changes))))
    return [key for key, change in now if change == changes[key] and key not in there]


_TEXTS = (
    sa.select(
        Message.id,
        Message.change,
        Message.body,
        Message.conversation_id,
        Conversation.client_id,
        Conversation.realtor_id,
        Media.name,
    )
    .join(Conversation, Conversation.id == Message.conversation_id)
    .outerjoin(Media, Media.id == Message.media_id)
    .where(Message.kind != MessageKind.SYSTEM, Message.deleted_at.is_(None))
)


def _entry(row):
    whose = [f"zzc{row.conversation_id}", f"zzp{row.client_id}"]
    if row.realtor_id:
        whose.append(f"zzp{row.realtor_id}")
    return " ".join([*whose, words_of(row.body, row.name)])


def _write(rows):
    words = sa.bindparam("stems", type_=sa.Text)
    if db.session.get_bind().dialect.name == "sqlite":
        statement = sa.insert(messages_search).values(rowid=sa.bindparam("id"), words=words)
    else:
        values = {"rowid": sa.bindparam("id"), "words": sa.func.to_tsvector("simple", words)}
        insert = postgresql.insert(messages_search).values(**values)
        statement = insert.on_conflict_do_update(index_elements=["rowid"], set_={"words": insert.excluded.words})
    if rows:
        db.session.execute(statement, rows)


def index_message(message):
    """Inside transaction(), after the message was edited or deleted."""
    db.session.flush()
    index_messages([message.id])


def index_messages(ids):
    """Inside transaction(), after they are other people's: anew."""
    db.session.execute(sa.delete(messages_search).where(messages_search.c.rowid.in_(ids)))
    _write([{"id": row.id, "stems": _entry(row)} for row in db.session.execute(_TEXTS.where(Message.id.in_(ids)))])

"""Other people's rows that name somebody who is gone: files brought in and taken out, what others were told, the
journal. Found by the name, the e-mail and the phone; what is found loses them.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, quote_plus

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag, ExportState, ImportOutcome, ImportState, OutboxStatus, Role
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.accounts import User
from app.models.api import ApiAnswer
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.bulk_edits import BulkEdit, BulkRow
from app.models.comments import Comment
from app.models.conversations import Conversation
from app.models.exports import Export
from app.models.imports import Import, ImportRow
from app.models.list_views import ListView
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.models.partner_pages import PartnerPage
from app.models.takebacks import Refusal
from app.services import bin
from app.services.notifications import in_each_language
from app.services.request_fields import PREFIX

NAMING = (AuditTag.ACCOUNT_MERGED, AuditTag.ACCOUNT_PARTED, AuditTag.TICKET_PASSED, AuditTag.LIST_EXPORTED)
NAMES = (
    *(Kind.MESSAGE, Kind.CONVERSATION_CLOSED, Kind.CONVERSATION_REOPENED, Kind.INQUIRY_ACCEPTED, Kind.SNOOZE_OVER),
    *(Kind.SUPPORT_QUESTION, Kind.SUPPORT_PASSED, Kind.COMMENT_NEW, Kind.COMMENT_ANSWERED),
)
SPACES = (" ", "\\u00a0", "\u00a0", "-", "(", ")", ".", "/")  # in a phone as somebody has typed it, inside of JSON
TAIL = 9  # digits: national numbers, however their country's code is written
FILES_LAST = timedelta(days=1)  # those that were made before somebody was gone
SAID_OF = ("name", "person")  # values of a notification that are people
PLACE = re.compile(r"/|#c-")
COMMENTS = "/supervisor/comments/"
DELETED = "account_deleted"  # the reason that the program itself gives
GONE = _l("This person has deleted the account.")
NOBODY = _l("Deleted user")


@dataclass(frozen=True)
class Marks:
    """By what a text may mean the person, and what of theirs it may lead to; taken before it is gone."""

    id: int
    public_id: object
    name: str
    email: str | None
    phone: str | None
    own: frozenset  # public ids of their conversations and comments
    left_at: datetime | None = None  # from then on the e-mail may be somebody else's

    @classmethod
    def of(cls, user):
        return cls(user.id, user.public_id, user.name, user.email, user.phone, _own(user))

    @property
    def names(self):
        """The name, and what readers of comments see of it."""
        return [word for word in {self.name, self.name.partition(" ")[0]} if word]

    def lead_to(self, url):
        return url == COMMENTS or not self.own.isdisjoint(PLACE.split(url))

    def named_in(self, model, column, spelt=lambda word: (word,)):
        """The clause on ``model`` of ``column`` saying the name, the phone, or the e-mail while it was theirs.

        ``spelt(word)``: the ways in which a word is written there.
        """
        said = [form for word in (self.name, self.phone) if word for form in spelt(word)]
        address = _says(column, spelt(self.email) if self.email else ())
        return sa.or_(_says(column, said), sa.and_(address, *self.while_theirs(model)))

    def while_theirs(self, model):
        return [model.created_at <= self.left_at] if self.left_at else []

    @property
    def tail(self):
        return re.sub(r"\D", "", self.phone or "")[-TAIL:]


def _own(user):
    talks = sa.select(Conversation.public_id).where(_sides(user.id))
    said = sa.select(Comment.public_id).where(Comment.author_id == user.id)
    ids = map(str, db.session.scalars(sa.union_all(talks, said)))
    return frozenset({*ids, *(item.object_id for item in bin.owned(user))})


def _sides(user_id):
    return sa.or_(Conversation.client_id == user_id, Conversation.realtor_id == user_id)


@dataclass(frozen=True)
class Horizon:
    """What has been looked through by some moment: the ids of ``files`` brought in and done with, the journal's end."""

    files: tuple = ()
    event: int = 0

    @classmethod
    def now(cls):
        done = db.session.scalars(sa.select(Import.id).where(Import.state == ImportState.DONE))
        return cls(tuple(done), db.session.scalar(sa.select(sa.func.max(AuditEvent.id))) or 0)


EVERYTHING = Horizon()


def wipe(marks, past=EVERYTHING):
    """Inside transaction(): everything but what others were told, see forget_tellings().

    Of files and of the journal what lies ``past`` a Horizon: up to it forget_brought_in() and blank_naming() have been.
    """
    forget_brought_in(brought_in(marks, past))
    _forget_taken_out(marks)
    _forget_letters(marks)
    _forget_answers(marks)
    blank_naming(naming(marks, past))


def blanked(data):
    """An event's data with nothing in them."""
    return {name: _blanked(value) for name, value in data.items()}


def _blanked(value):
    if isinstance(value, dict):
        return dict.fromkeys(value)
    return "" if isinstance(value, str) else value


def _says(column, words):
    """Whether a column, of text or JSON, says one of ``words``, as they stand or as JSON writes them."""
    written = {form for word in words for form in (word, json.dumps(word)[1:-1])}
    text = sa.cast(column, sa.Text)
    return sa.or_(sa.false(), *(text.contains(word, autoescape=True) for word in sorted(written)))


def brought_in(marks, past=EVERYTHING):
    """The keys of rows of files that name them. They are read through, as long as that takes."""
    cells = sa.cast(ImportRow.cells, sa.Text)
    for space in SPACES:
        cells = sa.func.replace(cells, space, "")
    about = [ImportRow.key == marks.public_id, _says(ImportRow.reason, [marks.name] if marks.name else [])]
    if marks.email:
        about.append(sa.and_(_says(ImportRow.cells, [marks.email]), *marks.while_theirs(Import)))
    if marks.tail:
        about.append(cells.contains(marks.tail))
    personal = Import.kind.in_(("people", "inquiries")), Import.id.not_in(past.files)
    found = sa.select(ImportRow.import_id, ImportRow.position).join(Import, Import.id == ImportRow.import_id)
    return list(map(tuple, db.session.execute(found.where(*personal, sa.or_(*about)))))


def forget_brought_in(keys):
    """Inside transaction(): a row that has not been carried out yet is left alone from now on."""
    for row in filter(None, (db.session.get(ImportRow, key) for key in keys)):
        row.cells, row.changes, row.mark, row.field, row.reason = [], {}, None, "", str(GONE)
        if row.outcome is None and row.verdict is not None:
            row.verdict = ImportOutcome.LEFT


def _forget_taken_out(marks):
    """Nobody opens a file to see whether it names them: what lies there from before goes within a day."""
    session, soon = db.session, utcnow() + FILES_LAST
    lying = Export.state == ExportState.READY, Export.expires_at > soon
    session.execute(sa.update(Export).where(*lying).values(expires_at=soon))
    asked = sa.or_(marks.named_in(Export, Export.query, _addressed), marks.named_in(Export, Export.filters))
    session.execute(sa.update(Export).where(asked).values(query="", filters={}))
    session.execute(sa.delete(ListView).where(marks.named_in(ListView, ListView.query, _addressed)))


def _addressed(word):
    return word, quote(word), quote_plus(word)


def _forget_letters(marks):
    """Those to an address alone go; in what waits for others, the name does."""
    session = db.session
    session.execute(sa.delete(Delivery).where(Delivery.address == marks.email, *marks.while_theirs(Delivery)))
    waiting = Delivery.status.in_((OutboxStatus.PENDING, OutboxStatus.DEAD)), _says(Delivery.payload, marks.names)
    for delivery in session.scalars(sa.select(Delivery).where(*waiting)):
        if marks.lead_to(delivery.payload.get("url", "")):
            delivery.payload = _anonymous(delivery.payload, marks)
    for name in ("receiver", "contact"):
        column = getattr(PartnerPage, name)
        theirs = column == marks.email, *marks.while_theirs(PartnerPage)
        session.execute(sa.update(PartnerPage).where(*theirs).values({name: ""}))


def _anonymous(params, marks):
    """The same values, said of nobody, in either language; what was said stays in its conversation alone."""
    nobody = in_each_language(lambda: NOBODY)
    said = {key: nobody if key in SAID_OF and value in marks.names else value for key, value in params.items()}
    return said | {"preview": ""} if "preview" in said else said


def tellings(marks):
    """The ids of what the other sides were told of them: whatever leads to their conversations and comments."""
    if not marks.name:
        return []
    told = Notification.user_id.in_(_listeners(marks)), Notification.kind.in_(NAMES)
    named = sa.select(Notification.id, Notification.url).where(*told, _says(Notification.params, marks.names))
    return [id for id, url in db.session.execute(named) if marks.lead_to(url)]


def forget_tellings(marks, ids):
    """Inside transaction()."""
    for telling in _rows(Notification, ids):
        telling.params = _anonymous(telling.params, marks)


def _rows(model, ids):
    for start in range(0, len(ids), 500):
        yield from db.session.scalars(sa.select(model).where(model.id.in_(ids[start : start + 500])))


def _listeners(marks):
    """The ids of whoever may have been told of this person."""
    sides = _sides(marks.id)
    clients = sa.select(Conversation.client_id).where(sides, Conversation.client_id.is_not(None))
    realtors = sa.select(Conversation.realtor_id).where(sides, Conversation.realtor_id.is_not(None))
    console = sa.select(User.id).where(User.role.in_((Role.SUPERVISOR, Role.AGENT, Role.STAFF)))
    discussed = sa.select(Comment.article).where(Comment.author_id == marks.id)
    speakers = sa.select(Comment.author_id).where(Comment.article.in_(discussed))
    return sa.union(clients, realtors, console, speakers)


def _forget_answers(marks):
    """What programs were answered within the last day; asked again with the same key they get an empty one."""
    session = db.session
    answered = sa.or_(marks.named_in(ApiAnswer, ApiAnswer.body), _says(ApiAnswer.body, [str(marks.public_id)]))
    session.execute(sa.update(ApiAnswer).where(answered).values(body="{}"))
    if marks.name:
        for model in (BulkRow, Refusal):
            naming = model.reason != "", _says(model.reason, [marks.name])
            session.execute(sa.update(model).where(*naming).values(reason=str(GONE)))
        for edit in session.scalars(sa.select(BulkEdit).where(_says(BulkEdit.values, [marks.name]))):
            edit.values = edit.values | {"reason": ""}


def naming(marks, past=EVERYTHING):
    """The ids of changes of others that say this person's name: who was one with whom, whose a question became."""
    said = AuditEvent.tag.in_(NAMING), AuditEvent.id > past.event, marks.named_in(AuditEvent, AuditEvent.data)
    return db.session.scalars(sa.select(AuditEvent.id).where(*said)).all()


def blank_naming(ids):
    """Inside transaction()."""
    for event in _rows(AuditEvent, ids):
        event.data = blanked(event.data)


def blank_wishes(inquiries):
    """What the journal has of the words of these inquiries (public ids) and of their answers."""
    about = AuditEvent.object_type == "inquiry", AuditEvent.object_id.in_(inquiries)
    worded = AuditEvent.tag.in_((AuditTag.INQUIRY_CHANGED, AuditTag.INQUIRY_STATUS))
    for event in db.session.scalars(sa.select(AuditEvent).where(*about, worded)):
        event.data = {name: _wordless(value) for name, value in event.data.items()}
        if "reason" in event.data and event.data["reason"] != DELETED:
            event.data = event.data | {"reason": ""}


def _wordless(side):
    if not isinstance(side, dict):
        return side
    return {name: None if name == "wishes" or name.startswith(PREFIX) else value for name, value in side.items()}

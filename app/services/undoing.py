"""Taking back what the journal holds: edits, deletions, new records, blocks and moves, one by one or a whole operation.

A change is taken back by the same service that made it, so every rule, statistic and open page follows. It is refused,
with the reason, where a later change stands on it: a field must still hold what the change gave it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission as P
from app.access.permissions import may
from app.constants import AuditTag as Tag
from app.constants import InquirySource, InquiryStatus
from app.errors import DomainError, Forbidden, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.articles import Article
from app.models.audit import AuditEvent
from app.models.comments import Comment
from app.models.content import MessengerLink, Page, PageVersion
from app.models.conversations import Conversation
from app.models.faq import FaqQuestion, FaqTopic
from app.models.hints import FieldHint
from app.models.inquiries import Inquiry, Match
from app.models.list_views import ListView
from app.models.menus import MenuItem
from app.models.partners import Agency
from app.models.places import City, Country
from app.models.ready_answers import ReadyAnswer
from app.models.reports import SavedReport
from app.models.request_fields import RequestField
from app.models.roles import StaffRole
from app.models.settings import Setting
from app.models.wordings import Wording
from app.services import (
    accounts,
    articles,
    audit,
    bin,
    comments,
    content,
    faq,
    hints,
    inquiries,
    integrity,
    list_views,
    menus,
    partners,
    places,
    quiet,
    ready_answers,
    reports,
    roles,
    settings,
    wordings,
)
from app.services.merging import agencies, kept, people
from app.services.request_fields import editing
from app.services.transaction import transaction

RELATED = {"city": City, "agency": Agency, "country": Country, "topic": FaqTopic, "staff_role": StaffRole}


def undo(event, *, actor):
    """Take one change back. Returns what could not follow, in words (mostly nothing).

    Raises RefusedMove with the reason, Forbidden, or what the service itself refuses.
    """
    way = _way(event)
    if not may(actor, P.JOURNAL, event) or not may(actor, way.permission):
        raise Forbidden()
    with audit.taking_back(event), quiet.unless(quiet.was_told(event.operation_id)):
        way.check(event)
        return way.do(event, actor)


def undo_operation(operation, *, actor):
    """Take back every change of an operation, the latest first. Returns ``[(event, None or why it was refused)]``.

    Each is a transaction of its own: one that cannot be taken back does not hold up the others.
    """
    found = sa.select(AuditEvent).where(AuditEvent.operation_id == operation.id).order_by(AuditEvent.id.desc())
    outcomes = []
    with audit.together(actor=actor):
        for event in db.session.scalars(found).all():
            try:
                undo(event, actor=actor)
                outcomes.append((event, None))
            except DomainError as error:
                outcomes.append((event, error.message))
    return outcomes


def count(operation):
    """How many changes an operation has."""
    return db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.operation_id == operation.id))


def has_begun(operation):
    """Whether any change of an operation has been taken back."""
    of_it = sa.select(AuditEvent.id).where(AuditEvent.operation_id == operation.id)
    return db.session.scalar(sa.select(sa.exists().where(AuditEvent.undoes_id.in_(of_it))))


def refusal(event):
    """Why ``event`` cannot be taken back, in words; None when it can."""
    try:
        _way(event).check(event)
    except DomainError as error:
        return error.message
    return None


def taken_back(events):
    """The ids of those of ``events`` that have been taken back."""
    ids = [event.id for event in events]
    return set(db.session.scalars(sa.select(AuditEvent.undoes_id).where(AuditEvent.undoes_id.in_(ids))))


def is_undoable(event):
    """Whether there is a way back at all from such a change: for buttons."""
    return _known_way(event) is not None


def _known_way(event):
    way = WAYS.get(event.tag) or WAYS.get((event.tag, event.object_type))
    return way if way and getattr(way, "concerns", lambda event: True)(event) else None


def _way(event):
    way = _known_way(event)
    if way is None:
        raise RefusedMove(_l("Such a change cannot be taken back."))
    return way


def _row(model, event):
    """The changed record as it stands."""
    row = _find(model, event.object_id)
    if row is None:
        raise RefusedMove(_l("The record has been deleted since."))
    return row


def _find(model, key):
    column = model.key if model in (Setting, FieldHint, Wording) else model.public_id
    return db.session.scalar(sa.select(model).where(column == audit.typed(column, key)))


def _check_stands(event, row, now):
    """``now(row, field)`` must be what the event made of it, or somebody has built on it."""
    for name, given in event.data["new"].items():
        held = audit.plain(now(row, name))
        key = ((event.keys or {}).get("new") or {}).get(name)
        if held != given and not (key and getattr(held, "key", None) == key):
            raise _built_on(event, row)


def _built_on(event, row=None):
    """``row``: what has been changed since, where it is not what the event is about."""
    object_id = event.object_id if row is None else str(audit.identity(row))
    about = AuditEvent.object_type == event.object_type, AuditEvent.object_id == object_id
    later = sa.select(AuditEvent).where(*about, AuditEvent.id > event.id).options(joinedload(AuditEvent.actor))
    latest = db.session.scalar(later.order_by(AuditEvent.id.desc()).limit(1))
    if latest is None or latest.actor is None:
        return RefusedMove(_l("It has been changed again since."))
    return RefusedMove(_l("It has been changed again since, last by %(name)s.", name=latest.actor.name))


def _held(row, name):
    return getattr(row, name)


@dataclass(frozen=True)
class Edit:
    """Fields given other values. Without old values it was a new record, without new ones a deletion."""

    permission: P
    model: type
    put: Callable  # (row, {field: value as it was}, actor)
    now: Callable = _held  # (row, field) → its value
    remove: Callable | None = None  # (row, actor)

    def check(self, event):
        if not event.data["new"]:
            _check_in_bin(event)
            return
        row = _row(self.model, event)
        if not event.data["old"] and self.remove is None:
            raise RefusedMove(_l("Such a change cannot be taken back."))
        _old_values(self.model, event)
        _check_stands(event, row, self.now)

    def do(self, event, actor):
        if not event.data["new"]:
            _bring_back(event, actor)
        elif not event.data["old"]:
            self.remove(_row(self.model, event), actor=actor)
        else:
            self.put(_row(self.model, event), _old_values(self.model, event), actor)


def _old_values(model, event):
    """What the fields held before; rows by their keys. Raises RefusedMove when such a row is gone."""
    keys = (event.keys or {}).get("old") or {}
    return {name: _typed(model, name, value, keys.get(name)) for name, value in event.data["old"].items()}


def _typed(model, name, value, key):
    related = RELATED.get(name)
    if related is not None:
        return None if value is None else _related(related, key)
    column = model.__table__.c.get(name)
    return value if column is None else audit.typed(column, value)


def _related(model, key):
    row = key and _find(model, key)
    if not row or getattr(row, "merged_into_id", None):
        raise RefusedMove(_l("What stood there before is gone."))
    return row


def _check_in_bin(event):
    if bin.latest(event.object_type, event.object_id) is None:
        raise RefusedMove(_l("It is back already, or gone for good."))


def _bring_back(event, actor):
    _check_in_bin(event)
    bin.restore(bin.latest(event.object_type, event.object_id), actor=actor)


@dataclass(frozen=True)
class Creation:
    permission: P
    model: type
    remove: Callable  # (row, actor)

    def check(self, event):
        _row(self.model, event)

    def do(self, event, actor):
        self.remove(_row(self.model, event), actor=actor)


class BroughtIn:
    """An account out of a file goes again, as long as its person has done nothing here."""

    permission = P.PEOPLE

    def check(self, event):
        if reason := accounts.why_not_removed(_row(User, event)):
            raise RefusedMove(reason)

    def do(self, event, actor):
        accounts.take_out(_row(User, event), actor=actor)


class Withdrawal:
    """An inquiry out of a file goes into the bin, as long as nothing stands on it."""

    permission = P.INQUIRY_CORRECT

    def concerns(self, event):
        return event.data["source"] == InquirySource.IMPORT

    def check(self, event):
        if reason := inquiries.why_not_removed(_row(Inquiry, event)):
            raise RefusedMove(reason)
        if db.session.scalar(self._corrections(event)):
            raise _built_on(event)

    def _corrections(self, event):
        """Whether somebody has changed it since, and nobody has taken that back."""
        mine = AuditEvent.object_type == event.object_type, AuditEvent.object_id == event.object_id
        later = *mine, AuditEvent.tag == Tag.INQUIRY_CHANGED, AuditEvent.id > event.id, AuditEvent.undoes_id.is_(None)
        undone = sa.select(AuditEvent.undoes_id).where(*mine, AuditEvent.undoes_id.is_not(None))
        return sa.select(sa.exists().where(*later, AuditEvent.id.not_in(undone)))

    def do(self, event, actor):
        inquiries.remove(_row(Inquiry, event), actor=actor)


class Deletion:
    permission = P.BIN
    check = staticmethod(_check_in_bin)
    do = staticmethod(_bring_back)


@dataclass(frozen=True)
class Merging:
    """Two records of one thing, parted again."""

    permission: P
    model: type
    check_parts: Callable  # (event)
    part: Callable  # (event, {field of the winner: value as it was}, actor)
    now: Callable = _held

    def check(self, event):
        self.check_parts(event)
        _old_values(self.model, event)
        _check_stands(event, _find(self.model, kept.of(event).winner), self.now)

    def do(self, event, actor):
        return self.part(event, _old_values(self.model, event), actor=actor)


class Block:
    permission = P.PEOPLE

    def check(self, event):
        user = _row(User, event)
        if user.blocked_at is None or user.blocked_reason != event.data["reason"]:
            raise _built_on(event)

    def do(self, event, actor):
        accounts.unblock(_row(User, event), actor=actor)


class Unblock:
    permission = P.PEOPLE

    def check(self, event):
        if _row(User, event).blocked_at is not None:
            raise _built_on(event)

    def do(self, event, actor):
        accounts.block(_row(User, event), self._reason(event), actor=actor)

    def _reason(self, event):
        about = AuditEvent.object_type == event.object_type, AuditEvent.object_id == event.object_id
        blocks = sa.select(AuditEvent).where(*about, AuditEvent.tag == Tag.ACCOUNT_BLOCKED, AuditEvent.id < event.id)
        return db.session.scalar(blocks.order_by(AuditEvent.id.desc()).limit(1)).data["reason"]


class Move:
    permission = P.INQUIRY_CORRECT

    def check(self, event):
        if _row(Inquiry, event).status != event.data["new"]["status"]:
            raise _built_on(event)

    def do(self, event, actor):
        inquiries.move(_row(Inquiry, event), InquiryStatus(event.data["old"]["status"]), actor=actor)


class NewVersion:
    """A page has the texts of every version it had."""

    permission = P.CONTENT

    def check(self, event):
        if _row(Page, event).version != event.data["version"]:
            raise _built_on(event)
        self._before(event)

    def do(self, event, actor):
        before = self._before(event)
        texts = {name: getattr(before, name) for name in content.TEXTS}
        content.save_page(event.data["slug"], texts, actor=actor)

    def _before(self, event):
        wanted = PageVersion.page_id == _row(Page, event).id, PageVersion.version == event.data["version"] - 1
        before = db.session.scalar(sa.select(PageVersion).where(*wanted))
        if before is None:
            raise RefusedMove(_l("What stood there before is gone."))
        return before


class NewText:
    """An article has the texts of every version it had, too; its version counts what is no text as well."""

    permission = P.CONTENT

    def check(self, event):
        article = _row(Article, event)
        articles.check_unchanged(article, event.data["version"])
        self._before(article, event)

    def do(self, event, actor):
        article = _row(Article, event)
        articles.bring_back(article, self._before(article, event).version, actor=actor)

    def _before(self, article, event):
        before = articles.texts_before(article, event.data["version"])
        if before is None:
            raise RefusedMove(_l("What stood there before is gone."))
        return before


def _put_person(user, values, actor):
    with transaction():
        if {"role", "staff_role"} & set(values):
            staff_role = values.pop("staff_role", None)
            accounts.change_role(user, values.pop("role", user.role), staff_role=staff_role, actor=actor)
        if values:
            accounts.correct(user, values, actor=actor)


def _person_now(user, name):
    return getattr(user.realtor if name in ("city", "agency") and user.realtor else user, name)


def _put_city(city, values, actor):
    with transaction():
        spellings = values.pop("aliases", None)
        if spellings is not None:
            _put_spellings(city, set(spellings), actor)
        if values:
            places.correct_city(city, values, actor=actor)


def _put_spellings(city, wanted, actor):
    held = set(_city_now(city, "aliases"))
    for name in sorted(wanted - held):
        places.add_alias(city, name=name, actor=actor)
    for name in sorted(held - wanted):
        places.remove_alias(city, name=name, actor=actor)


def _city_now(city, name):
    return sorted(alias.name for alias in city.aliases) if name == "aliases" else getattr(city, name)


def _put_country(country, values, actor):
    names = {"name_ru": country.name_ru, "name_en": country.name_en}
    places.rename_country(country, **names | values, actor=actor)


def _put_inquiry(inquiry, values, actor):
    inquiries.edit(inquiry, inquiries.with_answers(values), actor=actor)


def _by(service):
    return lambda row, values, actor: service(row, values, actor=actor)


def _put_setting(row, values, actor):
    settings.change(row.key, values[row.key], actor=actor)


def _put_answer(answer, values, actor):
    ready_answers.save(answer, values, actor=actor, shared=answer.user_id is None)


def _put_silence(user, values, actor):
    comments.silence(user, values["silenced"], actor=actor)


def _put_hint(hint, values, actor):
    hints.save(hint.key, values, actor=actor)


def _repaired(model, now=_held):
    return Edit(P.DIAGNOSTICS, model, _by(integrity.put), now=now)


WAYS = {
    (Tag.REPAIRED, "inquiry"): _repaired(Inquiry),
    (Tag.REPAIRED, "match"): _repaired(Match),
    (Tag.REPAIRED, "conversation"): _repaired(Conversation),
    (Tag.REPAIRED, "user"): _repaired(User, now=lambda user, name: getattr(user.realtor, name)),
    Tag.INQUIRY_CREATED: Withdrawal(),
    Tag.INQUIRY_CHANGED: Edit(P.INQUIRY_CORRECT, Inquiry, _put_inquiry, now=inquiries.held),
    Tag.INQUIRY_STATUS: Move(),
    Tag.INQUIRY_REMOVED: Deletion(),
    Tag.ACCOUNT_IMPORTED: BroughtIn(),
    Tag.ACCOUNT_MERGED: Merging(P.PEOPLE, User, people.check, people.part, now=_person_now),
    Tag.ACCOUNT_CHANGED: Edit(P.PEOPLE, User, _put_person, now=_person_now),
    Tag.ACCOUNT_BLOCKED: Block(),
    Tag.ACCOUNT_UNBLOCKED: Unblock(),
    Tag.AGENCY_CREATED: Creation(P.AGENCIES, Agency, partners.delete),
    Tag.AGENCY_CHANGED: Edit(P.AGENCIES, Agency, _by(partners.edit)),
    Tag.AGENCY_DELETED: Deletion(),
    Tag.AGENCY_MERGED: Merging(P.AGENCIES, Agency, agencies.check, agencies.part),
    Tag.CITY_CREATED: Creation(P.PLACES, City, places.remove_city),
    Tag.CITY_CHANGED: Edit(P.PLACES, City, _put_city, now=_city_now),
    Tag.CITY_MERGED: Merging(P.PLACES, City, places.check_parts, places.part_cities, now=_city_now),
    Tag.COUNTRY_CHANGED: Edit(P.PLACES, Country, _put_country),
    Tag.PAGE_CHANGED: NewVersion(),
    Tag.SETTING_CHANGED: Edit(P.SETTINGS, Setting, _put_setting, now=lambda row, name: row.value),
    Tag.ARTICLE_CHANGED: Edit(
        P.CONTENT,
        Article,
        _by(articles.change),
        now=lambda article, name: str(article) if name == "title" else getattr(article, name),
        remove=articles.remove,
    ),
    Tag.ARTICLE_WRITTEN: NewText(),
    Tag.COMMENT_MODERATED: Edit(P.COMMENTS_MODERATE, Comment, _by(comments.put)),
    Tag.COMMENTER_SILENCED: Edit(
        P.COMMENTS_MODERATE, User, _put_silence, now=lambda user, name: comments.is_silenced(user)
    ),
    Tag.HINT_CHANGED: Edit(P.CONTENT, FieldHint, _put_hint),
    Tag.WORDING_CHANGED: Edit(P.TEXTS, Wording, _by(wordings.put), now=lambda row, name: row.texts.get(name)),
    Tag.MENU_CHANGED: Edit(P.CONTENT, MenuItem, _by(menus.save), remove=menus.remove),
    Tag.MESSENGER_LINK_CHANGED: Edit(
        P.CONTENT, MessengerLink, _by(content.change_messenger_link), remove=content.remove_messenger_link
    ),
    Tag.READY_ANSWER_CHANGED: Edit(P.SUPPORT_DESK, ReadyAnswer, _put_answer, remove=ready_answers.remove),
    Tag.LIST_VIEW_CHANGED: Edit(P.LIST_VIEWS, ListView, _by(list_views.change), remove=list_views.remove),
    Tag.REQUEST_FIELD_CHANGED: Edit(P.REQUEST_FIELDS, RequestField, _by(editing.put_back), remove=editing.remove),
    Tag.REPORT_CHANGED: Edit(P.REPORTS, SavedReport, _by(reports.change), remove=reports.remove),
    Tag.STAFF_ROLE_CHANGED: Edit(P.ROLES, StaffRole, _by(roles.save), remove=roles.remove),
    (Tag.FAQ_CHANGED, "faqtopic"): Edit(P.CONTENT, FaqTopic, _by(faq.save_topic), remove=faq.remove),
    (Tag.FAQ_CHANGED, "faqquestion"): Edit(P.CONTENT, FaqQuestion, _by(faq.save_question), remove=faq.remove),
}

"""The bin: what owners delete waits here for some days and can come back, unless its place has been taken."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.constants import AuditTag
from app.errors import Forbidden, RefusedMove
from app.extensions import db
from app.models.articles import Article
from app.models.audit import BinItem
from app.models.base import utcnow
from app.models.comments import Comment
from app.models.content import MessengerLink
from app.models.faq import FaqQuestion, FaqTopic
from app.models.inquiries import Inquiry
from app.models.list_views import ListView
from app.models.menus import MenuItem
from app.models.partners import Agency
from app.models.ready_answers import ReadyAnswer
from app.models.reports import SavedReport
from app.models.request_fields import RequestField
from app.models.roles import StaffRole
from app.services import audit, search, settings
from app.services.transaction import transaction

BINNED = (
    *(Agency, Article, Comment, FaqTopic, FaqQuestion, ListView, MenuItem, MessengerLink, ReadyAnswer, RequestField),
    *(SavedReport, StaffRole, Inquiry),
)
MODELS = {model.__name__.lower(): model for model in BINNED}
RETURNED = {Agency: search.index_agency}  # model → what follows when a row of it is back; services add theirs
OWNERS = {  # whose it is, for what goes for good with its person
    Comment: "author_id",
    Inquiry: "client_id",
    ListView: "owner_id",
    ReadyAnswer: "user_id",
    SavedReport: "owner_id",
}
SAME_ID = (Inquiry,)  # whose order in lists is that of their ids


def kept():
    return timedelta(days=settings.get("bin_days"))


def put(row, *, actor, **instead):
    """Delete ``row`` into the bin, with what it is to come back with ``instead`` of its own values.

    Inside transaction(), by the service that owns the row.
    """
    columns = sa.inspect(type(row)).column_attrs.keys()
    data = {name: audit.plain(getattr(row, name)) for name in columns if name != "id" or isinstance(row, SAME_ID)}
    data |= instead
    item = {"object_type": type(row).__name__.lower(), "object_id": str(row.public_id), "title": str(row)[:300]}
    db.session.add(BinItem(**item, data=data, deleted_by_id=actor.id))
    db.session.delete(row)


def latest(object_type, object_id):
    """The BinItem of a deleted record, or None when it is gone for good (or was never deleted)."""
    found = sa.select(BinItem).where(BinItem.object_type == object_type, BinItem.object_id == object_id)
    return db.session.scalar(found.order_by(BinItem.id.desc()).limit(1))


def restore(item, *, actor):
    """Put the record back as it was. Raises RefusedMove when its place is taken or what it belonged to is gone."""
    if not may(actor, Permission.BIN):
        raise Forbidden()
    with transaction():
        row = take_out(item)
        audit.record(AuditTag.RESTORED, row, actor=actor, name=str(row))
    return row


def take_out(item):
    """The record, back in its table, for a service that writes its own event. Inside transaction(); as restore()."""
    model = MODELS[item.object_type]
    table = model.__table__
    values = {name: audit.typed(table.c[name], value) for name, value in item.data.items()}
    session = db.session()
    item = session.get(BinItem, item.id, with_for_update=True)
    if item is None:
        raise RefusedMove(_l("It is back already, or gone for good."))
    if session.get(model, values.get("id", 0)) is not None:
        del values["id"]  # SQLite has given it to another one
    _check_place(session, model, values)
    row = model(**values)
    session.add(row)
    session.delete(item)
    session.flush()
    if model in RETURNED:
        RETURNED[model](row)
    return row


def _check_place(session, model, values):
    for column in model.__table__.c:
        value = values.get(column.name)
        if value is None:
            continue
        if column.unique:
            taken = session.scalar(sa.select(model).where(column == value))
            if taken is not None:
                raise RefusedMove(_l("Its place is taken by “%(name)s”: rename that first.", name=taken))
        for key in column.foreign_keys:
            if session.scalar(sa.select(key.column).where(key.column == value)) is None:
                raise RefusedMove(_l("What it belonged to is gone: bring that back first."))


def owned(user):
    """BinItems of what was this person's own."""
    theirs = (
        sa.and_(BinItem.object_type == model.__name__.lower(), BinItem.data[column].as_integer() == user.id)
        for model, column in OWNERS.items()
    )
    return db.session.scalars(sa.select(BinItem).where(sa.or_(*theirs))).all()


def forget(user):
    """The person is gone, and so is what was theirs here. Inside transaction()."""
    ids = [item.id for item in owned(user)]
    for start in range(0, len(ids), 500):
        db.session.execute(sa.delete(BinItem).where(BinItem.id.in_(ids[start : start + 500])))


def purge():
    """Forget what was deleted kept() ago. Returns how many."""
    with transaction() as session:
        return session.execute(sa.delete(BinItem).where(BinItem.deleted_at < utcnow() - kept())).rowcount

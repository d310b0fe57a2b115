"""Own texts as they are kept: one row for a document, its versions in the journal, the way back to any of them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import wordings
from app.constants import AuditTag
from app.errors import InvalidInput, NotFound
from app.extensions import db
from app.models.accounts import User
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.wordings import Wording
from app.services import audit
from app.services.transaction import afterwards, insert_once, transaction
from app.services.versions import check_version
from app.services.wordings.checking import cleaned, problems
from app.services.wordings.documents import find

OBJECT = "wording"  # what the journal calls it


@dataclass(frozen=True)
class Changed:
    """By whom the own texts of a document were last written, and when."""

    at: datetime
    by: str


def changed():
    """key → Changed, for the documents that have own texts."""
    latest = (
        sa.select(sa.func.max(AuditEvent.id)).where(AuditEvent.object_type == OBJECT).group_by(AuditEvent.object_id)
    )
    found = (
        sa.select(Wording.key, Wording.texts, Wording.updated_at, User.name)
        .outerjoin(AuditEvent, sa.and_(AuditEvent.id.in_(latest), AuditEvent.object_id == Wording.key))
        .outerjoin(User, User.id == AuditEvent.actor_id)
    )
    return {key: Changed(at, name or "") for key, texts, at, name in db.session.execute(found) if texts}


def current_texts(key):
    """The own texts of a document as they are sent."""
    return wordings.texts_of(key)


def current(document):
    """``(own texts, version)`` as they stand."""
    row = db.session.get(Wording, document.key)
    return (dict(row.texts), row.version) if row else ({}, 0)


def save(document, typed, *, actor, version=None):
    """Write all the texts of a document: name → text; what is empty or as the program has it is no own text.

    ``version`` is what the editor had loaded. Raises InvalidInput(field=name), EditConflict.
    """
    texts = cleaned(document, typed)
    for name, words in problems(document, texts).items():
        raise InvalidInput(words, field=name)
    with transaction() as session:
        row = _row(session, document.key)
        check_version(row, version, texts, theirs=dict(row.texts))
        _write(row, texts, actor)
        afterwards(wordings.forget)
    return row


def _row(session, key):
    insert_once(Wording, {"key": key, "texts": {}, "version": 0}, ["key"])
    return session.get_one(Wording, key, with_for_update=True)


def _write(row, texts, actor):
    names = sorted(name for name in {*row.texts, *texts} if row.texts.get(name) != texts.get(name))
    if not names:
        return
    old, new = ({name: side.get(name) for name in names} for side in (row.texts, texts))
    row.texts, row.version, row.updated_at = texts, row.version + 1, utcnow()
    audit.record(AuditTag.WORDING_CHANGED, row, actor=actor, old=old, new=new)


def put(row, values, *, actor):
    """Some texts of a document given other values; None is the program's own."""
    return save(find(row.key), row.texts | values, actor=actor)


@dataclass(frozen=True)
class Version:
    """What one change made of the texts: ``texts`` are all of them as they stood after it."""

    event: AuditEvent
    texts: dict
    names: list


def versions(document, limit=50):
    """The Versions there were, the newest first."""
    about = AuditEvent.object_type == OBJECT, AuditEvent.object_id == document.key
    found = sa.select(AuditEvent).where(*about).options(joinedload(AuditEvent.actor)).order_by(AuditEvent.id.desc())
    texts, made = current(document)[0], []
    for event in db.session.scalars(found.limit(limit)):
        made.append(Version(event, dict(texts), sorted(event.data["new"])))
        texts = {name: text for name, text in (texts | event.data["old"]).items() if text is not None}
    return made


def state_after(document, event_id):
    """The own texts as that change left them; ``event_id`` as text. Raises NotFound."""
    for version in versions(document):
        if str(version.event.public_id) == event_id:
            return version.texts
    raise NotFound()


def restore(document, event_id, *, actor):
    """The texts as a change left them; None: the program's own again."""
    texts = {} if event_id is None else state_after(document, event_id)
    return save(document, texts, actor=actor)

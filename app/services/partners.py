"""The realtors' companies. Two spellings of one name are one agency."""

import re
import unicodedata

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import Realtor
from app.models.partners import Agency
from app.services import audit, bin, contacts, search
from app.services.merging import kept, moving
from app.services.transaction import insert_once, transaction
from app.services.versions import check_version


def agency_key(name):
    """«ООО "Домус"» and «домус» differ by their legal form only; «Домус» and «ДОМУС » do not differ at all."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[^\w&+]+", " ", text).split())


def find_or_create(name, *, website="", actor):
    """The Agency of this name, made when there is none; a missing website is added. Inside transaction().

    The name of one that was merged leads to the one that remained.
    """
    name, key = _checked(name, "agency")
    if agency := kept.remaining(Agency, key):
        key = agency.key
    elif insert_once(Agency, {"name": name, "key": key, "website": website}, ["key"]):
        agency = _by_key(key)
        audit.record(AuditTag.AGENCY_CREATED, agency, actor=actor, name=name)
        return agency
    agency = _by_key(key)
    if website and not agency.website:
        _change(agency, {"website": website}, actor=actor)
    return agency


def once_called(text):
    """The ids of agencies that others were merged into whose names began with ``text``."""
    agencies = (kept.remaining(Agency, key) for key in kept.given_up(Agency, agency_key(text)))
    return {agency.id for agency in agencies if agency}


def create(name, *, website="", actor):
    """A new Agency. Raises InvalidInput(field), also when the name is taken."""
    name, key = _checked(name)
    website = contacts.website_address(website)
    with transaction():
        if not insert_once(Agency, {"name": name, "key": key, "website": website}, ["key"]):
            raise _taken()
        agency = _by_key(key)
        audit.record(AuditTag.AGENCY_CREATED, agency, actor=actor, name=name)
    return agency


def edit(agency, values, *, actor, version=None, original=None):
    """Correct ``name`` and ``website``. Raises InvalidInput(field), EditConflict."""
    values = checked(values)
    with transaction():
        moving.check_still(agency)
        check_version(agency, version, values, original)
        _change(agency, values, actor=actor)


def delete(agency, *, actor):
    """Raises RefusedMove while somebody works there."""
    with transaction() as session:
        moving.check_still(agency)
        if session.scalar(sa.select(Realtor.user_id).where(Realtor.agency_id == agency.id).limit(1)):
            raise RefusedMove(_l("Realtors belong to this agency: move them to another first."))
        audit.record(AuditTag.AGENCY_DELETED, agency, actor=actor, name=agency.name)
        bin.put(agency, actor=actor)


def checked(values):
    """``name`` and ``website`` as they are stored, with the ``key`` of the name. Raises InvalidInput(field)."""
    values = dict(values)
    if "name" in values:
        values["name"], values["key"] = _checked(values["name"])
    if "website" in values:
        values["website"] = contacts.website_address(values["website"])
    return values


def put(agency, values):
    """Give the agency checked() values, without a journal entry: ``(old, new)`` for the caller's own.

    Inside transaction(). Raises InvalidInput when the name is taken.
    """
    namesake = _by_key(values.get("key", agency.key))
    if namesake is not None and namesake.id != agency.id:
        raise _taken()
    old, new = audit.changes(agency, values)
    if new:
        for name, value in values.items():
            setattr(agency, name, value)
        agency.version += 1
    if "name" in new:
        search.index_agency(agency)
    return old, new


def _change(agency, values, *, actor):
    old, new = put(agency, values)
    if new:
        audit.record(AuditTag.AGENCY_CHANGED, agency, actor=actor, old=old, new=new)


def _by_key(key):
    return db.session.scalar(sa.select(Agency).where(Agency.key == key))


def _checked(name, field="name"):
    name = " ".join((name or "").split())
    key = agency_key(name)
    if not key:
        raise InvalidInput(_l("Please fill this in."), field=field)
    if len(name) > 160:
        raise InvalidInput(_l("At most %(count)s characters, please.", count=160), field=field)
    return name, key


def _taken():
    return InvalidInput(_l("There is already an agency of this name."), field="name", code="name_taken")

"""Agencies out of a file."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.errors import InvalidInput
from app.extensions import db
from app.models.partners import Agency
from app.services import partners
from app.services.imports import fields
from app.services.imports.kinds import Kind, needed
from app.services.merging import alike, kept


def read(raw, context):
    given = {name: raw[name] for name in ("name", "website") if raw.get(name)}
    return partners.checked(given)


def find(key, values, context):
    if key == "name" and "key" in values:
        found = kept.remaining(Agency, values["key"]) or _of_key(values["key"])
        return [found] if found else []
    if key == "website" and (host := alike.host(values.get("website", ""))):
        ids = context.once("hosts", _hosts).get(host, [])
        return db.session.scalars(sa.select(Agency).where(Agency.id.in_(ids[:4])).order_by(Agency.id)).all()
    return []


def _of_key(key):
    return db.session.scalar(sa.select(Agency).where(Agency.key == key))


def _hosts():
    found = {}
    for id, website in db.session.execute(sa.select(Agency.id, Agency.website).where(Agency.website != "")):
        found.setdefault(alike.host(website), []).append(id)
    return found


def check_found(agency, values, context):
    given = {name: value for name, value in values.items() if name != "key"}
    if values.get("key") == agency.key or kept.remaining(Agency, values.get("key", "")) == agency:
        given.pop("name", None)  # another spelling of it is no new name
    elif "key" in values and (_of_key(values["key"]) or agency).id != agency.id:
        raise InvalidInput(_l("There is already an agency of this name."), field="name")
    return given


AGENCIES = Kind(
    word="agencies",
    label=_l("Agencies"),
    permission=Permission.AGENCIES,
    own=fields.AGENCIES,
    keys={"name": _l("name"), "website": _l("website")},
    read=read,
    find=find,
    now=getattr,
    check_found=check_found,
    check_new=lambda values, context: needed(values, "name"),
    mark=lambda values: values["key"],
    make=lambda values, context: partners.create(
        values["name"], website=values.get("website", ""), actor=context.actor
    ),
    change=lambda agency, values, context: partners.edit(agency, values, actor=context.actor),
    needed=("name",),
)

"""The realtors' closed invitations: several, each with a name, so that an owner sees which one brought whom."""

import secrets

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag
from app.errors import InvalidInput, NotFound
from app.extensions import db
from app.models.accounts import JoinLink, Realtor
from app.models.base import utcnow
from app.services import audit
from app.services.transaction import transaction


def find(token):
    """The working link with this token. Raises NotFound for a wrong or revoked one."""
    link = db.session.scalar(sa.select(JoinLink).where(JoinLink.token == token, JoinLink.revoked_at.is_(None)))
    if link is None:
        raise NotFound()
    return link


def create(name, *, actor):
    """Raises InvalidInput(field="name")."""
    name = " ".join((name or "").split())
    if not name or len(name) > 120:
        raise InvalidInput(_l("Name the link in 1 to 120 characters."), field="name")
    with transaction() as session:
        link = JoinLink(name=name, token=_new_token())
        session.add(link)
        session.flush()
        audit.record(AuditTag.JOIN_LINK_CREATED, link, actor=actor, name=name)
    return link


def rotate(link, *, actor):
    """A new token: the old address stops working at once, a revoked link works again."""
    with transaction():
        link.token, link.revoked_at = _new_token(), None
        audit.record(AuditTag.JOIN_LINK_ROTATED, link, actor=actor, name=link.name)


def revoke(link, *, actor):
    with transaction():
        if link.revoked_at is None:
            link.revoked_at = utcnow()
            audit.record(AuditTag.JOIN_LINK_REVOKED, link, actor=actor, name=link.name)


def main_link():
    """The oldest working link, or None: what the command line prints."""
    return db.session.scalar(sa.select(JoinLink).where(JoinLink.revoked_at.is_(None)).order_by(JoinLink.id).limit(1))


def brought(links):
    """JoinLink id → how many realtors it brought."""
    ids = [link.id for link in links]
    query = sa.select(Realtor.join_link_id, sa.func.count()).where(Realtor.join_link_id.in_(ids))
    return dict(db.session.execute(query.group_by(Realtor.join_link_id)).all())


def path_of(link):
    return f"/join/{link.token}"


def _new_token():
    return secrets.token_urlsafe(24)

"""What a person has on the service: the inquiries of a client, the acceptances of a realtor, whom they talk to."""

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.access.scopes import visible_to
from app.admin import cells
from app.admin.supervisor import links
from app.admin.theme import may_open
from app.constants import Role
from app.doors import current_actor
from app.extensions import db
from app.formatting import number
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match

SHOWN = 5  # inquiries by their numbers


def of(user):
    """``[(label, HTML)]`` of what there is and the reader may look at."""
    told = []
    if user.role == Role.CLIENT and may_open("inquiries_admin.index_view"):
        told = [(_("Inquiries"), _asked(user))]
    if user.role == Role.REALTOR and may_open("matches.index_view"):
        accepted = Match.realtor_id == user.id, Match.accepted_at.is_not(None)
        told = [(_("Accepted inquiries"), _counted(Match, accepted, "matches.index_view", realtor=user.public_id))]
    if user.role in (Role.CLIENT, Role.REALTOR) and may_open("talks.index_view"):
        side = Conversation.client_id if user.role == Role.CLIENT else Conversation.realtor_id
        asked = {user.role.value: user.public_id}
        told.append((_("Conversations"), _counted(Conversation, (side == user.id,), "talks.index_view", **asked)))
    return [(label, html) for label, html in told if html]


def _asked(user):
    """«№ 1300, № 1287 и ещё 12»: the newest by their numbers."""
    mine = visible_to(current_actor(), Inquiry).where(Inquiry.client_id == user.id)
    newest = db.session.scalars(mine.order_by(Inquiry.number.desc()).limit(SHOWN)).all()
    text = Markup(", ").join(links.inquiry(row) for row in newest)
    more = _count(mine) - SHOWN if len(newest) == SHOWN else 0
    if more <= 0:
        return text
    return text + " " + links.inquiries(_("and %(count)s more", count=number(more)), client=user.public_id)


def _counted(model, clauses, endpoint, **filters):
    count = _count(visible_to(current_actor(), model).where(*clauses))
    return count and cells.link(url_for(endpoint, **filters), number(count))


def _count(rows):
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery()))

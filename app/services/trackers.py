"""How far an inquiry has come: «получили 14 · открыли 6 · приняли 3 · первый ответ через 7 мин»."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext as _n
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match
from app.services import inquiry_text

NOBODY = 0


@dataclass(frozen=True)
class Tracker:
    received: int
    opened: int
    accepted: int
    first_response_seconds: int | None
    unread: int  # the client's unread messages

    def steps(self):
        """(words before, number or time) pairs, in the current language."""
        pairs = [(_("received by"), self.received), (_("opened by"), self.opened), (_("accepted by"), self.accepted)]
        if self.first_response_seconds is not None:
            pairs.append((_("first reply in"), inquiry_text.waiting(self.first_response_seconds)))
        return pairs

    def unread_words(self):
        return _n("%(num)s unread message", "%(num)s unread messages", self.unread)


def trackers(inquiries):
    """Inquiry id → Tracker, for any number of inquiries in two queries."""
    ids = [inquiry.id for inquiry in inquiries]
    opened, unread = _opened(ids), _unread(ids)
    return {
        one.id: Tracker(
            # Whoever accepted has seen it, and whoever saw it received it, though cities and realtors may change.
            received=max(one.recipients, opened.get(one.id, NOBODY), one.acceptances),
            opened=max(opened.get(one.id, NOBODY), one.acceptances),
            accepted=one.acceptances,
            first_response_seconds=one.first_response_seconds,
            unread=unread.get(one.id, NOBODY),
        )
        for one in inquiries
    }


def _opened(ids):
    seen = sa.select(Match.inquiry_id, sa.func.count()).where(Match.inquiry_id.in_(ids), Match.seen_at.is_not(None))
    return dict(map(tuple, db.session.execute(seen.group_by(Match.inquiry_id))))


def _unread(ids):
    behind = sa.func.sum(Conversation.last_seq - Conversation.client_read_seq)
    rows = sa.select(Conversation.inquiry_id, behind).where(Conversation.inquiry_id.in_(ids))
    return dict(map(tuple, db.session.execute(rows.group_by(Conversation.inquiry_id))))


def page_of(query, number, size):
    """Page ``number`` (from 1) of an Inquiry query, newest first, cities loaded; and how many pages there are."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    last = max(1, -(-total // size))
    rows = query.options(joinedload(Inquiry.city)).order_by(Inquiry.id.desc())
    return db.session.scalars(rows.limit(size).offset((min(number, last) - 1) * size)).all(), last

"""What is right by the data and yet worth a look: the business should not leave it so."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.constants import InquiryStatus, MediaState, Role
from app.models.accounts import Realtor, User
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.inquiries import OPEN, Inquiry
from app.models.media import Media
from app.models.partners import Agency
from app.services import inquiries, media, settings
from app.services.integrity.rules import Rule, _row
from app.services.transaction import transaction


class InquiriesAreAnswered(Rule):
    word = "unanswered"
    name = _l("no inquiry stands open for long without a single acceptance")
    kind = "inquiry"
    damage = False
    remedy = _l("The inquiry expires, and its client is told with a button to repeat it.")

    def broken(self):
        old = Inquiry.published_at < utcnow() - timedelta(days=settings.get("unanswered_days"))
        return select(Inquiry.public_id, Inquiry.number).where(OPEN, Inquiry.acceptances == 0, old)

    def fix(self, key, actor):
        inquiries.move(_row(Inquiry, key), InquiryStatus.EXPIRED, actor=actor)


class RealtorsHaveACity(Rule):
    word = "homeless-realtors"
    name = _l("every realtor belongs to a city")
    kind = "user"
    damage = False
    advice = _l("Open the person and choose a city and an agency.")

    def broken(self):
        alive = User.role == Role.REALTOR, User.blocked_at.is_(None), User.deleted_at.is_(None)
        found = select(User.public_id, User.name).outerjoin(Realtor, Realtor.user_id == User.id)
        return found.where(*alive, Realtor.user_id.is_(None))


class FilesBelongToMessages(Rule):
    word = "files"
    name = _l("every stored file belongs to a message")
    damage = False
    reversible = False
    remedy = _l("The files are removed within the hour: nobody can open them anyway.")

    def broken(self):
        kept = Media.state.not_in((MediaState.NEW, MediaState.GONE))
        alone = ~sa.exists().where(Message.media_id == Media.id)
        return select(Media.public_id, Media.name).where(kept, alone)

    def fix(self, key, actor):
        with transaction():
            media.take_back(_row(Media, key).id)


class AgenciesHaveRealtors(Rule):
    word = "empty-agencies"
    name = _l("every agency has a realtor")
    kind = "agency"
    damage = False
    advice = _l("Invite somebody of the agency, merge it with its namesake, or delete it.")

    def broken(self):
        alone = ~sa.exists().where(Realtor.agency_id == Agency.id)
        return select(Agency.public_id, Agency.name).where(alone)


class ClientsAreAnswered(Rule):
    word = "silence"
    name = _l("no client waits for a realtor's answer for over three days")
    kind = "conversation"
    damage = False
    advice = _l("Open the conversation and remind the realtor.")

    def broken(self):
        waits = Conversation.open, Conversation.waiting_since < utcnow() - timedelta(days=3)
        found = select(Conversation.public_id, User.name).join(User, User.id == Conversation.client_id)
        return found.where(*waits)


ALL = (
    InquiriesAreAnswered(),
    ClientsAreAnswered(),
    RealtorsHaveACity(),
    FilesBelongToMessages(),
    AgenciesHaveRealtors(),
)

"""What stands between a message and its reader: said where one writes, so that the composer never promises too much.

A *notice* is one word of conversations.state(): ``deleted``, ``blocked``, ``left`` (another role by now) or ``moved``
(the inquiry's city and the realtor's are two) of the other side, the status of an inquiry that is over, or nothing.
"""

from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app import wordings
from app.constants import ConversationKind, InquiryStatus, Role
from app.errors import ConversationClosed
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry
from app.models.prepared import Prepared

NEAR = 500  # people of the newest conversations hear at once; the others when they open theirs

OVER = {InquiryStatus.DONE, InquiryStatus.CANCELLED, InquiryStatus.EXPIRED}
NOTICES = (*sorted(OVER), "blocked", "left", "moved")  # what stands above the composer
# Word → side → what it says there; "" for both sides of an inquiry. Who is deleted closes the conversation, and what is
# closed stands in place of the composer: it is what every door answers to who writes all the same.
SENTENCES = {
    "closed": {
        "client": _l("You ended this conversation. The realtor cannot write to you until you reopen it."),
        "realtor": _l("The client ended this conversation. You can write again once the client reopens it."),
        "operator": _l("The question is closed. It opens again when the person writes."),
        "asker": _l("The question is closed. Write something, and it opens again."),
    },
    "deleted": {"": _l("The account of the person on the other side was deleted. The messages stay with you.")},
    "done": {"": _l("The inquiry is closed: a home is found. You can still write here.")},
    "cancelled": {"": _l("The inquiry is cancelled. You can still write here.")},
    "expired": {"": _l("The inquiry has expired. You can still write here.")},
    "blocked": {
        "client": _l("The realtor's account is blocked. Your message will be read only if it is unblocked."),
        "realtor": _l("The client's account is blocked. Your message will be read only if it is unblocked."),
        "operator": _l("This person's account is blocked. Your answer will be read only if it is unblocked."),
    },
    "left": {
        "client": _l("This person no longer works as a realtor here and may not see your message."),
        "realtor": _l("This person is no longer a client here and may not see your message."),
        "operator": _l("This person is no longer a client or a realtor here and may not see your answer."),
    },
    "moved": {
        "client": _l("The realtor works in another city than that of your inquiry and may not answer."),
        "realtor": _l("The client's inquiry is now about another city than yours."),
    },
}
_EXPECTED = {"client": {Role.REALTOR}, "realtor": {Role.CLIENT}, "operator": {Role.CLIENT, Role.REALTOR}}


class _Facts(NamedTuple):
    """Of the person on the other side, of the conversation's realtor and of its inquiry."""

    blocked_at: object
    deleted_at: object
    role: Role
    works_in: int | None
    status: InquiryStatus | None
    wanted_in: int | None


_FACTS = Prepared(
    sa.select(User.blocked_at, User.deleted_at, User.role, Realtor.city_id, Inquiry.status, Inquiry.city_id)
    .select_from(User.__table__)
    .outerjoin(Realtor.__table__, Realtor.user_id == sa.bindparam("realtor"))
    .outerjoin(Inquiry.__table__, Inquiry.id == sa.bindparam("inquiry"))
    .where(User.id == sa.bindparam("other")),
    row=_Facts,
)


def said(word, side):
    """The sentence of SENTENCES in the current language, as the owners want it."""
    sides = SENTENCES[word]
    part = side if side in sides else ""
    return wordings.say(f"system-note_{word}", part, sides[part], {})


def notes(side):
    """Notice → what stands above the composer of that side."""
    if side not in _EXPECTED:
        return {}
    fitting = [word for word in NOTICES if side in SENTENCES[word] or ("" in SENTENCES[word] and side != "operator")]
    return {word: said(word, side) for word in fitting}


def notice(conversation, side):
    """``conversation`` is one, or a row of its columns; ``side`` as conversations.side_of() says."""
    other = conversation.realtor_id if side == "client" else conversation.client_id
    if side not in _EXPECTED or other is None:
        return ""
    asked = {"other": other, "realtor": conversation.realtor_id, "inquiry": conversation.inquiry_id}
    return _word(_FACTS.read(**asked), side)


def _word(facts, side):
    if facts.deleted_at:
        return "deleted"
    if facts.blocked_at:
        return "blocked"
    if facts.role not in _EXPECTED[side]:
        return "left"
    if facts.status in OVER:
        return facts.status.value
    return "moved" if facts.works_in != facts.wanted_in and facts.wanted_in else ""


def refusal(conversation, side):
    """The error for whoever wants to say or change something in a closed conversation: the page's own words."""
    if notice(conversation, side) == "deleted":
        return ConversationClosed(LazyString(said, "deleted", side))
    asked_support = side == "client" and conversation.kind == ConversationKind.SUPPORT
    return ConversationClosed(LazyString(said, "closed", "asker" if asked_support else side))


def talking_with(user_id):
    """Public ids of the people this person has conversations with; None among them stands for the support desk."""
    other = sa.case((Conversation.client_id == user_id, Conversation.realtor_id), else_=Conversation.client_id)
    mine = sa.or_(Conversation.client_id == user_id, Conversation.realtor_id == user_id)
    newest = sa.select(other.label("id")).where(mine).order_by(Conversation.last_message_at.desc()).limit(NEAR)
    others = newest.subquery()
    return set(
        db.session.scalars(sa.select(User.public_id).select_from(others).outerjoin(User, User.id == others.c.id))
    )

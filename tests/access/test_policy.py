"""The policy page and the scopes behind it: owner, same-role stranger, other role."""

from uuid import uuid4

import pytest

from app.access.loaders import get_plain, get_visible
from app.access.permissions import POLICY, Permission, may
from app.access.scopes import visible_to
from app.constants import InquiryStatus, Role
from app.errors import Forbidden, NotFound
from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.services.transaction import transaction


def seen_by(actor, model):
    return set(db.session.scalars(visible_to(actor, model)))


def test_every_permission_has_a_rule():
    assert set(POLICY) == set(Permission)


def test_a_client_sees_own_inquiries_only(build):
    mine, other = build.inquiry(), build.inquiry()
    assert seen_by(mine.client, Inquiry) == {mine}
    assert get_visible(mine.client, Inquiry, mine.public_id, Permission.INQUIRY_OWN) is mine
    with pytest.raises(NotFound):
        get_visible(mine.client, Inquiry, other.public_id, Permission.INQUIRY_OWN)


def test_a_realtor_sees_published_inquiries_of_the_own_city_only(build):
    here, draft = build.inquiry(), build.inquiry(status=InquiryStatus.DRAFT)
    elsewhere = build.inquiry(city=build.city("Берлин"))
    assert seen_by(build.realtor(), Inquiry) == {here}
    assert {draft, elsewhere} <= seen_by(build.supervisor(), Inquiry)


def test_an_accepted_inquiry_stays_with_its_realtor_when_it_moves(build):
    inquiry, realtor = build.inquiry(), build.realtor()
    build.conversation(inquiry, realtor)
    with transaction():
        inquiry.city_id = build.city("Берлин").id
    assert seen_by(realtor, Inquiry) == {inquiry}
    assert seen_by(build.realtor(), Inquiry) == set()


def test_a_conversation_belongs_to_its_two_people(build):
    conversation = build.conversation()
    client, realtor = conversation.client, conversation.realtor
    assert seen_by(client, Conversation) == seen_by(realtor, Conversation) == {conversation}
    assert seen_by(build.client(), Conversation) == seen_by(build.realtor(), Conversation) == set()


def test_owners_read_conversations_but_do_not_speak_in_them(build):
    conversation, owner = build.conversation(), build.supervisor()
    assert get_visible(owner, Conversation, conversation.public_id, Permission.CONVERSATION_SUPERVISE)
    with pytest.raises(Forbidden):
        get_visible(owner, Conversation, conversation.public_id, Permission.MESSAGE_SEND)


def test_only_the_client_holds_the_key_of_a_conversation(build):
    conversation = build.conversation()
    assert may(conversation.client, Permission.CONVERSATION_CLOSE, conversation)
    assert not may(conversation.realtor, Permission.CONVERSATION_CLOSE, conversation)
    with pytest.raises(Forbidden):
        get_visible(conversation.realtor, Conversation, conversation.public_id, Permission.CONVERSATION_CLOSE)


@pytest.mark.parametrize("model", [Match, Delivery, Notification])
def test_in_doubt_nothing_is_visible(build, model):
    build.conversation()
    assert seen_by(None, model) == set()
    assert seen_by(build.client(), model) == set()


def test_a_blocked_person_may_nothing_and_sees_nothing(build):
    inquiry = build.inquiry()
    with transaction():
        inquiry.client.blocked_at = utcnow()
    assert not may(inquiry.client, Permission.INQUIRY_OWN, inquiry)
    assert seen_by(inquiry.client, Inquiry) == set()


ABOUT_CONVERSATIONS = (
    *(Permission.CONVERSATION_READ, Permission.MESSAGE_SEND, Permission.CONVERSATION_OWN),
    *(Permission.CONVERSATION_CLOSE, Permission.CONVERSATION_SUPERVISE),
)


def outcome(load, actor, public_id, permission):
    """What a loader answers: the row's columns, or the error's class."""
    try:
        row = load(actor, Conversation, public_id, permission)
    except (Forbidden, NotFound) as error:
        return type(error)
    return {name: getattr(row, name) for name in Conversation.__table__.c.keys()}  # noqa: SIM118


@pytest.mark.every_database
def test_a_plain_row_is_given_exactly_to_whom_the_object_is(build):
    mine, support = build.conversation(), build.conversation()
    blocked, deleted = build.conversation(), build.conversation()
    with transaction():
        support.inquiry_id = support.realtor_id = None
        blocked.client.blocked_at = blocked.realtor.blocked_at = utcnow()
        deleted.client.deleted_at = utcnow()
    conversations = [mine, support, blocked, deleted]
    people = {person for each in conversations for person in (each.client, each.realtor) if person}
    people |= {build.client(), build.realtor(), *(build.user(role) for role in Role)}
    outcomes = set()
    for person in people:
        for public_id in [*(each.public_id for each in conversations), uuid4(), "no-such-id"]:
            for permission in ABOUT_CONVERSATIONS:
                answer = outcome(get_plain, person, public_id, permission)
                assert answer == outcome(get_visible, person, public_id, permission), (person.role, permission)
                outcomes.add(answer if isinstance(answer, type) else dict)
    assert outcomes == {dict, Forbidden, NotFound}


@pytest.mark.parametrize("bad", ["", "1", "no-such-id", "00000000-0000-0000-0000-000000000000"])
def test_a_made_up_id_is_not_found(build, bad):
    with pytest.raises(NotFound):
        get_visible(build.supervisor(), Inquiry, bad, Permission.INQUIRY_CORRECT)

"""What the author of a message may still do with it, for how long, and what stays of it where."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from app.constants import AuditTag, SystemEvent
from app.errors import ConversationClosed, Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.services import accounts, bursts, conversations, inbox, messages
from app.services.transaction import transaction

pytestmark = pytest.mark.every_database


@pytest.fixture
def chat(build):
    return build.conversation()


def said(chat, actor, body="Здравствуйте!", **values):
    line = conversations.send(chat, nonce=uuid4(), body=body, actor=actor, **values)
    return db.session.scalar(db.select(Message).where(Message.public_id == line.public_id))


def age(message, **time):
    with transaction():
        message.created_at = utcnow() - timedelta(**time)


def journal(tag):
    return [event.data for event in db.session.scalars(db.select(AuditEvent).where(AuditEvent.tag == tag))]


def test_an_edit_replaces_the_words_and_leaves_a_trace(chat, heard):
    message = said(chat, chat.client, "Сколько стоит?")
    line = messages.edit(message, "  Сколько стоит квартира? ", actor=chat.client)
    assert (line.body, line.seq, line.change) == ("Сколько стоит квартира?", 1, 1)
    assert line.edited_at and line == conversations.line_of(message.id)
    assert heard[-1].name == "message:changed"
    kept = {"seq": 1, "old": {"body": "Сколько стоит?"}, "new": {"body": "Сколько стоит квартира?"}}
    assert journal(AuditTag.MESSAGE_EDITED) == [kept]


def test_a_deleted_message_is_gone_from_everywhere_but_the_journal(chat):
    message = said(chat, chat.client, "номер карты 4276 5501")
    answer = said(chat, chat.realtor, "получил", reply_to=message.public_id)
    line = messages.delete(message, actor=chat.client)
    assert line.deleted_at and line.body == "" and line.nonce == message.nonce
    quote = conversations.line_of(answer.id).reply_to
    assert quote.deleted_at and quote.body == ""
    assert "4276 5501" not in str(accounts.export(actor=chat.realtor)) + str(
        db.session.scalars(db.select(Delivery.payload)).all()
    )
    kept = {"seq": 1, "old": {"body": "номер карты 4276 5501"}, "new": {"body": None}}
    assert journal(AuditTag.MESSAGE_DELETED) == [kept]


def test_no_letter_tells_what_was_taken_back(chat):
    message = said(chat, chat.client, "ошибся окном")
    letter = db.session.scalars(db.select(Delivery).where(Delivery.user_id == chat.realtor_id)).first()
    messages.delete(message, actor=chat.client)
    with pytest.raises(bursts.NotNeeded):
        bursts.look(letter)


def test_twice_is_once(chat, heard):
    message = said(chat, chat.client)
    first = messages.edit(message, "иначе", actor=chat.client)
    assert messages.edit(message, "иначе", actor=chat.client) == first
    gone = messages.delete(message, actor=chat.client)
    age(message, hours=1)
    assert messages.delete(message, actor=chat.client).deleted_at == gone.deleted_at
    assert [event.name for event in heard].count("message:changed") == 2
    assert len(journal(AuditTag.MESSAGE_EDITED)) == len(journal(AuditTag.MESSAGE_DELETED)) == 1


def _edit(message, actor):
    return messages.edit(message, "иначе", actor=actor)


def _delete(message, actor):
    return messages.delete(message, actor=actor)


@pytest.mark.parametrize("act", [_edit, _delete])
def test_only_the_author_in_time_and_while_the_conversation_is_open(chat, build, act):
    message = said(chat, chat.realtor)
    for stranger in (chat.client, build.realtor(), build.supervisor()):
        with pytest.raises(Forbidden):
            act(message, stranger)
    age(message, minutes=14, seconds=50)
    conversations.close(chat, actor=chat.client)
    with pytest.raises(ConversationClosed):
        act(message, chat.realtor)
    conversations.reopen(chat, actor=chat.client)
    age(message, minutes=15, seconds=5)
    with pytest.raises(RefusedMove) as refused:
        act(message, chat.realtor)
    assert (refused.value.code, message.body, message.deleted_at) == ("too_late", "Здравствуйте!", None)


def test_what_is_deleted_is_not_edited_and_what_is_edited_is_a_message(chat):
    message = said(chat, chat.client)
    with pytest.raises(InvalidInput):
        messages.edit(message, " \n", actor=chat.client)
    messages.delete(message, actor=chat.client)
    with pytest.raises(RefusedMove):
        messages.edit(message, "иначе", actor=chat.client)


def test_the_list_of_conversations_follows(chat):
    said(chat, chat.client, "первое")
    last = said(chat, chat.client, "второе")
    words = lambda: inbox.last_words(db.session.get_one(Conversation, chat.id), chat.realtor)  # noqa: E731
    messages.edit(last, "третье", actor=chat.client)
    assert words() == "третье"
    messages.delete(last, actor=chat.client)
    assert words() == "Сообщение удалено"


def test_a_question_taken_back_is_not_waited_for(chat):
    first, second = said(chat, chat.client), said(chat, chat.client)
    messages.delete(first, actor=chat.client)
    assert chat.waiting_since == second.created_at
    messages.delete(second, actor=chat.client)
    assert chat.waiting_since is None


def test_an_answer_quotes_a_message_of_its_own_conversation(chat, build):
    question = said(chat, chat.client, "Балкон  есть?\nА лифт?" + "!" * 600)
    line = conversations.send(chat, nonce=uuid4(), body="Есть", reply_to=str(question.public_id), actor=chat.realtor)
    assert line == conversations.messages_since(chat, 1)[0]
    told = conversations.payload(line, "ru")["reply_to"]
    assert told["preview"].startswith("Балкон есть? А лифт?!") and len(told["preview"]) == 120
    assert (told["seq"], told["sender"], told["deleted"]) == (1, str(chat.client.public_id), False)
    for stranger in (said_elsewhere(build).public_id, uuid4()):
        with pytest.raises(InvalidInput) as refused:
            said(chat, chat.client, reply_to=stranger)
        assert refused.value.code == "reply_to"
    assert chat.last_seq == 2


@pytest.mark.parametrize("for_client", [True, False])
def test_what_is_written_for_a_page_that_was_away_is_what_everybody_else_is_told(chat, for_client):
    conversations.say(chat, SystemEvent.INQUIRY_CHANGED, by=chat.client_id)
    question = said(chat, chat.client, 'Есть "балкон"?\n\t\\ \u2028 🏠')
    conversations.send(chat, nonce=uuid4(), body="Есть", reply_to=str(question.public_id), actor=chat.realtor)
    messages.edit(said(chat, chat.client, "Хорошо"), "Отлично", actor=chat.client)
    messages.delete(said(chat, chat.client, "Нет"), actor=chat.client)
    lines = conversations.messages_since(chat, 0)
    told = [conversations.payload(line, "en", for_client=for_client) for line in lines]
    written = conversations.written_since(chat, 0, 200, "en", for_client=for_client)
    assert json.loads(written) == told and len(told) == 5
    assert json.loads(conversations.written_since(chat, 2, 1, "en", for_client=for_client)) == told[2:3]


def said_elsewhere(build):
    other = build.conversation()
    return said(other, other.client)


def test_a_page_that_was_away_gets_each_changed_message_once_in_order(chat):
    first, second = said(chat, chat.client, "один"), said(chat, chat.realtor, "два")
    messages.edit(first, "раз", actor=chat.client)
    messages.delete(second, actor=chat.realtor)
    messages.edit(first, "первое", actor=chat.client)
    changed = conversations.messages_changed(chat, 0)
    assert [(line.seq, line.change, line.body) for line in changed] == [(2, 2, ""), (1, 3, "первое")]
    assert conversations.messages_changed(chat, 2) == changed[1:]
    assert conversations.messages_changed(chat, 3) == conversations.messages_changed(chat, None) == []
    assert conversations.state(chat, chat.client)["changes"] == 3


def test_whoever_leaves_leaves_no_old_words_in_the_journal(chat):
    message = said(chat, chat.client, "тайна")
    messages.edit(message, "не тайна", actor=chat.client)
    messages.delete(message, actor=chat.client)
    accounts.delete_account(chat.client.email, actor=chat.client)
    assert "тайна" not in str(journal(AuditTag.MESSAGE_EDITED) + journal(AuditTag.MESSAGE_DELETED))


def test_owners_see_the_trace_in_the_conversation_and_the_words_in_the_journal(chat, build, browser_of):
    edited, gone = said(chat, chat.client, "первое"), said(chat, chat.realtor, "второе")
    messages.edit(edited, "новое", actor=chat.client)
    messages.delete(gone, actor=chat.realtor)
    owner = browser_of(build.supervisor())
    page = owner.get(f"/supervisor/conversations/{chat.public_id}/").text
    assert "новое" in page and "изменено" in page and "Сообщение удалено" in page and "второе" not in page
    journal = owner.get("/supervisor/journal/").text
    assert "первое → новое" in journal and "второе → —" in journal


def test_the_same_words_in_another_conversation_stay_as_they_were_told(build, chat):
    other = build.conversation(build.inquiry(city=chat.inquiry.city), chat.realtor)
    message, _elsewhere = said(chat, chat.client, "Добрый день"), said(other, other.client, "Добрый день")
    messages.edit(message, "Добрый вечер", actor=chat.client)
    told = {row.url[-36:]: row.params["preview"] for row in db.session.scalars(db.select(Notification))}
    assert told == {str(chat.public_id): "Добрый вечер", str(other.public_id): "Добрый день"}

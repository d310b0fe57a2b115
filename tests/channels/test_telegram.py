"""The Telegram bot from the event to the answer, against a Bot API of our own (tests/bot_api.py)."""

import re
import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.channels.telegram import Bot
from app.constants import Channel, InquiryStatus, OutboxStatus
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import Message
from app.models.inquiries import Match
from app.models.outbox import Delivery
from app.models.telegram import TelegramCode, TelegramLink
from app.services import accounts, conversations, inquiries, notifications, wordings
from app.services.accounts import recovery
from app.services.inquiries import telling
from app.services.telegram import links, updates
from app.services.transaction import transaction
from app.tasks import dispatcher
from app.tasks import telegram as poller
from tests.bot_api import TOKEN, BotApi

PAGE = "/my/profile/notifications"
CHAT = 55


@pytest.fixture
def api(app, monkeypatch):
    api = BotApi()
    changes = {"telegram_bot_token": TOKEN, "telegram_api_url": api.url, "public_url": "https://otklik.example"}
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **changes))
    yield api
    api.stop()


@pytest.fixture
def poll(api, context):
    """``poll()``: the worker asks once and does what there is to do."""

    def once(holder="this worker"):
        with Bot(TOKEN, api.url) as bot:
            assert poller._introduced(bot, holder)
            pause = poller._round(bot, holder, threading.Event(), poll=0)
        db.session.rollback()
        return pause

    return once


@pytest.fixture
def linked(build, poll, api):
    """``linked(user, chat)``: the person presses «Start» in the bot."""

    def link(user, chat=CHAT):
        api.write(chat, f"/start {links.make_code(actor=user)}")
        poll()
        api.sent.clear()
        return user

    return link


def deliver():
    dispatcher.deliver_batch(channel=Channel.TELEGRAM)
    db.session.rollback()


def outcomes():
    db.session.rollback()
    rows = sa.select(Delivery.status).where(Delivery.channel == Channel.TELEGRAM).order_by(Delivery.id)
    return db.session.scalars(rows).all()


def linked_chats():
    db.session.rollback()
    return dict(db.session.execute(sa.select(TelegramLink.user_id, TelegramLink.chat_id)).all())


def offer(inquiry):
    with transaction():
        telling.tell_city(inquiry)
    deliver()


def write(chat, body):
    conversations.send(chat, nonce=uuid4(), body=body, actor=chat.client)
    deliver()


def bodies(chat):
    db.session.rollback()
    return db.session.scalars(
        sa.select(Message.body).where(Message.conversation_id == chat.id, Message.sender_id == chat.realtor_id)
    ).all()


def buttons(message):
    return [button["text"] for row in message["markup"]["inline_keyboard"] for button in row]


def test_a_person_links_the_bot_from_the_profile_and_unlinks_it_there(build, api, poll, browser_of):
    anna = build.client("Анна", locale="ru")
    site = browser_of(anna)
    assert "Бот сейчас не отвечает" in site.post("/my/telegram", follow_redirects=True).text
    poll()  # the worker learns the bot's name
    page = site.post("/my/telegram").text
    code = re.search(r"https://t\.me/otklik_test_bot\?start=([\w-]+)", page)[1]
    api.write(CHAT, f"/start {code}")
    poll()
    assert linked_chats() == {anna.id: CHAT}
    assert "Готово, Анна" in api.said[-1]
    assert "Подключён: @user55" in site.get(PAGE).text
    site.post("/my/telegram/remove")
    assert linked_chats() == {}
    assert "Не подключён" in site.get(PAGE).text


def test_a_code_works_once_and_for_a_quarter_of_an_hour(build, api, poll):
    anna, code = build.client(), None
    for chat in (CHAT, 66):
        code = code or links.make_code(actor=anna)
        api.write(chat, f"/start {code}")
        poll()
    assert linked_chats() == {anna.id: CHAT}
    late = links.make_code(actor=anna)
    with transaction() as session:
        session.execute(sa.update(TelegramCode).values(expires_at=utcnow() - timedelta(seconds=1)))
    for code in (late, "guess", ""):
        api.write(77, f"/start {code}")
    poll()
    assert linked_chats() == {anna.id: CHAT}
    assert sum("устарел" in text for text in api.said) == 3  # used, late and guessed


def test_without_a_token_there_is_no_telegram(build, browser_of):
    site = browser_of(build.client())
    assert "Telegram" not in site.get(PAGE).text
    assert site.post("/my/telegram").status_code == 303


def test_an_inquiry_comes_with_its_parameters_and_is_accepted_by_a_button(build, api, poll, linked):
    realtor = linked(build.realtor(locale="ru"))
    inquiry = build.inquiry(wishes="Рядом <парк> & метро")
    offer(inquiry)
    [(number, message)] = api.sent.items()
    assert f"Новый запрос №\xa0{inquiry.number}" in message["text"]
    assert "Рядом &lt;парк&gt; &amp; метро" in message["text"]
    accept, look = message["markup"]["inline_keyboard"][0]
    assert (accept["text"], look["text"], look["url"]) == (
        "Принять",
        "Открыть",
        f"https://otklik.example/office/inquiries/{inquiry.public_id}",
    )
    for _ in range(2):  # an impatient thumb
        api.press(CHAT, number, accept["callback_data"])
    poll()
    match = db.session.scalars(sa.select(Match).where(Match.realtor_id == realtor.id)).one()
    assert match.accepted_at
    assert (api.waiting, message["markup"]) == (set(), None)
    last = max(api.sent)
    assert f"Вы приняли запрос №\xa0{inquiry.number}" in api.sent[last]["text"]
    api.write(CHAT, "Здравствуйте! Есть две квартиры.", reply_to=last)
    poll()
    assert db.session.scalars(sa.select(Message.body).where(Message.sender_id == realtor.id)).all() == [
        "Здравствуйте! Есть две квартиры."
    ]


def test_an_inquiry_that_is_closed_or_of_another_city_is_refused_in_words(build, api, poll, linked):
    linked(build.realtor(locale="ru"))
    closed, elsewhere = build.inquiry(), build.inquiry(city=build.city("Берлин"))
    with transaction():
        inquiries.move(closed, InquiryStatus.CANCELLED, actor=closed.client)
    for inquiry in (closed, elsewhere):
        api.press(CHAT, 1, f"accept:{inquiry.public_id.hex}")
    api.press(CHAT, 1, "accept:nonsense")
    api.press(66, 1, f"accept:{elsewhere.public_id.hex}")  # a stranger's chat
    poll()
    texts = [fields["text"] for method, fields in api.calls if method == "answerCallbackQuery"]
    assert len(texts) == 4 and all(texts)
    assert db.session.scalars(sa.select(Match).where(Match.accepted_at.is_not(None))).all() == []


@pytest.fixture
def chat(build, linked):
    """A conversation whose realtor is in Telegram and away from the site."""
    conversation = build.conversation(realtor=build.realtor("Пётр", locale="ru"))
    linked(conversation.realtor)
    return conversation


@pytest.mark.every_database
def test_an_answer_to_the_bot_answers_in_the_chat_and_once(api, poll, chat):
    write(chat, "Можно с <котом>?")
    [(number, message)] = api.sent.items()
    assert chat.client.name in message["text"] and "Можно с &lt;котом&gt;?" in message["text"]
    update = api.write(CHAT, "Можно!", reply_to=number)
    poll()
    updates.handle(update)  # Telegram tells again what was not confirmed
    assert bodies(chat) == ["Можно!"]
    assert f"Отправлено: {chat.client.name}" in api.said[-1]
    poll()
    assert len(api.sent) == 2  # what was confirmed does not come again


def test_a_worker_killed_before_confirming_sends_nothing_twice(api, poll, chat, monkeypatch):
    write(chat, "Вы здесь?")
    api.write(CHAT, "Здесь", reply_to=min(api.sent))

    def killed(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(updates, "done", killed)
        with pytest.raises(SystemExit):
            poll()
    poll()
    assert bodies(chat) == ["Здесь"]


def test_what_cannot_be_sent_is_refused_in_words(api, poll, chat):
    write(chat, "Вы здесь?")
    number = min(api.sent)
    api.write(CHAT, reply_to=number, voice={"file_id": "x"})
    api.write(CHAT, "x" * 4001, reply_to=number)
    api.write(CHAT, "кому-нибудь")
    api.write(CHAT, "о чём это было?", reply_to=5)
    conversations.close(chat, actor=chat.client)
    api.write(CHAT, "Ещё здесь?", reply_to=number)
    poll()
    voice, long, nobody, forgotten, closed = api.said[1:]
    assert "только текст" in voice and "4000" in long and "ответьте на моё сообщение" in nobody
    assert "Не помню" in forgotten and "Не отправлено" in closed and "завершил" in closed
    assert bodies(chat) == []


def test_nobody_answers_in_anothers_chat(build, api, poll, chat, linked):
    write(chat, "Вы здесь?")
    number = min(api.sent)
    linked(build.realtor(locale="ru"), chat=66)
    api.write(66, "Я за него", reply_to=number)
    api.write(99, "И я", reply_to=number)  # linked with nobody
    api.write(CHAT, "И мы", reply_to=number, kind="group")
    poll()
    assert (
        bodies(chat),
        len(db.session.scalars(sa.select(Message.body).where(Message.body.in_(["Я за него", "И я", "И мы"]))).all()),
    ) == ([], 0)
    assert any("Я вас ещё не знаю" in text for text in api.said)


def test_a_blocked_account_can_do_nothing_from_there(api, poll, chat, build):
    write(chat, "Вы здесь?")
    number = min(api.sent)
    with transaction():
        chat.realtor.blocked_at, chat.realtor.blocked_reason = utcnow(), "жалобы"
    api.write(CHAT, "Да", reply_to=number)
    api.press(CHAT, number, f"accept:{build.inquiry().public_id.hex}")
    poll()
    assert "заблокирован" in api.said[-1]
    assert bodies(chat) == []


def test_who_blocks_the_bot_is_unlinked_and_it_is_no_dead_letter(api, chat):
    api.blocked.add(CHAT)
    write(chat, "Вы здесь?")
    assert (outcomes(), linked_chats()) == ([OutboxStatus.DROPPED], {})


def test_who_stops_the_bot_there_is_unlinked(build, api, poll, linked):
    anna, boris = linked(build.client(locale="ru"), 1), linked(build.client(locale="ru"), 2)
    api.write(1, "/stop")
    api.update(my_chat_member={"chat": {"id": 2}, "new_chat_member": {"status": "kicked"}})
    poll()
    assert linked_chats() == {} and anna and boris


def test_telegram_asks_for_patience_and_gets_it(api, chat):
    api.errors["sendMessage"] = 429, "Too Many Requests: retry after 120", {"retry_after": 120}
    write(chat, "Вы здесь?")
    [row] = db.session.scalars(sa.select(Delivery).where(Delivery.channel == Channel.TELEGRAM))
    assert 110 < (row.due_at - utcnow()).total_seconds() < 125
    api.errors.clear()
    with transaction() as session:
        session.execute(sa.update(Delivery).values(due_at=utcnow()))
    deliver()
    assert (outcomes(), len(api.sent)) == ([OutboxStatus.SENT], 1)


def test_a_wrong_token_stands_in_no_error(app, api, chat, monkeypatch):
    secret = "4242:another-secret"
    wrong = replace(app.config["SETTINGS"], telegram_bot_token=secret, telegram_api_url="http://127.0.0.1:9")
    monkeypatch.setitem(app.config, "SETTINGS", wrong)
    write(chat, "Вы здесь?")
    [row] = db.session.scalars(sa.select(Delivery).where(Delivery.channel == Channel.TELEGRAM))
    assert row.status == OutboxStatus.PENDING
    assert "another-secret" not in row.error and row.error


def test_only_one_worker_asks_at_a_time(api, poll, build):
    anna = build.client()
    assert poll("first") == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(poller, "_introduced", lambda *_: True)
        api.write(CHAT, f"/start {links.make_code(actor=anna)}")
        assert poll("second") == poller.REST
        assert linked_chats() == {}
        updates.end_turn("first")
        assert poll("second") == 0
    assert linked_chats() == {anna.id: CHAT}


def test_one_strange_update_does_not_silence_the_bot(api, poll, chat):
    write(chat, "Вы здесь?")
    api.update(message={"chat": {}})
    api.write(CHAT, "Да", reply_to=min(api.sent))
    poll()
    assert bodies(chat) == ["Да"]


def test_a_person_of_another_language_reads_it_in_that(build, api, linked):
    boris = linked(build.client(locale="en"))
    with transaction():
        params = {"number": 7, "name": "Пётр", "title": "Дом"}
        notifications.notify([boris], Kind.INQUIRY_ACCEPTED, params=params, url="/my/inquiries/1", email="notification")
    deliver()
    [message] = api.sent.values()
    assert message["text"] == "<b>Пётр accepted your inquiry No.\xa07</b>"
    assert buttons(message) == ["Open"]


def test_a_chat_that_was_unlinked_hears_nothing_that_was_on_its_way(api, chat):
    conversations.send(chat, nonce=uuid4(), body="код от домофона 45", actor=chat.client)
    links.unlink(actor=chat.realtor)
    deliver()
    assert api.sent == {}


def test_a_chat_linked_before_the_address_was_proven_is_unlinked_then(build, linked):
    """Whoever opened an account with somebody else's address must not go on reading along."""
    anna = linked(build.client(email="anna@example.com"))
    token = recovery.make_token(anna, hours=2)
    accounts.reset_password(token, "a long enough password 7")
    assert linked_chats() == {}


def test_the_bot_speaks_in_the_owners_words(build, linked, api, poll):
    owner, anna = build.supervisor(), linked(build.client(locale="ru"))
    for key, text in {"whom": "Ответьте <3 на сообщение.", "open": "На сайт"}.items():
        wordings.save(wordings.find(f"telegram-{key}"), {"ru": text}, actor=owner)
    wordings.save(wordings.find("notice-support_answer"), {"ru": "Мы ответили & ждём"}, actor=owner)
    api.write(CHAT, "Здравствуйте")
    poll()
    said = list(api.sent.values())
    assert "Ответьте &lt;3 на сообщение." in said[-1]["text"], "the bot writes HTML"
    with transaction():
        notifications.notify([anna], Kind.SUPPORT_ANSWER, params={}, url="/support/chat")
    deliver()
    said = list(api.sent.values())
    assert "<b>Мы ответили &amp; ждём</b>" in said[-1]["text"]
    assert said[-1]["markup"]["inline_keyboard"][0][0]["text"] == "На сайт"

"""The desk's rules: one conversation per person, tickets in it, one taker, letters, and notes nobody else sees."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from PIL import Image

from app.access.scopes import visible_to
from app.constants import AuditTag, Channel, NotificationKind, SystemEvent, Topic
from app.errors import ConversationClosed, Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.models.support import Ticket
from app.services import (
    accounts,
    conversations,
    desk,
    desk_queue,
    inbox,
    integrity,
    last_look,
    media,
    messages,
    outbox,
    preferences,
    search,
    settings,
    support,
)
from app.services.transaction import transaction

NEVER, ALWAYS = "", "ежедневно 0-24"


def write(conversation, person, body="Здравствуйте"):
    return conversations.send(conversation, nonce=uuid4(), body=body, actor=person)


def tickets():
    return db.session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()


def told(person, kind):
    query = sa.select(Notification).where(Notification.user_id == person.id, Notification.kind == kind)
    return db.session.scalars(query).all()


def see(person, ago=timedelta(0)):
    with transaction():
        person.last_seen_at = utcnow() - ago


def hours(value, build):
    settings.change("support_hours", value, actor=build.supervisor())


@pytest.mark.every_database
def test_the_first_message_makes_the_conversation_and_the_same_one_again_is_once(build):
    for person in (build.client(), build.realtor()):
        nonce = uuid4()
        first, line = support.ask(nonce=nonce, body="Как сменить город?", actor=person)
        again, same = support.ask(nonce=nonce, body="Как сменить город?", actor=person)
        later, _ = support.ask(nonce=uuid4(), body="И ещё", actor=person)
        assert first.id == again.id == later.id and line.public_id == same.public_id
        assert later.last_seq == 2 and later.waiting_since
    assert len(tickets()) == db.session.scalar(sa.select(sa.func.count()).select_from(Conversation)) == 2


def test_nothing_is_made_of_an_empty_question_or_for_who_may_not_ask(build):
    with pytest.raises(InvalidInput):
        support.ask(nonce=uuid4(), body=" \n", actor=build.client())
    with pytest.raises(InvalidInput):
        support.ask(nonce="not one", body="Вопрос", actor=build.client())
    for stranger in (build.agent(), build.supervisor(), build.user("scout")):
        with pytest.raises(Forbidden):
            support.ask(nonce=uuid4(), body="Вопрос", actor=stranger)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


@pytest.mark.every_database
def test_of_two_who_take_one_gets_it_and_the_other_is_told_the_name(build):
    conversation, olga, ivan = build.support(), build.agent("Ольга"), build.agent("Иван")
    support.take(conversation, actor=olga)
    support.take(conversation, actor=olga)
    with pytest.raises(RefusedMove, match="Ольга"):
        support.take(conversation, actor=ivan)
    assert [ticket.taken_by.name for ticket in tickets()] == ["Ольга"]
    taken = sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.tag == AuditTag.TICKET_TAKEN)
    assert db.session.scalar(taken) == 1


def test_an_answer_takes_a_free_question_and_ends_the_wait(build):
    conversation, olga, ivan = build.support(), build.agent("Ольга"), build.agent("Иван")
    write(conversation, olga)
    write(conversation, ivan, "Добавлю")
    [ticket] = tickets()
    assert ticket.taken_by_id == olga.id and ticket.first_response_at
    db.session.refresh(conversation)
    assert conversation.waiting_since is None
    assert support.today(actor=olga)["answered"] == 1


def test_closed_the_operator_is_silent_and_the_person_reopens_by_writing(build, heard):
    conversation, olga = build.support(), build.agent("Ольга")
    support.close(conversation, actor=olga)
    support.close(conversation, actor=olga)
    assert not conversation.open and conversation.closed_by_id == olga.id
    assert [event for event in told_lines(conversation) if event == SystemEvent.SUPPORT_CLOSED] == ["support_closed"]
    with pytest.raises(ConversationClosed):
        write(conversation, olga)
    for change in (support.take, lambda c, actor: support.pass_on(c, olga, actor=actor)):
        with pytest.raises(RefusedMove):
            change(conversation, actor=olga)
    heard.clear()
    write(conversation, conversation.client, "Не помогло")
    db.session.refresh(conversation)
    first, second = tickets()
    assert conversation.open and first.closed_at and second.closed_at is None and second.taken_by_id is None
    assert {"conversation:state", "support:changed", "message"} <= {event.name for event in heard}


def told_lines(conversation):
    return [line.body for line in conversations.messages_since(conversation, 0)]


def test_a_repeated_message_reopens_nothing(build):
    client, nonce = build.client(), uuid4()
    conversation, line = support.ask(nonce=nonce, body="Вопрос", actor=client)
    support.close(conversation, actor=build.agent())
    again = conversations.send(conversation, nonce=nonce, body="Вопрос", actor=client)
    db.session.refresh(conversation)
    assert again.public_id == line.public_id and not conversation.open and len(tickets()) == 1


def test_passing_on_gives_it_to_the_colleague_with_a_note_and_tells_them(build):
    conversation, olga, ivan = build.support(), build.agent("Ольга"), build.agent("Иван")
    support.take(conversation, actor=olga)
    support.pass_on(conversation, ivan, note="Спрашивает про город", actor=olga)
    assert tickets()[0].taken_by_id == ivan.id
    assert [note.body for note in support.notes(conversation, actor=ivan)] == ["Спрашивает про город"]
    [passed] = told(ivan, NotificationKind.SUPPORT_PASSED)
    assert passed.url == f"/supervisor/support/{conversation.public_id}"
    with pytest.raises(InvalidInput):
        support.pass_on(conversation, build.user("scout"), actor=ivan)


def test_operators_are_told_once_while_somebody_waits(build):
    olga, ivan, owner = build.agent("Ольга"), build.agent("Иван"), build.supervisor()
    conversation = build.support()
    write(conversation, conversation.client, "Вы здесь?")
    assert [len(told(p, NotificationKind.SUPPORT_QUESTION)) for p in (olga, ivan, owner)] == [1, 1, 0]
    write(conversation, olga)
    write(conversation, conversation.client, "Спасибо, и ещё вопрос")
    assert [len(told(p, NotificationKind.SUPPORT_QUESTION)) for p in (olga, ivan)] == [2, 1]  # whose ticket it is


def test_without_agents_the_owners_hear_of_it(build):
    owner = build.supervisor()
    build.support()
    assert len(told(owner, NotificationKind.SUPPORT_QUESTION)) == 1


def mails(kind):
    """What the letters of this kind say when their five minutes are over, the others are dropped."""
    with transaction() as session:
        session.execute(sa.update(Message).values(created_at=utcnow() - timedelta(minutes=6)))
        session.execute(sa.update(Delivery).values(due_at=utcnow()))
    claimed = [letter for letter in outbox.claim(50, Channel.EMAIL) if letter.kind == kind]
    return [values for letter in claimed if (values := last_look.values_now(letter))]


def read(conversation, person):
    conversations.mark_read(conversation, conversation.last_seq, actor=person)


@pytest.mark.every_database
@pytest.mark.parametrize("away", [True, False])
@pytest.mark.parametrize("when", [ALWAYS, NEVER])
def test_an_answer_left_unread_makes_one_letter_per_burst_with_every_word(build, when, away):
    conversation, olga = build.support(), build.agent("Ольга")
    long_answer = "Вот весь ответ\n" + "слово " * 60
    hours(when, build)
    see(conversation.client, timedelta(minutes=5) if away else timedelta(0))
    write(conversation, olga, long_answer)
    write(conversation, olga, "И ещё слово")
    assert len(told(conversation.client, NotificationKind.SUPPORT_ANSWER)) == away  # who is here saw it come
    [letter] = mails("support_reply")
    assert letter["messages"] == [long_answer.strip(), "И ещё слово"] and letter["url"] == "/support/chat"


@pytest.mark.parametrize("when, said", [(ALWAYS, []), (NEVER, [["Ответ 0", "Ответ 1", "Ответ 2"]])])
def test_what_is_read_at_once_goes_by_letter_only_out_of_hours_and_in_one(build, when, said):
    conversation, olga = build.support(), build.agent()
    hours(when, build)
    for n in range(3):
        see(conversation.client)
        write(conversation, olga, f"Ответ {n}")
        read(conversation, conversation.client)
    assert [letter["messages"] for letter in mails("support_reply")] == said


@pytest.mark.every_database
def test_a_question_nobody_opens_makes_one_letter_per_burst_to_each_agent(build):
    agents = [build.agent(name) for name in ("Ольга", "Иван")]
    for agent in agents:
        preferences.choose({(Topic.DESK, Channel.EMAIL)}, shown=list(Channel), actor=agent)
    conversation = build.support(body="Не могу войти")
    write(conversation, conversation.client, "Пишет «неверный пароль»")
    assert [letter["messages"] for letter in mails("support_question")] == [
        ["Не могу войти", "Пишет «неверный пароль»"]
    ] * 2
    read(conversation, agents[0])  # of all operators: they are one side
    see(agents[0])
    write(conversation, conversation.client, "Вы здесь?")
    assert [len(told(one, NotificationKind.SUPPORT_QUESTION)) for one in agents] == [1, 2]  # the first sees it come
    assert [letter["messages"] for letter in mails("support_question")] == [["Вы здесь?"]] * 2
    write(conversation, conversation.client, "Ау")
    write(conversation, agents[0], "Сейчас посмотрю")
    assert mails("support_question") == []


def test_the_operators_are_one_side_of_reading(build):
    conversation, olga, ivan = build.support(), build.agent(), build.agent()
    conversations.mark_read(conversation, 1, actor=olga)
    db.session.refresh(conversation)
    assert conversation.realtor_read_seq == 1 and conversation.client_read_seq == 1
    assert conversations.state(conversation, ivan)["read"] == 1
    assert conversations.side_of(conversation, ivan) == "operator"


def test_the_queue_has_whoever_waits_longest_first(build):
    olga = build.agent("Ольга")
    early, late, answered = (build.support(build.client(name)) for name in ("Рано", "Поздно", "Отвечено"))
    with transaction():
        search.index_person(late.client)
        early.waiting_since = utcnow() - timedelta(hours=2)
    write(answered, olga)

    def names(tab, actor=olga, **values):
        return [ticket.conversation.client.name for ticket in desk_queue.page(tab, **values, actor=actor).tickets]

    assert names("new") == ["Рано", "Поздно"]
    assert names("open") == ["Рано", "Поздно", "Отвечено"]
    assert names("mine") == ["Отвечено"]
    support.close(answered, actor=olga)
    assert names("closed") == ["Отвечено"] and support.counts(actor=olga) == {"open": 2, "new": 2, "mine": 0}
    assert names("open", text="поздно") == ["Поздно"] and names("open", text="никого") == []
    today = support.today(actor=olga)
    assert today["waiting"] == 2 and today["longest"] == early.waiting_since and today["median"] < 60
    for stranger in (build.client(), build.realtor(), build.user("scout")):
        assert names("open", stranger) == [] and support.today(actor=stranger)["waiting"] == 0


@pytest.mark.every_database
def test_the_closed_ones_have_pages_and_whoever_is_looked_for(build, monkeypatch):
    monkeypatch.setattr(desk_queue, "PAGE", 2)
    olga = build.agent("Ольга")
    for name in ("Первая", "Вторая", "Третья"):
        person = build.client(name)
        with transaction():
            search.index_person(person)
        support.close(build.support(person), actor=olga)

    def names(**values):
        found = desk_queue.page("closed", **values, actor=olga)
        return [ticket.conversation.client.name for ticket in found.tickets], found.before, found.after

    newest, nothing, further = names()
    assert (newest, nothing) == (["Третья", "Вторая"], None)
    support.close(build.support(build.client("Новая")), actor=olga)
    oldest, back, end = names(after=further)
    assert (oldest, end) == (["Первая"], None), "what is closed meanwhile moves nobody to another page"
    assert names(before=back)[0] == ["Третья", "Вторая"] and names(before=names(before=back)[1])[0] == ["Новая"]
    assert names(text="первая") == (["Первая"], None, None)
    assert names(after="чепуха")[0] == names(after="w12.34")[0] == ["Новая", "Третья"]


@pytest.mark.every_database
def test_any_page_of_the_queue_follows_the_one_before_it(build, monkeypatch):
    """Who waits and who does not, some at the same moment: forwards and backwards each of them once, in one order."""
    monkeypatch.setattr(desk_queue, "PAGE", 3)
    olga, moment = build.agent("Ольга"), utcnow() - timedelta(hours=1)
    talks = [build.support(build.client()) for _ in range(14)]
    for place, talk in enumerate(talks):
        if place % 3 == 0:
            write(talk, olga)
    with transaction() as session:
        for place, talk in enumerate(talks):
            if place % 3:
                talk.waiting_since = moment + timedelta(minutes=place // 4)
        session.execute(sa.update(Ticket).values(opened_at=moment))

    def walk(way, place=""):
        pages = []
        while place is not None:
            page = desk_queue.page("open", **({way: place} if place else {}), actor=olga)
            pages.append([ticket.conversation_id for ticket in page.tickets])
            place = getattr(page, way)
        return pages, page

    pages, last = walk("after")
    assert [len(page) for page in pages] == [3, 3, 3, 3, 2]
    waiting = sorted((talk for talk in talks if talk.waiting_since), key=lambda talk: (talk.waiting_since, talk.id))
    assert sum(pages, []) == [each.id for each in waiting] + [talk.id for talk in talks if not talk.waiting_since]
    assert walk("before", last.before)[0] == pages[-2::-1]


def test_notes_are_for_operators_alone(build):
    conversation, olga = build.support(build.realtor()), build.agent()
    support.add_note(conversation, "Грубит", actor=olga)
    for stranger in (conversation.client, build.realtor(), build.client(), build.user("scout"), None):
        assert support.notes(conversation, actor=stranger) == []
    with pytest.raises(Forbidden):
        support.add_note(conversation, "Сам о себе", actor=conversation.client)
    for door in (lambda: str(accounts.export(actor=conversation.client)), lambda: str(told_lines(conversation))):
        assert "Грубит" not in door()


def test_a_deleted_account_leaves_no_open_ticket(build):
    conversation = build.support(build.client(password_hash=None))
    accounts.delete_account(conversation.client.email, actor=conversation.client)
    assert [ticket.closed_at is not None for ticket in tickets()] == [True]
    assert support.counts(actor=build.agent())["open"] == 0


def test_the_face_of_the_desk_says_when_it_answers(build, app):
    conversation = build.support()
    hours("пн-пт 9-21; сб 10:30-18", build)
    with app.test_request_context():
        said = desk.hours_words()
    assert "пн–пт с 9 до 21, сб с 10:30 до 18 по Москве" in said
    hours(NEVER, build)
    with app.test_request_context():
        assert desk.hours_words() == "Отвечаем письмом."
    assert desk.answering(conversation) is None


def test_late_the_asker_sees_both_who_answers_and_that_it_comes_by_letter(build, app):
    conversation, olga = build.support(), build.agent("Ольга")
    support.take(conversation, actor=olga)
    hours(NEVER, build)
    with app.test_request_context():
        assert (
            inbox.talk(conversation, actor=conversation.client).about == "Вам отвечает Ольга. Сейчас ответим письмом."
        )
    hours(ALWAYS, build)
    with app.test_request_context():
        assert inbox.talk(conversation, actor=conversation.client).about == "Вам отвечает Ольга"


def test_a_photo_for_an_answer_is_told_in_words(build):
    conversation, olga = build.support(), build.agent()
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "JPEG")
    picture.seek(0)
    values = {"nonce": uuid4(), "kind": "image", "body": "", "name": "план.jpg", "stream": picture}
    media.send(conversation, **values, actor=olga)
    [letter] = mails("support_reply")
    assert letter["messages"] == ["Фото"]
    assert tickets()[0].taken_by_id == olga.id


def test_the_integrity_check_knows_questions_without_a_ticket(build):
    conversation = build.support()
    assert integrity.check() == []
    with transaction() as session:
        session.execute(sa.delete(Ticket))
    assert [finding.examples for finding in integrity.check()] == [[(conversation.public_id, conversation.client.name)]]


def test_an_answer_that_was_taken_back_goes_nowhere(build):
    conversation, olga = build.support(), build.agent()
    line = write(conversation, olga, "Не тому человеку")
    messages.delete(db.session.scalar(sa.select(Message).where(Message.public_id == line.public_id)), actor=olga)
    assert mails("support_reply") == []


def test_an_agent_reads_no_journal_of_what_was_said_elsewhere(build):
    person, agent = build.client(), build.agent()
    build.support(person)
    private = build.conversation(build.inquiry(person))
    line = write(private, person, "Мой адрес: Садовая, 5")
    messages.delete(db.session.scalar(sa.select(Message).where(Message.public_id == line.public_id)), actor=person)
    seen = db.session.scalars(visible_to(agent, AuditEvent)).all()
    assert "Садовая" not in str([event.data for event in seen])
    assert "Садовая" in str([event.data for event in db.session.scalars(visible_to(build.supervisor(), AuditEvent))])

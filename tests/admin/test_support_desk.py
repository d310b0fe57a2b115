"""The desk in the console: every door for an operator, an owner, and everybody who has no business there."""

from uuid import uuid4

import pytest

from app.extensions import db
from app.models.conversations import Conversation
from app.models.faq import FaqTopic
from app.models.support import SupportNote, Ticket
from app.services import accounts, conversations, ready_answers, support

DESK = "/supervisor/support"
JSON = {"Accept": "application/json"}
GET = ["", "/queue", "/panel", "/messages"]
POST = ["/messages", "/read", "/take", "/pass", "/close", "/notes"]


def text(response, status=200):
    assert response.status_code == status
    return response.get_data(as_text=True)


def ticket():
    db.session.rollback()
    return db.session.scalars(db.select(Ticket)).one()


@pytest.fixture
def scene(build, browser_of):
    class Scene:
        olga, ivan = build.agent("Ольга Кузнецова"), build.agent("Иван Попов")
        conversation = build.support(build.client("Анна Петрова"))
        address = f"{DESK}/{conversation.public_id}"
        desk, other = browser_of(olga), browser_of(ivan)
        asker = browser_of(conversation.client)

    return Scene


@pytest.mark.parametrize("door", ["/", "/queue", *(f"/{{id}}{door}" for door in GET)])
def test_operators_and_owners_come_in_and_nobody_else(scene, build, browser_of, visitor, door):
    address = DESK + door.format(id=scene.conversation.public_id)
    for operator in (scene.olga, build.supervisor()):
        assert browser_of(operator).get(address).status_code == 200
    for stranger in (scene.conversation.client, build.realtor(), build.user("scout")):
        assert browser_of(stranger).get(address).status_code == 403
    assert visitor.get(address).status_code == 303


@pytest.mark.parametrize("door", POST)
def test_nothing_is_changed_by_who_is_no_operator(scene, build, browser_of, door):
    for stranger in (scene.conversation.client, build.realtor(), build.user("scout")):
        answer = browser_of(stranger).post(scene.address + door, data={"body": "x", "to": str(scene.olga.public_id)})
        assert answer.status_code == 403
    assert ticket().taken_by_id is None and ticket().closed_at is None


@pytest.mark.parametrize("method, door", [*(("get", d) for d in GET), *(("post", d) for d in POST)])
def test_a_conversation_about_an_inquiry_is_no_ticket(build, browser_of, method, door):
    address = f"{DESK}/{build.conversation().public_id}{door}"
    assert getattr(browser_of(build.agent()), method)(address, headers=JSON).status_code == 404
    assert getattr(browser_of(build.supervisor()), method)(address, headers=JSON).status_code == 403


@pytest.mark.parametrize("path", ["people/", "inquiries/", "conversations/", "settings/", "pages/", "journal/", "faq/"])
def test_an_agents_console_is_the_desk_alone(scene, path):
    assert scene.desk.get(f"/supervisor/{path}").status_code == 403
    assert scene.desk.get("/supervisor/").location == "/supervisor/support/"


def test_the_queue_shows_who_waits_and_who_answers(scene, build):
    build.support(build.realtor("Пётр Новак"), "Смените город")
    page = text(scene.desk.get(f"{DESK}/"))
    assert page.index("Анна Петрова") < page.index("Пётр Новак") and "ждут: 2" in page
    scene.desk.post(f"{scene.address}/take")
    assert "Анна Петрова" not in text(scene.desk.get(f"{DESK}/queue"))
    assert "отвечает Ольга Кузнецова" in scene.other.get(f"{DESK}/queue?tab=open").json["html"]


def test_the_second_who_takes_is_told_who_was_first(scene):
    assert scene.desk.post(f"{scene.address}/take").status_code == 303
    page = text(scene.other.post(f"{scene.address}/take", follow_redirects=True))
    assert "Этот вопрос уже в работе: Ольга Кузнецова." in page
    refused = scene.other.post(f"{scene.address}/take", headers=JSON)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "taken")
    assert ticket().taken_by_id == scene.olga.id


def test_passing_on_and_closing(scene):
    data = {"to": str(scene.ivan.public_id), "note": "Твой город"}
    assert scene.desk.post(f"{scene.address}/pass", data=data).status_code == 303
    assert ticket().taken_by_id == scene.ivan.id
    assert "Твой город" in text(scene.other.get(scene.address))
    unknown = scene.desk.post(f"{scene.address}/pass", data={"to": str(uuid4())}, headers=JSON)
    assert (unknown.status_code, ticket().taken_by_id) == (400, scene.ivan.id)
    scene.other.post(f"{scene.address}/close")
    closed = scene.desk.get(f"{DESK}/queue?tab=closed").json["html"]
    assert "Поддержка закрыла вопрос" in closed and "Иван Попов" in closed
    assert ticket().closed_by_id == scene.ivan.id
    assert "Вопрос закрыт." in text(scene.desk.get(scene.address))


def test_an_operator_answers_over_http_as_over_the_socket(scene):
    sent = scene.desk.post(f"{scene.address}/messages", json={"nonce": str(uuid4()), "kind": "text", "body": "Помогу"})
    assert sent.json["message"]["sender"] == str(scene.olga.public_id)
    assert "Помогу" in text(scene.asker.get("/support/chat"))
    beside = text(scene.other.get(scene.address))
    assert '<b class="author">Ольга Кузнецова</b>' in beside  # a colleague's answer says whose it is
    assert scene.desk.post(f"{scene.address}/read", json={"seq": 1}).json == {"ok": True}


def test_notes_reach_no_door_of_the_person_they_are_about(scene, build, browser_of):
    scene.desk.post(f"{scene.address}/notes", data={"body": "Секретная заметка"})
    assert "Секретная заметка" in scene.other.get(f"{scene.address}/panel").json["notes"]
    public_id = scene.conversation.public_id
    for door in (
        "/support/chat",
        f"/support/chat/{public_id}/messages?since=0",
        f"/my/conversations/{public_id}/messages?since=0",
    ):
        assert "заметка" not in scene.asker.get(door, follow_redirects=True).get_data(as_text=True)
    assert "заметка" not in str(conversations.messages_since(scene.conversation, 0))
    db.session.rollback()
    assert db.session.scalars(db.select(SupportNote)).one().author_id == scene.olga.id
    too_long = scene.desk.post(f"{scene.address}/notes", data={"body": "я" * 2001}, headers=JSON)
    assert too_long.status_code == 400


def test_the_card_shows_the_person_as_far_as_the_operator_may_see(scene, build, browser_of):
    person = scene.conversation.client
    inquiry = build.inquiry(person)
    build.conversation(inquiry, build.realtor("Пётр Новак"))
    stranger = build.inquiry()
    owner, agent = text(browser_of(build.supervisor()).get(scene.address)), text(scene.desk.get(scene.address))
    for page in (owner, agent):
        assert f"№\xa0{inquiry.number}" in page and person.email in page and f"№\xa0{stranger.number}" not in page
    assert f"/supervisor/inquiries/{inquiry.public_id}/" in owner and "Пётр Новак" in owner
    assert "/supervisor/inquiries/" not in agent and "Пётр Новак" not in agent


def test_ready_answers_are_filled_for_the_chat_they_are_used_in(scene, build):
    number = build.inquiry(scene.conversation.client).number
    body = "{{client_name}}, здравствуйте! Это {{ my_name }}. Смотрю {{inquiry}}."
    ready_answers.save(None, {"title": "Привет", "body": body}, actor=scene.olga, shared=True)
    [answer] = ready_answers.for_chat(scene.conversation, actor=scene.ivan)
    assert answer["body"].startswith(f"Анна, здравствуйте! Это Иван Попов. Смотрю №\xa0{number} · ")
    assert '"ready": [{"body"' in text(scene.desk.get(scene.address))
    assert ready_answers.for_chat(scene.conversation, actor=scene.conversation.client) == []


def test_no_ready_answer_speaks_of_an_inquiry_to_who_has_none(scene, build):
    for title, body in (
        ("О запросе", "Вижу ваш запрос {{inquiry}}. Что поправить?"),
        ("Привет", "{{client_name}}, да?"),
    ):
        ready_answers.save(None, {"title": title, "body": body}, actor=scene.olga, shared=True)
    [answer] = ready_answers.for_chat(scene.conversation, actor=scene.ivan)
    assert answer["title"] == "Привет"
    build.inquiry(scene.conversation.client)
    assert len(ready_answers.for_chat(scene.conversation, actor=scene.ivan)) == 2


def test_operators_keep_the_ready_answers_themselves(scene, build, browser_of):
    door = "/supervisor/ready-answers/"
    made = scene.desk.post(
        f"{door}new/", data={"title": "Привет", "body": "Здравствуйте, {{client_name}}", "position": "1"}
    )
    assert made.status_code == 303 and "Привет" in text(scene.other.get(door))
    wrong = scene.desk.post(f"{door}new/", data={"title": "Хм", "body": "{{phone}}", "position": "1"})
    assert "Поля {{phone}} нет." in text(wrong, 422)
    own = ready_answers.save(None, {"title": "Личное", "body": "Моё"}, actor=scene.ivan)
    assert "Личное" not in text(scene.desk.get(door))
    assert scene.desk.get(f"{door}{own.public_id}/edit/").status_code == 404
    assert browser_of(build.realtor()).get(door).status_code == 403


def test_owners_edit_questions_with_markdown_cleaned(build, browser_of, visitor):
    owner = browser_of(build.supervisor())
    visitor.get("/support/faq")
    page = text(owner.get("/supervisor/faq/"))
    assert "Сколько это стоит?" in page
    db.session.rollback()
    topic = db.session.scalars(db.select(FaqTopic.public_id)).first()
    data = {
        "topic": str(topic), "question_ru": "Есть ли приложение?", "question_en": "Is there an app?",
        "answer_ru": "**Скоро** <script>alert(1)</script>", "answer_en": "Soon",
        "position": "0", "visible": "y", "words": "",
    }  # fmt: skip
    assert owner.post("/supervisor/faq/new/", data=data).status_code == 303
    shown = text(visitor.get("/support/faq"))
    assert "<strong>Скоро</strong>" in shown and "alert(1)" not in shown


def test_the_schedule_is_a_setting_that_is_read_before_it_is_stored(build, browser_of):
    owner = browser_of(build.supervisor())
    was = {"was-support_hours": "пн-вс 9:00-21:00"}
    wrong = owner.post("/supervisor/settings/", data={"support_hours": "иногда", **was})
    assert "Напишите так" in text(wrong, 422)
    assert owner.post("/supervisor/settings/", data={"support_hours": "пн-пт 10-19", **was}).status_code == 303


def test_a_question_of_a_blocked_operator_is_free_again(scene, build):
    support.take(scene.conversation, actor=scene.olga)
    accounts.block(scene.olga, "Уволилась", actor=build.supervisor())
    assert ticket().taken_by_id is None
    assert db.session.get(Conversation, scene.conversation.id).open

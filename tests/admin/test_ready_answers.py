"""A realtor's own ready answers: written once, filled in at every chat, seen by nobody else."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.ready_answers import ReadyAnswer
from app.services import ready_answers

PAGE = "/office/ready-answers/"


@pytest.fixture
def realtor(build):
    return build.realtor("Пётр Дворжак", locale="ru")


@pytest.fixture
def browser(browser_of, realtor):
    return browser_of(realtor)


@pytest.fixture
def answer(realtor):
    return ready_answers.save(None, {"title": "Просмотр", "body": "{{client_name}}, приходите"}, actor=realtor)


def titles(person):
    db.session.rollback()
    return [one.title for one in ready_answers.of(person)]


def test_nobody_else_reaches_them(answer, build, browser_of, visitor):
    doors = [("GET", PAGE), ("GET", f"{PAGE}{answer.public_id}")]
    doors += [("POST", f"{PAGE}{answer.public_id}{verb}") for verb in ("", "/raise", "/delete")]
    colleague = browser_of(build.realtor())
    for method, url in doors:
        assert visitor.open(url, method=method, headers={"Accept": "text/html"}).status_code == 303, url
        for other in (build.client(), build.agent(), build.supervisor()):
            assert browser_of(other).open(url, method=method).status_code == 403, url
        if url != PAGE:
            assert colleague.open(url, method=method).status_code == 404, url
    assert "приходите" not in colleague.get(PAGE).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReadyAnswer)) == 1


def test_written_changed_ordered_and_deleted(browser, realtor):
    for title in ("Первый", "Второй"):
        assert browser.post(PAGE, data={"title": title, "body": "Текст"}).status_code == 303
    db.session.rollback()
    first, second = ready_answers.of(realtor)
    browser.post(f"{PAGE}{second.public_id}/raise")
    assert titles(realtor) == ["Второй", "Первый"]
    browser.post(f"{PAGE}{first.public_id}", data={"title": "Третий", "body": "Текст"})
    browser.post(f"{PAGE}{second.public_id}/delete")
    assert titles(realtor) == ["Третий"]


def test_an_unknown_field_is_refused_and_what_was_typed_stays(browser, realtor):
    answer = browser.post(PAGE, data={"title": "Скидка", "body": "Ваша скидка {{discount}}"})
    assert answer.status_code == 422
    assert "Ваша скидка {{discount}}" in answer.text and "discount" in answer.text
    assert titles(realtor) == []


def test_a_few_are_offered_at_first_and_taken_once(browser, realtor):
    assert "Взять эти три" in browser.get(PAGE).text
    for _ in range(2):
        browser.post(f"{PAGE}defaults")
    assert titles(realtor) == ["Приветствие", "Подбираю варианты", "Просмотр"]


def test_the_chat_has_them_filled_in_for_its_own_realtor_only(answer, build, browser_of, realtor):
    chat = build.conversation(build.inquiry(build.client("Anna Petrova")), realtor)
    address = f"conversations/{chat.public_id}"
    assert "Anna, " in browser_of(realtor).get(f"/office/{address}").text
    assert 'id="ready-list"' not in browser_of(chat.client).get(f"/my/{address}").text

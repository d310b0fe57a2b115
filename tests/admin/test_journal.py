"""The journal speaks the owners' language, down to the names of what changed."""

import re
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from app.admin.supervisor import journal
from app.admin.supervisor.outbox import LETTERS
from app.constants import AuditTag, MenuPlace
from app.extensions import db
from app.models.audit import AuditEvent, BinItem, Operation
from app.services import articles, audit, menus, places, settings
from app.services.places import corrections


def test_every_field_an_event_may_carry_has_a_word():
    declared = set().union(*audit.FIELDS.values()) - audit.CHANGE
    assert declared | corrections.EDITABLE <= set(journal.FIELDS)


def test_every_letter_has_a_word():
    kinds = {path.stem for path in Path("app/templates/emails").glob("*.html")} - {"base", "parts"}
    assert kinds == set(LETTERS)


def test_events_read_as_sentences(build, browser_of):
    owner, prague, brno = build.supervisor(), build.city("Прага"), build.city("Брно")
    settings.change("inquiry_days", "30", actor=owner)
    places.merge_cities(winner=prague, loser=brno, actor=owner)
    browser = browser_of(owner)
    browser.get(f"/supervisor/statistics.xlsx?period=month&city={prague.public_id}")
    page = re.sub(r"<[^>]+>", " ", browser.get("/supervisor/journal/").get_data(as_text=True))
    assert "в: Прага" in page
    assert "Срок жизни запроса, дней: 60 → 30" in page
    assert "вид: полная" in page
    assert str(prague.public_id) not in page
    assert "inquiry_days" not in page


def test_moments_and_places_are_told_as_people_tell_them(build, browser_of):
    owner = build.supervisor()
    article = articles.save(None, {"title_ru": "Аренда", "body_ru": "Текст", "section": "blog"}, actor=owner)
    articles.publish(article, at=datetime(2026, 3, 1, 9, tzinfo=UTC), actor=owner)
    link = {"label_ru": "Блог", "label_en": "Blog", "target": "/blog", "place": MenuPlace.FOOTER}
    menus.save(None, link, actor=owner)
    page = browser_of(owner).get("/supervisor/journal/").get_data(as_text=True)
    assert "публикация: 1 мар. 2026, 12:00" in page
    assert "место: внизу каждой страницы" in page
    assert "&lt;time" not in page and "подпись по-русски: Блог" in page


def test_a_change_is_looked_at_and_taken_back(build, browser_of):
    owner, client = build.supervisor(), build.client("Анна Петрова")
    browser = browser_of(owner)
    details = f"/supervisor/people/{client.public_id}/"
    assert browser.post("/supervisor/people/action/", data=_blocked(client)).status_code == 303
    db.session.rollback()
    event = db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.ACCOUNT_BLOCKED))
    page = browser.get(f"/supervisor/journal/{event.public_id}/").get_data(as_text=True)
    assert "консоль, 127.0.0.1" in page
    assert f"/supervisor/journal/?record=user:{client.public_id}" in browser.get(details).get_data(as_text=True)

    assert browser.post(f"/supervisor/journal/{event.public_id}/undo/").status_code == 303
    db.session.rollback()
    assert client.blocked_at is None
    page = browser.get(f"/supervisor/journal/{event.public_id}/").get_data(as_text=True)
    assert "Это изменение отменено." in page
    assert "undo/" not in page


def test_a_bulk_action_is_taken_back_as_one(build, browser_of):
    owner, people = build.supervisor(), [build.client(), build.client()]
    browser = browser_of(owner)
    assert browser.post("/supervisor/people/action/", data=_blocked(*people)).status_code == 303
    db.session.rollback()
    operation = db.session.scalar(sa.select(Operation))
    page = browser.get(f"/supervisor/journal/?together={operation.public_id}").get_data(as_text=True)
    assert page.count("Спам") == 2
    assert browser.post(f"/supervisor/journal/together/{operation.public_id}/undo/").status_code == 303
    db.session.rollback()
    assert not any(person.blocked_at for person in people)


def test_a_merge_stands_in_the_journal_of_both(build, browser_of):
    owner, prague, twin = build.supervisor(), build.city("Прага"), build.city("Брно")
    places.merge_cities(winner=prague, loser=twin, values={"name_ru": "Злата Прага"}, actor=owner)
    browser = browser_of(owner)
    for city in (prague, twin):
        page = browser.get(f"/supervisor/journal/?record=city:{city.public_id}").get_data(as_text=True)
        assert "объединены города" in page and "название по-русски: Прага → Злата Прага" in page


def test_the_journal_of_one_record(build, browser_of):
    anna, ivan = build.client("Анна"), build.client("Иван")
    browser = browser_of(build.supervisor())
    for person in (anna, ivan):
        browser.post("/supervisor/people/action/", data=_blocked(person) | {"reason": f"Это {person.name}"})
    page = browser.get(f"/supervisor/journal/?record=user:{anna.public_id}").get_data(as_text=True)
    assert "Это Анна" in page
    assert "Это Иван" not in page


def test_the_bin_brings_back(build, browser_of):
    browser, agency = browser_of(build.supervisor()), build.agency("Орбис")
    assert browser.post(f"/supervisor/agencies/{agency.public_id}/delete/").status_code == 303
    assert "Орбис" in browser.get("/supervisor/bin/").get_data(as_text=True)
    db.session.rollback()
    item = db.session.scalar(sa.select(BinItem))
    data = {"action": "restore", "rowid": str(item.public_id)}
    assert browser.post("/supervisor/bin/action/", data=data).status_code == 303
    assert "Орбис" in browser.get("/supervisor/agencies/").get_data(as_text=True)


def _blocked(*people):
    rows = [str(person.public_id) for person in people]
    return {"action": "block", "rowid": rows, "reason": "Спам", "confirmed": "1"}

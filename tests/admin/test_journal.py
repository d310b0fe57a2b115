"""The journal speaks the owners' language, down to the names of what changed."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from app.admin.supervisor import journal_words
from app.admin.supervisor.outbox import LETTERS
from app.constants import AuditTag, MenuPlace
from app.extensions import db
from app.models.audit import AuditEvent, BinItem, Operation
from app.services import articles, audit, menus, places, reports, settings
from app.services.places import corrections
from app.services.transaction import transaction


def test_every_field_an_event_may_carry_has_a_word():
    declared = set().union(*audit.FIELDS.values()) - audit.CHANGE
    assert declared | corrections.EDITABLE <= set(journal_words.FIELDS)
    assert set(journal_words.TITLES) == set(AuditTag)


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
    assert "в город: Прага" in page
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
    assert "&lt;time" not in page and "подпись по-английски: Blog" in page


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


def _said(**event):
    """The whole sentence in both languages."""
    about = {"object_id": "", "subject": ""} | event
    row, told = SimpleNamespace(**about), []
    for locale in ("ru", "en"):
        with force_locale(locale):
            told.append(f"{journal_words.said(row)}. {journal_words.change(row)}")
    return told


ZEROS = {"inquiries": 0, "conversations": 2}
ENTRIES = (
    (
        "ACCOUNT_MERGED",
        "user",
        {"old": {}, "new": {}, "gone": "Яна", "moved": ZEROS},
        "присоединено: Яна; перенесено: 2 переписки",
    ),
    ("ACCOUNT_PARTED", "user", {"back": "Яна", "moved": {"inquiries": 0}, "stayed": 0}, "снова отдельно: Яна"),
    ("INQUIRY_PUBLISHED", "inquiry", {"recipients": 0}, "получили: никто"),
    ("MATCH_DECLINED", "match", {"inquiry": 1042, "reason": "budget"}, "№\xa01042; причина: Не подходит бюджет"),
    (
        "INQUIRY_STATUS",
        "inquiry",
        {"old": {"status": "new"}, "new": {"status": "cancelled"}, "reason": "account_deleted"},
        "состояние: ждёт откликов → отменён; причина: аккаунт удалён",
    ),
    (
        "FAQ_CHANGED",
        "faqquestion",
        {"old": {}, "new": {"question_ru": "Как?", "topic_id": 1}},
        "дополнены частые вопросы. вопрос по-русски: Как?",
    ),
    (
        "REQUEST_FIELD_CHANGED",
        "requestfield",
        {"old": {}, "new": {"kind": "text", "required": False, "counted": True, "key": "about"}},
        "добавлено поле запроса. вид: Строка текста",
    ),
    (
        "MENU_CHANGED",
        "menuitem",
        {"old": {"label_ru": "Блог"}, "new": {}},
        "удалён пункт меню. подпись по-русски: Блог",
    ),
    (
        "API_TOKEN_CREATED",
        "apitoken",
        {"name": "1С", "scopes": ["inquiries:read"]},
        "название: 1С; для чего: читать запросы",
    ),
    (
        "REQUEST_FIELD_CHANGED",
        "requestfield",
        {"old": {"deals": [], "property_types": ["house"]}, "new": {"deals": ["rent"], "property_types": []}},
        "сделки: — → аренда; недвижимость: дом → —",
    ),
    ("COUNTRY_CREATED", "country", {"code": "GE"}, "страна: Грузия"),
    ("TICKET_PASSED", "conversation", {"to": "Иван"}, "кому: Иван"),
    ("STATISTICS_EXPORTED", "filters", {"filters": {"day": "2026-11-01"}, "variant": "full"}, "день 1 ноября 2026"),
    (
        "LIST_VIEW_CHANGED",
        "listview",
        {"old": {}, "new": {"name": "Покупка", "query": "deal=buy", "role": "staff", "staff_role": "Аналитик"}},
        "сохранён вид списка. название: Покупка; отбор; роль консоли: Аналитик",
    ),
)


@pytest.mark.parametrize(
    ("tag", "kind", "data", "russian"), ENTRIES, ids=[f"{n}-{entry[0]}" for n, entry in enumerate(ENTRIES)]
)
def test_what_is_told_has_no_zeros_and_no_words_of_the_program(context, tag, kind, data, russian):
    said, english = _said(tag=AuditTag[tag], object_type=kind, data=data)
    assert russian in said
    for raw in (
        " 0",
        "topic_id",
        "account_deleted",
        "deal=buy",
        "inquiries:read",
        "2026-11",
        "counted",
        "about",
        "False",
    ):
        assert raw not in said and raw not in english


def test_nobody_is_a_he_in_the_journal(context):
    """Women run the service too, and so does the program itself."""
    with force_locale("ru"):
        titles = [str(text) for kind in ("TITLES", "BEGUN", "ENDED") for text in getattr(journal_words, kind).values()]
    past = re.compile(r"(ил|ал|ял|ел|ёл|ыл)(ся)?( |$)")
    assert [title for title in titles if past.search(title)] == []


def test_a_name_is_said_once_and_what_is_gone_leads_nowhere(build, browser_of):
    owner = build.supervisor()
    link = {"label_ru": "Наш блог", "label_en": "Our blog", "target": "/blog", "place": MenuPlace.FOOTER}
    menus.save(None, link, actor=owner)
    report = reports.save("Месяц", {"rows": "city"}, actor=owner)
    reports.remove(report, actor=owner)
    with transaction():
        audit.record(AuditTag.SIGNED_IN, owner, actor=owner, how="password")
    page = browser_of(owner).get("/supervisor/journal/").get_data(as_text=True)
    rows = re.findall(r"<tr data-row.*?</tr>", page, re.DOTALL)
    added = next(row for row in rows if "добавлен пункт меню" in row)
    assert re.sub(r"<[^>]+>", " ", added).count("Наш блог") == 1 and "«Наш блог»" in added
    signed_in = next(row for row in rows if "выполнен вход" in row)
    assert signed_in.count(owner.name) == 1, "who it was is said in its own column"
    gone = next(row for row in rows if "удалён отчёт" in row)
    assert "/supervisor/reports/" not in gone and "Месяц" in gone

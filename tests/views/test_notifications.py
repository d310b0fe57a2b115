import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.base import utcnow
from app.models.notifications import Notification
from app.services import notifications
from app.services.transaction import transaction

URL = "/my/notifications"


def tell(user, n=1, url="/support"):
    with transaction():
        for i in range(n):
            notifications.notify([user], Kind.MESSAGE, params={"name": f"Пётр № {i}"}, url=url)


@pytest.fixture
def realtor(build):
    return build.realtor(locale="ru")


def test_a_new_person_is_told_what_the_page_is_for(build, browser_of):
    page = browser_of(build.client(locale="ru")).get(URL)
    assert "Пока ничего нового" in page.text
    assert "Отметить всё" not in page.text


def test_every_role_reads_its_own_in_its_own_language(build, browser_of):
    people = [build.client(locale="en"), build.realtor(locale="ru"), build.supervisor(locale="ru")]
    for person in people:
        tell(person)
    pages = [browser_of(person).get(URL).text for person in people]
    assert ["New message from Пётр" in page for page in pages] == [True, False, False]
    assert all("Новое сообщение: Пётр" in page for page in pages[1:])


def test_following_one_reads_it_and_leads_to_its_place(realtor, browser_of):
    tell(realtor)
    row = db.session.scalars(db.select(Notification)).one()
    answer = browser_of(realtor).get(f"{URL}/{row.public_id}")
    assert (answer.status_code, answer.location) == (303, "/support")
    db.session.rollback()
    assert row.read_at


def test_somebody_elses_is_not_found_and_stays_unread(build, realtor, browser_of):
    tell(realtor)
    row = db.session.scalars(db.select(Notification)).one()
    assert browser_of(build.realtor()).get(f"{URL}/{row.public_id}").status_code == 404
    assert browser_of(build.supervisor()).get(f"{URL}?before={row.public_id}").status_code == 404
    db.session.rollback()
    assert row.read_at is None


def test_reading_all_clears_the_bell(realtor, browser_of):
    tell(realtor, 3)
    browser = browser_of(realtor)
    assert 'id="bell-count">3<' in browser.get(URL).text
    assert browser.post(f"{URL}/read").status_code == 303
    assert 'id="bell-count"><' in browser.get(URL).text


def test_one_is_read_without_opening_it_and_every_tab_hears_of_it(realtor, browser_of, heard):
    tell(realtor, 2)
    row = db.session.scalars(db.select(Notification)).first()
    answer = browser_of(realtor).post(f"{URL}/{row.public_id}/read", headers={"Accept": "application/json"})
    assert answer.json == {"ok": True, "unread": 1}
    assert [e.data for e in heard if e.name == "notification:read"] == [{"user_id": realtor.id}]
    assert browser_of(realtor).get(f"{URL}/unread").json == {"unread": 1}


def test_a_page_that_hears_of_no_other_process_asks_what_came_last(build, realtor, browser_of, app):
    browser = browser_of(realtor)
    [since] = re.findall(r'data-alone="([^"]+)"', browser.get(URL).text)
    assert browser.get(f"{URL}/unread", query_string={"since": since}).json["news"] is None
    tell(realtor, 2)
    answer = browser.get(f"{URL}/unread", query_string={"since": since}).json
    newest = db.session.scalars(db.select(Notification).order_by(Notification.id.desc())).first()
    assert answer["unread"] == 2 and answer["news"]["id"] == str(newest.public_id)
    assert answer["news"]["title"] and answer["news"]["url"] == newest.url and answer["news"]["quiet"] is False
    with transaction() as session:
        session.execute(db.update(Notification).values(created_at=utcnow() - timedelta(minutes=1)))
    again = browser.get(f"{URL}/unread", query_string={"since": answer["at"]}).json
    assert (again["unread"], again["news"]) == (2, None), "once told, it is not told anew"
    for nonsense in ("gestern", "2026-11-01", "9" * 400):
        assert browser.get(f"{URL}/unread", query_string={"since": nonsense}).json == {"unread": 2}


def test_somebody_elses_cannot_be_read(build, realtor, browser_of):
    tell(realtor)
    row = db.session.scalars(db.select(Notification)).one()
    assert browser_of(build.realtor()).post(f"{URL}/{row.public_id}/read").status_code == 404
    assert notifications.unread_count(realtor) == 1


def test_the_list_is_grouped_by_the_readers_days(build, browser_of):
    realtor = build.realtor(locale="ru", timezone="Asia/Tokyo")
    tell(realtor, 3)
    newest, middle, oldest = notifications.latest(realtor, limit=3)
    midnight = datetime.now(ZoneInfo("Asia/Tokyo")).replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction():
        newest.created_at, middle.created_at = utcnow(), midnight.astimezone(UTC) - timedelta(minutes=1)
        oldest.created_at = datetime(2026, 1, 31, 15, 30, tzinfo=UTC)  # half past midnight of February in Tokyo
    page = browser_of(realtor).get(URL).text
    places = [page.index(words) for words in (">Сегодня<", "№ 2<", ">Вчера<", "№ 1<", ">1 февраля 2026<", "№ 0<")]
    assert places == sorted(places)


def test_the_panel_has_the_newest_few_and_a_way_to_all(realtor, browser_of):
    tell(realtor, 12)
    panel = browser_of(realtor).get(f"{URL}/panel", check=False).text
    assert panel.count('class="notice"') == 8
    assert f'href="{URL}"' in panel and "№ 11<" in panel and "№ 3<" not in panel


def test_seeing_the_page_itself_reads_what_led_there(build, realtor, browser_of):
    tell(realtor, 2)
    tell(realtor, url="/support/faq")
    other = build.client()
    tell(other)
    answer = browser_of(realtor).post(f"{URL}/seen", data={"url": "/support"})
    assert answer.json == {"ok": True, "unread": 1}
    assert notifications.unread_count(other) == 1


def test_long_lists_come_in_pages_and_nothing_is_left_out(realtor, browser_of):
    tell(realtor, 35)
    browser = browser_of(realtor)
    first = browser.get(URL).text
    assert ("№ 34<" in first, "№ 5<" in first, "№ 4<" in first) == (True, True, False)
    last_shown = notifications.latest(realtor, limit=30)[-1].public_id
    assert f"before={last_shown}" in first
    second = browser.get(f"{URL}?before={last_shown}").text
    assert ("№ 5<" in second, "№ 4<" in second, "№ 0<" in second) == (False, True, True)


def test_a_foreign_address_in_a_row_leads_nowhere(realtor, browser_of):
    tell(realtor, url="https://evil.example")
    row = db.session.scalars(db.select(Notification)).one()
    assert browser_of(realtor).get(f"{URL}/{row.public_id}").location == URL


@pytest.mark.parametrize("kind", Kind)
def test_whatever_happened_stands_on_the_page(kind, build, browser_of):
    client = build.client(locale="ru")
    params = dict.fromkeys(("name", "number", "title", "city", "change", "text", "person", "rows", "host"), "это")
    with transaction():
        notifications.notify([client], kind, params=params, url="/support")
    assert notifications.sentence(kind, params) in browser_of(client).get(URL).text

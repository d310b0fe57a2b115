"""The pages of reports: what owners build in an address, what others may open, and files that equal the screen."""

import csv
import io
import re
from datetime import UTC, date, datetime, time
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from app.constants import AuditTag
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.inquiries import Inquiry
from app.models.reports import SavedReport
from app.services import reports, search
from app.services.transaction import transaction

HOME, NEW, FILE = "/supervisor/reports/", "/supervisor/reports/new/", "/supervisor/reports/file/"
AUTUMN = "when=range&from=2026-09-01&to=2026-11-30"


@pytest.fixture
def owner(build):
    client = build.client("=HYPERLINK(1)")
    for n in range(9):
        day = date(2026, 9 + n % 3, 2)
        city = build.city(("Прага", "Брно", "=1+1")[n % 3])
        build.inquiry(
            client, city, published_day=day, published_at=datetime.combine(day, time(9), UTC), acceptances=n % 2
        )
    return build.supervisor()


@pytest.fixture
def boss(owner, browser_of):
    return browser_of(owner)


def text(answer):
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_new_owner_begins_with_a_ready_one(boss):
    page = text(boss.get(HOME))
    assert "Запросы по городам за месяц" in page
    for key, (_title, _about, _icon, words) in reports.READY.items():
        assert (
            reports.parse(words).words.items() >= {name: words[name] for name in words if name != "measure"}.items()
        ), key


@pytest.mark.parametrize("view", ["bars", "lines", "table"])
@pytest.mark.parametrize("asked", ["rows=month&columns=city", "rows=city", "rows=weekday&columns=hour", "rows=day"])
def test_the_address_holds_all_of_the_report(boss, asked, view):
    page = text(boss.get(f"{NEW}?{asked}&{AUTUMN}&view={view}&measure=inquiries&measure=first_response"))
    assert "1 сентября – 30 ноября 2026" in page
    assert page.count('aria-label="Таблица отчёта"') == 1


def test_what_cannot_be_is_said_at_its_field(boss):
    answer = boss.get(f"{NEW}?when=range&from=2026-11-05&to=2026-11-01")
    assert answer.status_code == 400
    assert "Период кончается раньше, чем начинается." in answer.get_data(as_text=True)


def test_only_those_a_report_is_shared_with_open_it(build, owner, boss, browser_of):
    report = reports.save(
        "Города", {"rows": "city", "when": "range", "from": "2026-09-01", "to": "2026-11-30"}, actor=owner
    )
    one, agent = f"{HOME}{report.public_id}/", browser_of(build.agent())
    for stranger in (browser_of(build.client()), browser_of(build.realtor())):
        assert [stranger.get(url).status_code for url in (HOME, NEW, one, FILE)] == [403] * 4
    assert [agent.get(url).status_code for url in (HOME, NEW, one, FILE)] == [200, 403, 404, 403]
    boss.post(f"{one}change/", data={"role": "agent"})
    page = text(agent.get(one))
    assert "Прага" in page and "Отправлять по почте" not in page
    assert agent.get(f"{one}file/").status_code == 200
    for door in ("change/", "remove/"):
        assert agent.post(one + door, data={"title": "Чужое"}).status_code == 403
    assert agent.post(f"{HOME}save/", data={"title": "Своё", "query": "rows=city"}).status_code == 403


def test_the_files_equal_the_rows_and_text_stays_text(boss):
    query = f"?rows=city&columns=month&{AUTUMN}&measure=inquiries&measure=accepted"
    book = load_workbook(io.BytesIO(boss.get(FILE + query).data))
    assert book.sheetnames == ["Отчёт", "Таблица"]
    head, *rows, total = book["Таблица"].iter_rows(values_only=True)
    counted = dict.fromkeys(("Прага", "Брно", "=1+1"), 0)
    for inquiry in db.session.scalars(db.select(Inquiry)):
        counted[inquiry.city.name_ru] += 1
    assert {row[0]: row[-2] for row in rows} == counted
    assert (total[-2], total[-1]) == (9, sum(i.acceptances > 0 for i in db.session.scalars(db.select(Inquiry))))
    assert head[1:3] == ("сентябрь 2026 · Запросы", "сентябрь 2026 · Принято")
    assert {cell.data_type for cell in book["Таблица"]["A"]} == {"s"}
    plain = boss.get(f"{FILE}{query}&format=csv").get_data(as_text=True)
    assert plain.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(plain.removeprefix("\ufeff")), delimiter=";"))
    assert [[*map(str, row[1:])] for row in rows] == [line[1:] for line in lines[1:-1]]
    assert "'=1+1" in [line[0] for line in lines]
    db.session.rollback()
    tags = db.session.scalars(db.select(AuditEvent.tag).where(AuditEvent.tag == AuditTag.REPORT_EXPORTED)).all()
    assert len(tags) == 2


def test_kept_pinned_renamed_sent_and_thrown_away(boss, owner):
    boss.post(f"{HOME}save/", data={"title": "Города", "query": f"rows=city&{AUTUMN}"})
    db.session.rollback()
    report = db.session.scalar(db.select(SavedReport))
    one = f"{HOME}{report.public_id}/"
    boss.post(f"{one}change/", data={"pin": "1"})
    assert f'data-report-tile="{one}tile/"' in text(boss.get("/supervisor/"))
    assert "Прага" in text(boss.get(f"{one}tile/", check=False))
    boss.post(f"{one}change/", data={"schedule": "week", "hour": "9", "receivers": str(owner.public_id)})
    boss.post(f"{one}change/", data={"query": f"rows=month&{AUTUMN}", "title": "Месяцы"})
    page = text(boss.get(one))
    assert "По почте: по понедельникам" in page and "Месяцы" in page and "сентябрь 2026" in page
    journal = text(boss.get(f"/supervisor/journal/?record=savedreport:{report.public_id}"))
    assert "Запросы: по городам" in journal and owner.name in journal
    boss.post(f"{one}remove/")
    assert boss.get(one).status_code == 404
    assert "Месяцы" in text(boss.get("/supervisor/bin/"))


def test_a_report_whose_city_is_gone_says_so(boss, owner):
    report = reports.save("Город", {"rows": "day"}, actor=owner)
    with transaction():
        report.spec = report.spec | {"city": "0190c8a0-0000-7000-8000-000000000000"}
    page = text(boss.get(f"{HOME}{report.public_id}/"))
    assert "Такого города нет." in page and "<table" not in page


def test_the_picture_draws_what_the_rows_are_sorted_by(boss):
    """«Who answers slowly»: the longest bar is the slowest, not the one who received most."""
    page = text(boss.get(f"{NEW}?rows=city&{AUTUMN}&measure=inquiries&measure=acceptances&sort=acceptances"))
    assert ">Откликов</h2>" in page


def test_a_tile_names_few_of_its_days_and_what_it_draws(boss, owner):
    words = {"rows": "day", "when": "range", "from": "2026-09-01", "to": "2026-11-30"}
    report = reports.save("Дни", words | {"measure": ["inquiries", "acceptances"]}, actor=owner)
    whole, tile = (text(boss.get(f"{HOME}{report.public_id}/{part}", check=not part)) for part in ("", "tile/"))
    assert (whole.count('y="15" text-anchor'), tile.count('y="15" text-anchor')) == (8, 4)
    assert '<p class="small"><b>Запросы</b></p>' in tile


def test_narrowed_to_an_agency_on_the_page_in_the_file_and_when_it_is_kept(build, boss, owner):
    domus = build.agency("Домус")
    build.conversation(build.inquiry(), build.realtor("Анна Новак", agency=domus))
    asked = f"rows=city&when=today&agency={domus.public_id}"
    page = text(boss.get(f"{NEW}?{asked}"))
    assert 'value="Домус"' in page and "Приняло агентство" in page and f"agency={domus.public_id}" in page
    facts = load_workbook(io.BytesIO(boss.get(f"{FILE}?{asked}").data))["Отчёт"].iter_rows(values_only=True)
    assert ("Приняло агентство", "Домус") in [row[:2] for row in facts]
    boss.post(f"{HOME}save/", data={"title": "Домус", "query": asked})
    db.session.rollback()
    assert "приняло агентство: Домус" in text(boss.get(HOME))
    gone = boss.get(f"{NEW}?rows=city&agency=0190c8a0-0000-7000-8000-000000000000")
    assert gone.status_code == 400 and "Такого агентства нет." in gone.get_data(as_text=True)


def test_agencies_and_realtors_are_found_by_typing_by_those_who_build(build, boss, browser_of):
    people = build.realtor("Анна Новак", agency=build.agency("Орбис")), build.client("Анна Клиент")
    with transaction():
        [search.index_person(person) for person in people]
    found = boss.get(f"{HOME}lookup/realtor/?q=Анна").get_json()
    assert [(row["label"], row["hint"]) for row in found] == [("Анна Новак", "Орбис")]
    assert [row["label"] for row in boss.get(f"{HOME}lookup/agency/?q=орб").get_json()] == ["Орбис"]
    assert boss.get(f"{HOME}lookup/client/?q=Анна").status_code == 404
    assert browser_of(build.agent()).get(f"{HOME}lookup/realtor/?q=Анна").status_code == 403


@pytest.mark.parametrize("asked", ["rows=month&columns=city", "rows=week&columns=deal", "rows=country&deal=rent"])
def test_every_linked_number_is_as_many_inquiries_as_its_list_has(build, boss, asked):
    build.inquiry(deal="buy", published_day=date(2026, 8, 31), published_at=datetime(2026, 8, 31, 9, tzinfo=UTC))
    page = text(boss.get(f"{NEW}?{asked}&{AUTUMN}&measure=inquiries&measure=accepted"))
    cells = re.findall(r'<a href="(/supervisor/inquiries/\?[^"]*)">(\d+)</a>', page)
    assert len(cells) >= 4 and any("accepted=1" in url for url, _number in cells)
    for url, number in cells:
        lines = boss.get(unescape(url).replace("/?", "/export.csv?")).get_data(as_text=True).splitlines()
        assert len(lines) - 1 == int(number), url


def test_what_no_list_can_show_is_no_link_and_names_lead_to_records(build, boss):
    anna = build.realtor("Анна Новак")
    only_total = {"rows=property": 1, "rows=weekday": 1, "rows=city&property=apartment": 0}
    for asked, count in (only_total | {f"rows=city&realtor={anna.public_id}": 0}).items():
        assert text(boss.get(f"{NEW}?{asked}&{AUTUMN}")).count('<a href="/supervisor/inquiries/?') == count
    page = text(boss.get(f"{NEW}?rows=city&{AUTUMN}"))
    assert f"/supervisor/cities/{build.city('Брно').public_id}/" in page


def test_a_workbook_is_made_at_the_hour_of_the_zone_it_names(boss):
    boss.set_cookie("tz", "America/New_York")
    book = load_workbook(io.BytesIO(boss.get(f"{FILE}?rows=city&{AUTUMN}").data))
    facts = {row[0]: row[1] for row in book["Отчёт"].values}
    assert facts["Часовой пояс"] == "Europe/Moscow"
    assert facts["Составлено"][-5:-3] == f"{utcnow().astimezone(ZoneInfo('Europe/Moscow')):%H}"

"""The page of figures and its workbook: who may, what the filters do, and that both say what the database says."""

import re
from datetime import UTC, date, datetime, time
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.constants import AuditTag, Deal, InquirySource
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.inquiries import Inquiry

PAGE, BOOK = "/supervisor/statistics/", "/supervisor/statistics.xlsx"
NOVEMBER = "?period=month&day=2026-11-01"


@pytest.fixture
def scene(build):
    """Twelve inquiries of October and November 2026 in three cities; most accepted."""
    build.realtor(city=build.city("Прага"))
    client = build.client("=HYPERLINK(1)")
    days = ["2026-10-03"] * 3 + ["2026-11-02"] * 5 + ["2026-11-17"] * 4
    for n, day in enumerate(days):
        published = datetime.combine(date.fromisoformat(day), time(9), UTC)
        build.inquiry(
            client,
            build.city(("Прага", "Брно", "Берлин")[n % 3]),
            deal=Deal.BUY if n % 4 == 0 else Deal.RENT,
            source=InquirySource.QUICK if n % 5 == 0 else InquirySource.SITE,
            published_at=published,
            published_day=published.date(),
            acceptances=n % 3,
            first_response_seconds=60 * n + 7 if n % 3 else None,
        )
    return build


@pytest.fixture
def boss(scene, browser_of):
    return browser_of(scene.supervisor())


def book(browser, query):
    answer = browser.get(BOOK + query)
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.data))


def table(sheet):
    rows = list(sheet.iter_rows(values_only=True))
    return rows[0], rows[1:-1], rows[-1]


def raw(*where):
    return db.session.scalars(db.select(Inquiry).where(*where)).all()


IN_NOVEMBER = Inquiry.published_day.between(date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize("url", [PAGE, BOOK])
def test_only_owners_see_statistics(scene, browser_of, visitor, url):
    assert visitor.get(url).status_code == 303
    assert browser_of(scene.client()).get(url).status_code == 403
    assert browser_of(scene.realtor()).get(url).status_code == 403
    assert browser_of(scene.supervisor()).get(url).status_code == 200


@pytest.mark.parametrize("period", ["day", "week", "month", "year", "range"])
def test_every_period_has_its_page(boss, period):
    text = boss.get(f"{PAGE}?period={period}&day=2026-11-02&from=2026-11-01&to=2026-11-20").get_data(as_text=True)
    assert "Прага" in text
    assert "<svg" in text


def test_a_tile_opens_the_inquiries_behind_it(boss, scene):
    prague = scene.city("Прага")
    text = boss.get(f"{PAGE}{NOVEMBER}&city={prague.public_id}&source=site").get_data(as_text=True)
    tiles = re.findall(r'<a class="card tile tile-link" href="([^"]+)"><small>([^<]*)</small><b>([^<]*)</b>', text)
    told = {name: (unescape(url), value) for url, name, value in tiles}
    of_them = raw(IN_NOVEMBER, Inquiry.city_id == prague.id, Inquiry.source == InquirySource.SITE)
    for name, expected in (("Запросы", of_them), ("Приняты риелторами", [i for i in of_them if i.acceptances])):
        url, value = told[name]
        assert int(value) == len(expected)
        listed = set(re.findall(r"№\s(\d+)", boss.get(url).get_data(as_text=True)))
        assert listed == {str(i.number) for i in expected}


def test_the_page_compares_with_the_month_before(boss):
    text = boss.get(PAGE + "?period=month&day=2026-10-31").get_data(as_text=True)
    assert "не с чем сравнить" in text  # nothing in September


def test_a_year_is_told_by_months_that_open_their_days(boss):
    year = boss.get(PAGE + "?period=year&day=2026-11-01").text
    assert 'id="months-title"' in year and 'id="days-title"' not in year
    month = re.search(r'<th scope="row"><a href="([^"]*day=2026-11-01[^"]*)"', year)[1]
    assert 'id="days-title"' in boss.get(PAGE + unescape(month)).text


def test_bad_filters_keep_what_was_typed_and_say_what_is_wrong(boss):
    answer = boss.get(PAGE + "?period=range&from=2026-11-05&to=2026-11-01&country=XX")
    assert answer.status_code == 400
    text = answer.get_data(as_text=True)
    assert "Период кончается раньше, чем начинается." in text
    assert "Такой страны нет." in text
    assert boss.get(BOOK + "?period=decade").status_code == 400
    assert boss.get(BOOK + "?variant=secret").status_code == 400


def test_an_empty_period_says_what_to_do(boss):
    assert "Выберите другой период" in boss.get(PAGE + "?period=day&day=2026-01-01").get_data(as_text=True)


def test_the_workbook_equals_a_recount(boss):
    opened = book(boss, NOVEMBER)
    by = ["По странам", "По городам", "Аренда и покупка", "По источникам", "По дням", "По месяцам"]
    assert opened.sheetnames == ["Сводка", *by]
    rows = raw(IN_NOVEMBER)
    accepted = sum(i.acceptances > 0 for i in rows)
    for name in opened.sheetnames[1:]:
        head, body, total = table(opened[name])
        for title, expected in (
            ("Запросы", len(rows)),
            ("Принято", accepted),
            ("Откликов", sum(i.acceptances for i in rows)),
        ):
            column = head.index(title)
            assert sum(row[column] for row in body) == total[column] == expected
        assert total[head.index("Доля принятых")] == pytest.approx(accepted / len(rows))
    _, cities, _ = table(opened["По городам"])
    prague = next(row for row in cities if row[0] == "Прага")
    assert prague[2] == len([i for i in rows if i.city.name_ru == "Прага"])


def test_the_workbook_obeys_the_filters_of_the_page(boss, scene):
    brno = scene.city("Брно")
    opened = book(boss, f"{NOVEMBER}&city={brno.public_id}&deal=rent&source=site")
    asked = Inquiry.city_id == brno.id, Inquiry.deal == Deal.RENT, Inquiry.source == InquirySource.SITE
    _, cities, total = table(opened["По городам"])
    assert [row[0] for row in cities] == ["Брно"]
    assert total[2] == len(raw(IN_NOVEMBER, *asked))
    facts = {row[0]: row[1] for row in opened["Сводка"].iter_rows(values_only=True) if row[0]}
    assert facts["Город"] == "Брно"
    assert facts["Сделка"] == "Аренда"
    assert facts["Источник"] == "Сайт"
    assert facts["Часовой пояс"] == "Europe/Moscow"
    assert facts["Период"].startswith("ноябрь 2026")


def test_the_workbook_is_ready_to_read_and_to_print(boss):
    opened = book(boss, NOVEMBER)
    sheet = opened["По городам"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet["A2"].data_type == "s"
    assert len(opened["Сводка"]._charts) == 1
    assert opened.properties.title.startswith("Статистика запросов")


def test_the_workbook_speaks_english_too(scene, browser_of):
    opened = book(browser_of(scene.supervisor(locale="en")), NOVEMBER)
    assert opened.sheetnames[0] == "Summary"
    assert "Prague" in [cell.value for cell in opened["By city"]["A"]]


def test_a_place_named_like_a_formula_stays_text(scene, boss):
    city = scene.city("=1+1")
    scene.inquiry(None, city, published_day=date(2026, 11, 3), published_at=datetime(2026, 11, 3, tzinfo=UTC))
    names = [cell for cell in book(boss, NOVEMBER)["По городам"]["A"] if cell.value == "=1+1"]
    assert [cell.data_type for cell in names] == ["s"]


def test_taking_a_workbook_is_in_the_journal(boss):
    answer = boss.get(BOOK + NOVEMBER)
    assert "filename*=UTF-8''%D0%9E" in answer.headers["Content-Disposition"]
    assert "filename=otklik-full-20" in answer.headers["Content-Disposition"]
    db.session.rollback()  # leave the snapshot that the scene was built in
    event = db.session.scalars(db.select(AuditEvent).where(AuditEvent.tag == AuditTag.STATISTICS_EXPORTED)).one()
    assert event.data == {"filters": {"period": "month", "day": "2026-11-01"}, "variant": "full"}


def test_a_partner_sees_no_small_group(boss):
    opened = book(boss, NOVEMBER + "&variant=partner")
    assert opened.sheetnames == ["Сводка", "По городам", "По месяцам"]
    rows = raw(IN_NOVEMBER)
    cells = [cell for sheet in opened for row in sheet.iter_rows(min_row=2, values_only=True) for cell in row]
    assert "<3" in cells
    for name in opened.sheetnames[1:]:
        head, body, total = table(opened[name])
        for column in (head.index("Запросы"), head.index("Принято")):
            told = [row[column] for row in (*body, total)]
            assert all(number == "<3" or number % 5 == 0 for number in told), "each is rounded by itself"
    _, cities, total = table(opened["По городам"])
    assert total[2] == 5 * round(len(rows) / 5)
    assert "HYPERLINK" not in str(cells)

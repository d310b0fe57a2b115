"""The page «Behaviour»: who opens it, what it says, and where its lines lead."""

import re
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.access.permissions import Permission
from app.constants import FUNNEL, Deal, Screen, SearchPlace
from app.models.behaviour import EmptySearchCount, RefusalCount, StepCount, WantedCityCount
from app.services.statistics import today
from app.services.transaction import transaction

PAGE = "/supervisor/behaviour/"


@pytest.fixture
def used(build):
    kind = {"day": today(), "screen": Screen.PHONE, "deal": Deal.RENT}
    numbers = dict(zip(FUNNEL, (100, 80, 30, 25, 20, 15), strict=True))
    searched = {"day": today(), "place": SearchPlace.FAQ, "number": 4}
    with transaction() as session:
        session.add_all(StepCount(**kind, step=step, number=number) for step, number in numbers.items())
        session.add(RefusalCount(**kind, field="budget_max", number=5))
        session.add_all(EmptySearchCount(**searched, text=text) for text in ("=перевозка мебели", "риелтор"))
        session.add(WantedCityCount(day=today(), city=build.city("Брно").public_id, number=7))
    return build


def test_the_page_says_where_most_are_lost_and_what_to_do(used, browser_of):
    browser = browser_of(used.supervisor())
    text = unescape(browser.get(PAGE).get_data(as_text=True))
    assert "между «Начали заполнять» и «Дошли до бюджета»: 50 из 80 (62,5%)" in re.sub(r"(?<=\d)\s(?=%)", "", text)
    assert "Бюджет до" in text
    [new] = re.findall(r'href="([^"]*/faq/new/[^"]*)"', text)
    assert 'value="=перевозка мебели"' in unescape(browser.get(new).get_data(as_text=True))
    assert f"/supervisor/demand/?city={used.city('Брно').public_id}" in text


def test_files_say_what_the_page_says(used, browser_of):
    browser = browser_of(used.supervisor())
    book = load_workbook(BytesIO(browser.get(f"{PAGE}behaviour.xlsx").data))
    steps = [[cell.value for cell in row] for row in book["Форма"].iter_rows(max_col=3)]
    assert steps[1:4] == [["Открыли форму", 100, 1], ["Начали заполнять", 80, 0.8], ["Дошли до бюджета", 30, 0.3]]
    assert [row[0] for row in book["Поиски"].iter_rows(min_row=2, values_only=True)] == ["=перевозка мебели", "риелтор"]
    lines = browser.get(f"{PAGE}behaviour.csv").get_data(as_text=True).splitlines()
    assert len(lines) == 1 + len(FUNNEL)
    assert f"{today()};Телефон;Аренда;Нажали «Отправить»;25" in lines


def test_an_own_role_can_be_given_it_and_others_stay_out(used, browser_of):
    analyst = browser_of(used.staff(Permission.BEHAVIOUR))
    text = analyst.get(PAGE).get_data(as_text=True)
    assert "100" in text
    assert "/supervisor/faq/new/" not in text
    assert analyst.get(f"{PAGE}behaviour.xlsx").status_code == 200
    for person in (used.realtor(), used.client(), used.agent(), used.staff(Permission.STATISTICS)):
        assert browser_of(person).get(PAGE).status_code in (403, 404)


def test_an_empty_house_and_a_bad_address_say_so(build, browser_of):
    browser = browser_of(build.supervisor())
    text = browser.get(PAGE).get_data(as_text=True)
    assert "За этот период визитов нет" in text
    assert "Каждый поиск что-то нашёл" in text
    assert browser.get(f"{PAGE}?screen=watch&period=month").status_code == 400

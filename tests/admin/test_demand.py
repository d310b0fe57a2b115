"""The page of demand: who may see it, and that every number opens the list of just those rows."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.constants import InquiryStatus
from app.models.base import utcnow
from app.models.inquiries import Match

PAGE = "/supervisor/demand/"


def number(text):
    return int(re.sub(r"\D", "", text))


def links(page):
    """``[(address, number)]`` of tiles and of the funnel's steps."""
    text = page.get_data(as_text=True)
    tiles = re.findall(r'<a class="card tile[^"]*" href="([^"]+)"><small>[^<]*</small><b>([^<]*)</b>', text)
    steps = re.findall(r'<tr><th scope="row"><a href="([^"]+)">.*?<td class="num">([^<]*)</td>', text)
    return [(unescape(url), value) for url, value in tiles + steps]


def rows(browser, url):
    """How many the list at ``url`` has."""
    body = re.search(r"<tbody>(.*?)</tbody>", browser.get(url).get_data(as_text=True), re.DOTALL)
    return len(re.findall(r"<tr\b", body[1])) if body else 0


@pytest.fixture
def scene(build):
    city, client = build.city("Брно"), build.client()
    realtor = build.realtor("Петр", city=city, last_seen_at=utcnow())
    build.realtor("Соня", city=build.city("Прага"), last_seen_at=utcnow() - timedelta(days=30))
    for n in range(7):
        inquiry = build.inquiry(client, city, acceptances=int(n < 2), status=InquiryStatus.NEW)
        if n < 2:
            build.conversation(inquiry, realtor)
        elif n < 5:
            pair = {"inquiry_id": inquiry.id, "realtor_id": realtor.id, "published_day": inquiry.published_day}
            build.add(Match(**pair, seen_at=utcnow()))
    build.inquiry(client, build.city("Берлин"), status=InquiryStatus.DRAFT, awaiting_realtor=True,
                  published_at=None, published_day=None)  # fmt: skip
    return build


def test_every_number_opens_the_rows_it_counts(scene, browser_of):
    browser = browser_of(scene.supervisor())
    page = browser.get(PAGE)
    found = {url: value for url, value in links(page) if "/statistics/" not in url}
    assert len(found) == 8  # ten numbers; a share and two steps stand for the same lists
    for url, value in found.items():
        assert rows(browser, url) == (2 if "%" in value else number(value)), url
    text = unescape(page.get_data(as_text=True))
    assert "Брно: 7 запросов за неделю и 1 риелтор" in text


def test_a_cell_of_the_heat_map_opens_the_inquiries_of_its_hour(scene, browser_of):
    browser = browser_of(scene.supervisor())
    early = utcnow() - timedelta(days=7, hours=3)
    other = scene.inquiry(None, scene.city("Берлин"), published_at=early, published_day=early.date())
    cells = set(
        re.findall(r'<td class="heat-\d"><a href="([^"]+)">(\d+)</a>', browser.get(PAGE).get_data(as_text=True))
    )
    assert len(cells) == 2
    assert {int(count) for _, count in cells} == {7, 1}
    for url, count in cells:
        assert rows(browser, unescape(url)) == int(count)
        assert (f"№\xa0{other.number}" in browser.get(unescape(url)).get_data(as_text=True)) is (count == "1")
    assert browser.get("/supervisor/inquiries/?hour=799999.9.99").status_code == 200


def test_an_empty_house_says_what_will_be_here(build, browser_of):
    text = browser_of(build.supervisor()).get(PAGE + "?city=nonsense&deal=steal&back=-3").get_data(as_text=True)
    assert "За эту неделю запросов нет" in text
    assert "За четыре недели запросов нет" in text


def test_only_owners_may_see_it(build, browser_of):
    for person in (build.client(), build.realtor(), build.agent()):
        assert browser_of(person).get(PAGE).status_code in (403, 404)


def test_a_realtor_sees_when_clients_of_the_own_city_come(scene, browser_of):
    page = browser_of(scene.realtor(city=scene.city("Брно"))).get("/office/numbers/").get_data(as_text=True)
    assert "Когда приходят клиенты вашего города" in page
    assert "7 запросов за четыре недели" in page
    elsewhere = browser_of(scene.realtor(city=scene.city("Тбилиси"))).get("/office/numbers/").get_data(as_text=True)
    assert "Когда приходят клиенты" not in elsewhere

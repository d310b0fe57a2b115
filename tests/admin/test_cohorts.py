"""Agencies by the month they joined: the triangle, its files, and who may see it."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.models.base import utcnow
from app.models.inquiries import Match
from app.models.partners import Agency
from app.services.transaction import transaction

PAGE = "/supervisor/statistics/agencies/"


@pytest.fixture
def scene(build, monkeypatch):
    """Two agencies of September, one of October; accepted in: September and November, never, October."""
    today = datetime(2026, 11, 22, tzinfo=UTC).date()
    monkeypatch.setattr("app.services.statistics.cohorts.today", lambda: today)
    joined = {"Домус": "2026-09-03", "Тихий дом": "2026-09-20", "Ключ": "2026-09-30T22:30"}  # in Moscow: October
    accepted = {"Домус": ("2026-09-10", "2026-11-02"), "Ключ": ("2026-10-31T20:00", "2026-10-31T20:30")}
    for name, day in joined.items():
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        agency = build.add(Agency(name=name, key=name.casefold(), created_at=at))
        realtor = build.realtor(name, agency=agency)
        for at in accepted.get(name, ()):
            moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
            pair = {"inquiry_id": build.inquiry(city=realtor.realtor.city).id, "realtor_id": realtor.id}
            build.add(Match(**pair, seen_at=moment, accepted_at=moment))
    return build


def test_the_triangle_says_who_still_accepts(scene, browser_of):
    browser = browser_of(scene.supervisor())
    page = browser.get(PAGE).get_data(as_text=True)
    assert "сентябрь 2026" in page
    assert "1 из 2" in page
    answer = browser.get(PAGE + "cohorts.csv").get_data(as_text=True)
    assert answer.lstrip("\ufeff").splitlines() == [
        "Пришли,Агентства,0,1,2",
        "2026-09,2,1,0,1",
        "2026-10,1,1,0",
    ]


def test_the_workbook_adds_up(scene, browser_of):
    book = load_workbook(BytesIO(browser_of(scene.supervisor()).get(PAGE + "cohorts.xlsx").data))
    shares, counts = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    assert [row[1:] for row in counts[1:]] == [(2, 1, 0, 1), (1, 1, 0, None), (3, 2, 0, 1)]
    assert shares[1][2:] == (0.5, 0, 0.5)
    assert shares[-1][2:] == (pytest.approx(2 / 3), 0, 0.5)


def test_only_owners_may_see_it(build, browser_of):
    for person in (build.client(), build.realtor(), build.agent()):
        assert browser_of(person).get(PAGE).status_code in (403, 404)


def test_agencies_of_long_ago_are_not_called_none(build, browser_of):
    agency, owner = build.agency(), browser_of(build.supervisor())
    with transaction():
        agency.created_at = utcnow() - timedelta(days=900)
    page = owner.get("/supervisor/statistics/agencies/").text
    assert "Новых агентств давно не было" in page and "Агентств пока нет" not in page
    with transaction() as session:
        session.delete(agency)
    assert "Агентств пока нет" in owner.get("/supervisor/statistics/agencies/").text

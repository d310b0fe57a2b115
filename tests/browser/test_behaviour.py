"""What the pages themselves tell of a visit, as they are used and left."""

import time
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.constants import Deal, FormStep, Screen
from app.extensions import db
from app.models.behaviour import EmptySearchCount, RefusalCount, StepCount

pytestmark = pytest.mark.browser
S = FormStep


def counted(model, key):
    db.session.rollback()
    return {getattr(row, key): row.number for row in db.session.scalars(sa.select(model))}


def becomes(look, wanted, seconds=20):
    """A page tells in passing: what it told arrives soon."""
    deadline = time.monotonic() + seconds
    while look() != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert look() == wanted


def test_a_visit_is_told_once_from_the_first_look_to_the_sign_in(build, page_for):
    for name in ("Прага", "Брно"):
        build.realtor(city=build.city(name))
    page = page_for(phone=True, counted=True)
    page.goto("/")
    page.locator("[data-next]").click()  # without a city
    page.locator("[data-next]").click()
    page.select_option("select[name=city]", label="Прага")
    page.locator("[data-next]").click()
    page.goto("/support/faq")
    becomes(lambda: counted(StepCount, "step"), {S.OPENED: 1, S.TOUCHED: 1, S.SECOND: 1})
    assert counted(RefusalCount, "field") == {"city": 1}
    assert set(db.session.scalars(sa.select(StepCount.screen))) == {Screen.PHONE}

    page.fill("input[name=q]", "ремонт велосипедов")
    page.locator("#answers .empty").wait_for()
    page.locator("input[name=q]").blur()
    becomes(lambda: counted(EmptySearchCount, "text"), {"ремонт велосипедов": 1})

    page.goto("/")
    page.select_option("select[name=city]", label="Прага")
    page.locator("[data-next]").click()
    page.locator(".sending .btn").click()
    page.wait_for_url("**/login")
    sent = {S.OPENED: 2, S.TOUCHED: 2, S.SECOND: 2, S.PRESSED: 1, S.ACCEPTED: 1, S.SIGN_IN: 1}
    becomes(lambda: counted(StepCount, "step"), sent)


def test_whoever_refuses_is_asked_nothing(build, page_for):
    build.realtor(city=build.city("Прага"))
    page, told = page_for(counted=True), []
    page.context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
    page.on("request", lambda request: told.append(request.url) if request.url.endswith("/behaviour") else None)
    page.goto("/")
    page.select_option("select[name=city]", label="Прага")
    page.locator(".sending .btn").click()
    page.wait_for_url("**/login")
    assert told == []
    assert counted(StepCount, "step") == {}


DRAWN = """window.drawn = [];
const paint = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  drawn.push(text);
  paint.call(this, text, ...rest);
}"""


def test_the_saved_picture_of_the_form_names_its_steps(build, page_for):
    day = date(2025, 3, 5)
    db.session.add_all(StepCount(day=day, step=step, screen=Screen.PHONE, deal=Deal.RENT, number=9) for step in S)
    db.session.commit()
    page = page_for(build.supervisor())
    page.add_init_script(DRAWN)
    page.goto("/supervisor/behaviour/?period=month&day=2025-03-05&screen=phone")
    with page.expect_download() as download:
        page.locator("[data-png=funnel]").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    assert {"Где форма теряет людей", "Открыли форму", "Начали заполнять", "Отправили запрос"} <= set(
        page.evaluate("drawn")
    )
    assert any("телефон" in text.lower() for text in page.evaluate("drawn"))

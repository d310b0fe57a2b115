"""What owners say beside a field stands beside it, tied to it, in the reader's language."""

import re

import pytest
import sqlalchemy as sa

from app.constants import AuditTag
from app.errors import InvalidInput
from app.extensions import db
from app.models.audit import AuditEvent
from app.services import hints, undoing


@pytest.fixture
def owner(build):
    build.realtor()  # a city is served: the form has everything
    return build.supervisor()


def page_of(browser, address):
    db.session.rollback()
    return browser.get(address).get_data(as_text=True)


@pytest.mark.parametrize("field", ["city", "country", "deal", "rooms", "budget_max", "wishes", "currency"])
def test_every_kind_of_field_of_the_form_has_its_hint(owner, visitor, field):
    page_of(visitor, "/")  # printed for everybody before there was a hint
    hints.save(f"inquiry.{field}", {"text_ru": "Пишите **как есть**"}, actor=owner)
    page = page_of(visitor, "/")
    assert page.count("Пишите <strong>как есть</strong>") == 1
    [tied] = re.findall(rf'aria-describedby="({field}-hint[^"]*)"', page)
    assert f'id="{tied.split()[0]}"' in page


def test_a_hint_stands_in_place_of_the_programs_own_in_its_form_alone(owner, visitor, build):
    link = build.join_link()
    hints.save("register.email", {"text_ru": "Личная, [не рабочая](https://example.org)"}, actor=owner)
    page = page_of(visitor, "/register")
    assert 'href="https://example.org" target="_blank" rel="noopener"' in page
    assert "Риелторы его не видят" not in page
    assert "Личная" not in page_of(visitor, f"/join/{link.token}") and "Личная" not in page_of(
        visitor, "/register?lang=en"
    )


def test_nothing_a_hint_holds_runs_or_breaks_the_line(owner):
    assert hints.render("# Раз\n\n<img src=x onerror=alert(1)> <b>два</b> [три](javascript:alert(1))").count("<") == 2
    with pytest.raises(InvalidInput):
        hints.save("inquiry.city", {"text_ru": "я" * 301}, actor=owner)


def test_owners_write_all_hints_on_one_page_and_do_not_overwrite_each_other(owner, browser_of, visitor):
    browser, field = browser_of(owner), "inquiry.city-text_ru"
    assert 'name="join.agency-text_en"' in page_of(browser, "/supervisor/hints/")
    sent = {
        field: "Город, а не область",
        f"was-{field}": "",
        "register.name-text_ru": "Имя",
        "was-register.name-text_ru": "",
    }
    assert browser.post("/supervisor/hints/", data=sent).status_code == 303
    assert "Город, а не область" in page_of(visitor, "/")
    answer = browser.post("/supervisor/hints/", data={field: "Другое", f"was-{field}": ""})
    assert answer.status_code == 409 and "Город, а не область" in answer.get_data(as_text=True)
    answer = browser.post("/supervisor/hints/", data={field: "я" * 301, f"was-{field}": "Город, а не область"})
    assert answer.status_code == 422 and "я" * 301 in answer.get_data(as_text=True)
    event = db.session.scalar(
        sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.HINT_CHANGED, AuditEvent.object_id == "inquiry.city")
    )
    undoing.undo(event, actor=owner)
    assert "Город, а не область" not in page_of(visitor, "/")


def test_hints_cost_one_statement(owner, visitor, statements):
    hints.save("inquiry.city", {"text_ru": "Раз"}, actor=owner)
    hints.save("inquiry.deal", {"text_ru": "Два"}, actor=owner)
    with statements() as made:
        visitor.get("/?deal=rent")
    assert len([statement for statement in made if "field_hints" in statement]) <= 1

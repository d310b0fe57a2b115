"""What an owner has just done is taken back by the message that says so, on the page where it was done."""

import re
from html import unescape

import sqlalchemy as sa

from app.access.permissions import Permission
from app.extensions import db
from app.models.accounts import User
from app.models.partners import Agency
from app.services import partners, settings

OFFER = re.compile(r'<form method="post" action="([^"]+/undo/)"><input[^>]+><input[^>]+name="back" value="([^"]+)">')


def press(browser, answer):
    """Go where ``answer`` leads, press the button of its message; the page that one is back on."""
    page = browser.get(answer.location).get_data(as_text=True)
    door, back = map(unescape, OFFER.search(page).groups())
    undone = browser.post(door, data={"back": back})
    db.session.rollback()
    assert undone.location.rstrip("?") == answer.location
    assert re.search("Изменение отменено|Отменено изменений", browser.get(undone.location).get_data(as_text=True))


def names():
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Agency.name)))


def test_an_edit_a_deletion_and_a_merge_of_agencies(build, browser_of):
    owner = build.supervisor()
    browser = browser_of(owner)
    first, second = (partners.create(name, actor=owner) for name in ("Орбис Реалти", "Орбес Реалти"))
    winner, address = str(second.public_id), f"/supervisor/agencies/{first.public_id}/"
    both = ["Орбес Реалти", "Орбис Реалти"]
    edited = {"name": "Новое имя", "website": "", "version": "1"}
    for door, data, after in (
        ("edit/", edited, ["Новое имя", "Орбес Реалти"]),
        ("delete/", {}, ["Орбес Реалти"]),
        ("merge/", {"winner": winner}, ["Орбес Реалти"]),
    ):
        answer = browser.post(address + door, data=data)
        assert names() == after
        press(browser, answer)
        assert names() == both, door
    told = browser.get("/supervisor/journal/").get_data(as_text=True)
    assert "слово в адресах" not in told, "what two names are compared by is nothing to read"


def test_people_blocked_at_once_are_let_in_at_once(build, browser_of):
    browser, people = browser_of(build.supervisor()), [build.client(), build.client()]
    rows = [str(person.public_id) for person in people]
    blocked = {"action": "block", "rowid": rows, "reason": "Спам", "confirmed": "1", "back": "role=client"}
    press(browser, browser.post("/supervisor/people/action/", data=blocked))
    assert not db.session.scalars(sa.select(User.id).where(User.blocked_at.is_not(None))).all()


def test_settings_saved_at_once_come_back_at_once(build, browser_of, context):
    browser = browser_of(build.supervisor())
    before = {key: settings.get(key) for key in ("inquiry_days", "bin_days")}
    data = {f"was-{key}": str(value) for key, value in before.items()} | dict.fromkeys(before, "17")
    answer = browser.post("/supervisor/settings/", data=data)
    assert {settings.get(key) for key in before} == {17}
    press(browser, answer)
    assert {key: settings.get(key) for key in before} == before


def test_a_bulk_edit_is_taken_back_from_its_own_page(build, browser_of):
    browser, inquiry = browser_of(build.supervisor()), build.inquiry(deal="rent")
    plan = {"rowid": str(inquiry.public_id), "confirmed": "1", "status": "", "deal": "buy"}
    page = browser.post("/supervisor/inquiries/bulk/", data=plan).location
    browser.post(f"{page}run/")
    door = re.search(r'action="([^"]+/together/[^"]+/undo/)"', browser.get(page).get_data(as_text=True)).group(1)
    assert browser.post(door, data={"back": page}).location == page
    db.session.rollback()
    assert inquiry.deal == "rent"
    assert "/undo/" not in browser.get(page).get_data(as_text=True)


def test_who_may_not_take_back_is_not_offered_it_and_nobody_is_led_away(build, browser_of):
    agency = partners.create("Орбис", actor=build.supervisor())
    browser = browser_of(build.staff(Permission.AGENCIES))
    answer = browser.post(f"/supervisor/agencies/{agency.public_id}/edit/", data={"name": "Орбис-2", "version": "1"})
    page = browser.get(answer.location).get_data(as_text=True)
    assert "Сохранено" in page and "/undo/" not in page
    owner = browser_of(build.supervisor())
    answer = owner.post(f"/supervisor/agencies/{agency.public_id}/edit/", data={"name": "Орбис-3", "version": "2"})
    door = OFFER.search(owner.get(answer.location).get_data(as_text=True)).group(1)
    assert owner.post(door, data={"back": "https://example.com/"}).location.startswith("/supervisor/journal/")


def test_what_goes_to_the_bin_is_not_called_gone_for_good(build, browser_of):
    owner = build.supervisor()
    agency = partners.create("Орбис", actor=owner)
    page = browser_of(owner).get(f"/supervisor/agencies/{agency.public_id}/").get_data(as_text=True)
    assert "пролежит в корзине" in page and "Это нельзя отменить" not in page

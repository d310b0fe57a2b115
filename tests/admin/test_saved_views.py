"""Saved views: the list as it stands under a name, one's own or shared, and nobody else's."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from app.access.permissions import Permission as P
from app.admin.supervisor.inquiries import InquiryAdmin
from app.constants import AuditTag
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.list_views import ListView
from app.services import undoing

LIST = "/supervisor/inquiries/"


def keep(browser, query, name, **more):
    data = {"list": "inquiries_admin", "query": query, "name": name} | more
    return browser.post("/supervisor/views/save/", data=data)


def only_view():
    db.session.rollback()
    return db.session.scalars(sa.select(ListView)).one()


def tabs(browser, address=LIST):
    """Name → (address, whether it is the open one) of the tabs above a list."""
    page = browser.get(address).get_data(as_text=True)
    row = re.search(r'<nav class="tabs-line[^>]*>(.*?)</nav>', page, re.DOTALL)
    found = re.findall(r'<a href="([^"]*)"([^>]*)>([^<]*)', row[1]) if row else []
    return {name: (unescape(address), "aria-current" in mark) for address, mark, name in found}


def test_what_is_on_the_screen_is_one_press_away_again(build, browser_of):
    owner = browser_of(build.supervisor())
    mine, other = build.inquiry(deal="buy"), build.inquiry()
    answer = keep(owner, "deal=buy&status=new&page=7&csrf_token=x", "Покупка", pinned="1")
    assert answer.status_code == 303
    address, is_open = tabs(owner)["Покупка"]
    assert not is_open
    assert "page" not in address
    page = owner.get(address).get_data(as_text=True)
    assert f"№\xa0{mine.number}<" in page
    assert f"№\xa0{other.number}<" not in page
    assert tabs(owner, LIST + "?status=new&deal=buy&page=1")["Покупка"][1]  # however the address is spelled


def test_a_view_of_the_same_name_is_replaced(build, browser_of):
    owner = browser_of(build.supervisor())
    keep(owner, "deal=buy", "Мои", pinned="1")
    keep(owner, "deal=rent", " Мои ")
    view = only_view()
    assert (view.query, view.pinned) == ("deal=rent", False)


def test_renamed_pinned_and_removed_by_a_press(build, browser_of):
    owner = browser_of(build.supervisor())
    keep(owner, "deal=buy", "Покупка")
    door = f"/supervisor/views/{only_view().public_id}/"
    owner.post(door + "change/", data={"name": "Купить", "back": "deal=buy"})
    answer = owner.post(door + "change/", data={"pin": "1", "back": "deal=buy"})
    assert answer.location.endswith(LIST + "?deal=buy")
    assert "Купить" in tabs(owner)
    owner.post(door + "change/", data={"name": "  "})
    assert only_view().name == "Купить"
    owner.post(door + "remove/")
    assert tabs(owner) == {}


def test_a_private_view_is_nobody_elses(build, browser_of):
    keep(browser_of(build.supervisor()), "deal=buy", "Покупка", pinned="1")
    other, door = browser_of(build.supervisor()), f"/supervisor/views/{only_view().public_id}/"
    assert tabs(other) == {}
    assert other.post(door + "change/", data={"name": "Чужое"}).status_code == 404
    assert other.post(door + "remove/").status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.object_type == "listview")) == 0


def test_a_shared_view_is_every_owners_and_comes_back(build, browser_of):
    actor, other = build.supervisor(), browser_of(build.supervisor())
    keep(browser_of(actor), "deal=buy", "Покупка", pinned="1", role="supervisor")
    assert "Покупка" in tabs(other)
    other.post(f"/supervisor/views/{only_view().public_id}/remove/")
    assert tabs(other) == {}
    removed = sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.LIST_VIEW_CHANGED).order_by(AuditEvent.id.desc())
    db.session.rollback()
    undoing.undo(db.session.scalars(removed).first(), actor=actor)
    assert "Покупка" in tabs(other)


@pytest.mark.parametrize("lists", ["inquiries_admin", "nothing"])
def test_an_operator_keeps_views_of_the_lists_an_operator_has(build, browser_of, lists):
    operator = browser_of(build.agent())
    data = {"query": "sort=-position", "name": "Конец", "pinned": "1"}
    assert operator.post("/supervisor/views/save/", data=data | {"list": lists}).status_code == 404
    assert operator.post("/supervisor/views/save/", data=data | {"list": "ready_answers"}).status_code == 303
    assert "Конец" in tabs(operator, "/supervisor/ready-answers/")
    assert "Конец" in operator.get("/supervisor/views/").get_data(as_text=True)
    operator.post("/supervisor/views/save/", data=data | {"list": "ready_answers", "role": "supervisor"})
    assert only_view().role is None


def headings(browser, address=LIST):
    head = re.search(r"<thead>(.*?)</thead>", browser.get(address).get_data(as_text=True), re.DOTALL)[1]
    return [re.sub(r"<[^>]+>", "", each).strip() for each in re.findall(r'<th scope="col".*?</th>', head)]


def show(browser, *names, **more):
    """The window of columns, sent with these ticked; the rest stand below them."""
    rest = [name for name in InquiryAdmin.column_list[1:] if name not in names]
    data = {"list": "inquiries_admin", "order": [*names, *rest], "column": list(names)} | more
    assert browser.post("/supervisor/views/columns/", data=data).status_code == 303


def test_everybody_sees_the_columns_they_want(build, browser_of):
    build.inquiry()
    owner, other = browser_of(build.supervisor()), browser_of(build.supervisor())
    usual = headings(owner)
    show(owner, "client", "city")
    assert headings(owner) == ["№", "Клиент", "Город"] and headings(other) == usual
    show(owner, "client", "city", up="city")
    assert headings(owner) == ["№", "Город", "Клиент"]
    show(owner, "client", "city", reset="1")
    assert headings(owner) == usual
    show(owner, "no_such", "password_hash")
    assert headings(owner) == usual


def test_a_view_keeps_its_columns_for_whoever_it_is_shared_with(build, browser_of):
    build.inquiry()
    owner, other = browser_of(build.supervisor()), browser_of(build.supervisor())
    show(owner, "city")
    kept = re.search(r'name="query" value="([^"]*)"', owner.get(LIST).get_data(as_text=True))[1]
    keep(owner, unescape(kept), "Коротко", pinned="1", role="supervisor")
    address, _ = tabs(other)["Коротко"]
    assert headings(other, address) == ["№", "Город"]
    assert tabs(other, address)["Коротко"][1]
    assert len(headings(other)) > 2


def test_an_owner_offers_own_roles_that_can_open_the_list_and_no_other(build, browser_of):
    looker, stranger = build.staff(P.INQUIRY_READ), build.staff(P.PEOPLE_READ)
    owner = browser_of(build.supervisor())
    page = owner.get(LIST + "?deal=buy").get_data(as_text=True)
    word = f"own:{looker.staff_role.public_id}"
    assert word in page
    assert str(stranger.staff_role.public_id) not in page
    keep(owner, "deal=buy", "Покупка", role=word, pinned="1")
    assert "Покупка" in tabs(browser_of(looker))
    assert tabs(browser_of(build.staff(P.INQUIRY_READ))) == {}

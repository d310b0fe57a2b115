"""Merging two people on the console: proposed, looked at side by side, merged, dismissed."""

import sqlalchemy as sa

from app.extensions import db
from app.models.accounts import User
from app.models.inquiries import Inquiry
from app.services import partners

ALIKE = "/supervisor/people/alike/"


def test_two_that_are_alike_become_one(build, browser_of):
    anna = build.client("Анна Новак", email="anna@mail.com", phone="+420777123456")
    twin = build.client("Аня", email="anya@mail.com", phone="+420777123456")
    for client in (anna, twin):
        build.inquiry(client=client)
    browser = browser_of(build.supervisor())
    page = browser.get(ALIKE).get_data(as_text=True)
    assert "один телефон" in page
    address = f"/supervisor/people/{twin.public_id}/merge/"
    assert f"{address}?winner={anna.public_id}" in page
    compared = browser.get(address, query_string={"winner": str(anna.public_id)}).get_data(as_text=True)
    assert "anya@mail.com" in compared
    assert compared.count("1 запрос · зарегистрирован") == 2, "two of one name are told apart"
    answer = browser.post(address, data={"winner": str(anna.public_id), "keep-email": "loser"})
    assert answer.status_code == 303
    db.session.rollback()
    assert (anna.name, anna.email, twin.deleted_at is not None) == ("Анна Новак", "anya@mail.com", True)
    assert db.session.scalars(sa.select(Inquiry.client_id)).all() == [anna.id, anna.id]
    gone = browser.get(f"/supervisor/people/{twin.public_id}/").get_data(as_text=True)
    assert f'href="/supervisor/people/{anna.public_id}/"' in gone, "the page of the one that went leads to the other"
    journal = browser.get("/supervisor/journal/").get_data(as_text=True)
    assert "объединены два аккаунта" in journal


def test_those_of_different_roles_are_refused_in_words(build, browser_of):
    client, realtor = build.client(), build.realtor()
    browser = browser_of(build.supervisor())
    answer = browser.post(f"/supervisor/people/{client.public_id}/merge/", data={"winner": str(realtor.public_id)})
    assert "только двух клиентов или двух риелторов" in answer.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User).where(User.deleted_at.is_not(None))) == 0


def test_different_ones_are_proposed_no_more(build, browser_of, context):
    owner = build.supervisor()
    browser = browser_of(owner)
    pairs = {
        "people": [build.client(phone="+420777123456") for _ in range(2)],
        "agencies": [partners.create(name, actor=owner) for name in ("Орбис Реалти", "Орбес Реалти")],
    }
    for room, pair in pairs.items():
        address = f"/supervisor/{room}/alike/"
        keys = [str(row.public_id) for row in pair]
        assert keys[0] in browser.get(address).get_data(as_text=True), room
        browser.post(address, data={"first": keys[1], "second": keys[0]})
        assert keys[0] not in browser.get(address).get_data(as_text=True), room
        said = f"/supervisor/{room}/different/"
        assert keys[0] in browser.get(said).get_data(as_text=True), room
        browser.post(said, data={"first": keys[0], "second": keys[1]})  # and proposed again once that is taken back
        assert keys[0] not in browser.get(said).get_data(as_text=True), room
        assert keys[0] in browser.get(address).get_data(as_text=True), room
        stranger = browser_of(build.realtor())
        assert stranger.post(said, data={"first": keys[1], "second": keys[0]}).status_code == 403
        assert stranger.post(address, data={"first": keys[1], "second": keys[0]}).status_code == 403


def test_what_is_not_there_is_not_counted_out(build, browser_of):
    anna, twin = build.client("Анна Новак"), build.client("Анна Новак")
    vienna, misspelt = build.city("Вена"), build.city("Венна")
    browser = browser_of(build.supervisor())
    page = browser.get(f"/supervisor/people/{twin.public_id}/merge/", query_string={"winner": str(anna.public_id)}).text
    assert "0 запросов" not in page and "<dd>0</dd>" not in page and "ничего нет" in page
    address = f"/supervisor/cities/{misspelt.public_id}/merge/"
    page = browser.get(address, query_string={"winner": str(vienna.public_id)}).text
    assert "риелторов нет" in page and "0 риелторов" not in page

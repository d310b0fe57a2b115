"""The browsers one is signed in with: each can be ended, a new one is told about."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import sessions
from app.extensions import db
from app.models.accounts import SignIn
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import accounts
from app.services.accounts import sign_ins
from app.services.transaction import transaction
from bench.scene import session_id

GOOD = "верная лошадь батарея"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 YaBrowser/24.12 Safari/537.36"


@pytest.fixture
def anna(build):
    return accounts.register(name="Анна", email="anna@mail.ru", password=GOOD)


@pytest.fixture
def come_in(app, anna):
    """``come_in(agent)``: a browser in which Anna has just signed in."""

    def make(agent=LAPTOP, browser=None, **more):
        browser = browser or app.test_client()
        data = {"email": "anna@mail.ru", "password": GOOD, "remember": "y"} | more
        assert browser.post("/login", data=data, headers={"User-Agent": agent}).status_code == 303
        return browser

    return make


def is_in(browser):
    return browser.get("/my/profile", check=False).status_code == 200


def rows():
    db.session.rollback()
    return db.session.scalars(sa.select(SignIn).order_by(SignIn.id)).all()


def letters(kind="new_device"):
    db.session.rollback()
    return db.session.scalars(sa.select(Delivery).where(Delivery.kind == kind)).all()


def copy_of(app, browser):
    """Whoever got hold of the cookies."""
    thief = app.test_client()
    for name in ("otklik", "otklik_remember"):
        thief.set_cookie(name, browser.get_cookie(name).value)
    return thief


def test_each_device_is_listed_in_words_and_this_one_is_marked(come_in):
    phone = come_in(PHONE)
    come_in(LAPTOP)
    page = phone.get("/my/profile/devices").text
    assert "Safari, iPhone" in page
    assert "Яндекс Браузер, Windows" in page
    here = page.split("Safari, iPhone")[1].split("</li>")[0]
    assert "это устройство" in here
    assert page.count("это устройство") == 1


def test_one_device_is_signed_out_and_so_is_its_copied_cookie(app, come_in):
    laptop, phone = come_in(LAPTOP), come_in(PHONE)
    thief = copy_of(app, laptop)
    assert is_in(thief)
    assert phone.post(f"/my/profile/devices/{rows()[0].public_id}/end").status_code == 303
    assert not is_in(laptop)
    assert not is_in(thief)
    assert is_in(phone)


def test_signing_out_ends_a_copied_cookie_and_no_other_device(app, come_in):
    laptop, phone = come_in(LAPTOP), come_in(PHONE)
    thief = copy_of(app, laptop)
    laptop.post("/logout")
    assert not is_in(thief)
    assert is_in(phone)


def test_a_changed_password_ends_a_copied_cookie_and_keeps_this_device(app, come_in):
    laptop, phone = come_in(LAPTOP), come_in(PHONE)
    thief = copy_of(app, laptop)
    laptop.post("/my/profile/password", data={"password-current": GOOD, "password-new": "другая лошадь батарея"})
    assert is_in(laptop)
    assert not is_in(thief)
    assert not is_in(phone)


@pytest.mark.every_database
def test_everywhere_is_everywhere(come_in):
    laptop, phone = come_in(LAPTOP), come_in(PHONE)
    assert laptop.post("/my/profile/devices/end-all").location == "/login"
    assert not is_in(laptop)
    assert not is_in(phone)
    assert "Chrome" not in come_in(PHONE).get("/my/profile/devices").text


def test_a_device_of_another_is_not_found(build, browser_of, come_in):
    laptop = come_in()
    for stranger in (build.client(), build.supervisor()):
        assert browser_of(stranger).post(f"/my/profile/devices/{rows()[0].public_id}/end").status_code == 404
    assert is_in(laptop)


@pytest.mark.every_database
def test_a_new_device_is_told_about_and_a_known_one_is_not(come_in):
    laptop = come_in(LAPTOP)
    assert letters() == [], "the first sign-in is one's own"
    laptop.post("/logout")
    come_in(LAPTOP, browser=laptop)
    assert letters() == []
    come_in(PHONE)
    (letter,) = letters()
    assert letter.address == "anna@mail.ru"
    assert (letter.payload["browser"], letter.payload["system"]) == ("Safari", "iPhone")


def test_a_browser_known_with_another_person_is_new_with_this_one(app, build, anna, come_in):
    come_in(LAPTOP)
    build.client(email="boris@mail.ru", password_hash=anna.password_hash)
    boris = app.test_client()
    come_in(PHONE, browser=boris, email="boris@mail.ru")
    boris.post("/logout")
    come_in(PHONE, browser=boris)
    assert [letter.address for letter in letters()] == ["anna@mail.ru"]


def test_when_a_device_was_seen_is_kept_coarsely(come_in, statements):
    laptop = come_in()
    with statements() as made:
        laptop.get("/my/profile")
    assert not [sql for sql in made if sql.startswith("UPDATE sign_ins")]
    with transaction() as session:
        session.execute(sa.update(SignIn).values(last_seen_at=utcnow() - timedelta(hours=2)))
    laptop.get("/my/profile")
    assert utcnow() - rows()[0].last_seen_at < timedelta(minutes=1)


def test_who_is_behind_a_request_is_one_statement(come_in, driver_statements):
    laptop = come_in()
    driver_statements.clear()
    laptop.get("/my/profile/data")
    assert len([sql for sql in driver_statements if "sign_ins" in sql and "JOIN" in sql]) == 1


def test_who_is_read_again_after_a_change_is_read_without_what_realtors_are_bound_to(app, build, driver_statements):
    realtor = build.realtor()
    name, city, sign_in = realtor.name, realtor.realtor.city.name_ru, session_id(realtor)
    db.session.remove()
    with app.test_request_context():
        person = sessions.load(sign_in)
        db.session.commit()
        driver_statements.clear()
        assert person.name == name
        [asked] = [sql for sql in driver_statements if sql.startswith("SELECT")]
        assert "agencies" not in asked
        assert person.realtor.city.name_ru == city


@pytest.mark.every_database
def test_old_rows_are_forgotten(come_in):
    laptop, phone, lately = come_in(LAPTOP), come_in(PHONE), come_in(PHONE)
    first, second, _third = rows()
    with transaction():
        first.last_seen_at = utcnow() - timedelta(days=100)
        second.ended_at = utcnow() - timedelta(days=40)
    assert sign_ins.purge() == 2
    assert [is_in(browser) for browser in (laptop, phone, lately)] == [False, False, True]

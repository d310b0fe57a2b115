"""The second step of signing in: codes of an app and recovery codes, asked for at every way in."""

import re
import threading
import time
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from app.constants import AuditTag
from app.extensions import db
from app.models.accounts import User
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.models.second_factor import RecoveryCode, SecondFactor
from app.services import accounts, settings
from app.services.accounts import recovery, second_factor

GOOD = "верная лошадь батарея"
PAGE = "/my/profile/second-factor"


@pytest.fixture
def anna(build):
    return accounts.register(name="Анна", email="anna@mail.ru", password=GOOD)


@pytest.fixture
def clock(monkeypatch):
    """The server's clock, moved by hand: ``clock(seconds)``."""
    moved = {"by": 0}
    monkeypatch.setattr(second_factor, "utcnow", lambda: utcnow() + timedelta(seconds=moved["by"]))

    def move(seconds):
        moved["by"] += seconds

    return move


class Phone:
    """The app of a person, which once scanned the picture."""

    def __init__(self, page):
        key = re.search(r'class="key">([^<]+)<', page)[1]
        self.app = pyotp.TOTP(key.replace(" ", ""))

    def code(self):
        return self.app.at(second_factor.utcnow())


def sign_in(browser, **more):
    return browser.post("/login", data={"email": "anna@mail.ru", "password": GOOD} | more)


def is_in(browser):
    return browser.get("/my/profile", check=False).status_code == 200


def switch_on(browser):
    """(the phone, the recovery codes)"""
    browser.post(f"{PAGE}/start")
    phone = Phone(browser.get(PAGE).text)
    shown = browser.post(f"{PAGE}/confirm", data={"enrol-code": phone.code()})
    assert shown.status_code == 200
    return phone, re.findall(r"<code>([\w-]+)</code>", shown.text)


@pytest.fixture
def phone_and_codes(anna, browser_of, clock):
    made = switch_on(browser_of(anna))
    clock(60)  # the code that switched it on is used
    return made


@pytest.fixture
def phone(phone_and_codes):
    return phone_and_codes[0]


@pytest.fixture
def codes(phone_and_codes):
    return phone_and_codes[1]


def answer(browser, code, **more):
    return browser.post("/login/second", data={"code": code} | more)


def tags():
    db.session.rollback()
    return [event.tag for event in db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))]


def test_it_counts_only_once_the_phone_has_shown_a_code(anna, browser_of, visitor, clock):
    browser = browser_of(anna)
    browser.post(f"{PAGE}/start")
    assert "<svg" in browser.get(PAGE).text
    wrong = browser.post(f"{PAGE}/confirm", data={"enrol-code": "000000"})
    assert (wrong.status_code, "не подходит" in wrong.text) == (422, True)
    assert sign_in(visitor).location == "/my/inquiries"


def test_signing_in_takes_both_steps(phone, visitor):
    assert sign_in(visitor, next="/my/notifications").location == "/login/second"
    assert not is_in(visitor)
    assert answer(visitor, "000000").status_code == 422
    assert not is_in(visitor)
    assert answer(visitor, phone.code()).location == "/my/notifications"
    assert is_in(visitor)


def test_the_second_step_alone_opens_nothing(phone, visitor):
    assert visitor.get("/login/second").location == "/login"
    assert answer(visitor, phone.code()).location == "/login"
    assert not is_in(visitor)


def test_a_link_from_a_letter_does_not_go_around_it(anna, phone, visitor):
    token = recovery.make_token(anna, hours=1)
    assert visitor.post(recovery.path_of(token), data={"password": "другая лошадь батарея"}).location == "/login/second"
    assert not is_in(visitor)


def test_a_code_works_once(app, phone, visitor):
    code, other = phone.code(), app.test_client()
    for browser in (visitor, other):
        sign_in(browser)
    answer(visitor, code)
    assert answer(other, code).status_code == 422


@pytest.mark.every_database
def test_one_code_by_two_at_once_lets_in_one(app, phone):
    code, browsers = phone.code(), [app.test_client() for _ in range(4)]
    for browser in browsers:
        sign_in(browser)
    gate, answers = threading.Barrier(len(browsers)), []

    def try_in(browser):
        gate.wait(20)
        answers.append(answer(browser, code).status_code)

    threads = [threading.Thread(target=try_in, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [303, 422, 422, 422]


@pytest.mark.parametrize(("seconds", "status"), [(-30, 303), (30, 303), (-90, 422), (90, 422)])
def test_a_phone_may_be_one_step_off(phone, clock, visitor, seconds, status):
    clock(300)
    code = phone.app.at(second_factor.utcnow() + timedelta(seconds=seconds))
    sign_in(visitor)
    assert answer(visitor, code).status_code == status


def test_recovery_codes_work_once_each_and_are_kept_hashed(app, codes, visitor):
    assert len(set(codes)) == 10
    kept = " ".join(db.session.scalars(sa.select(RecoveryCode.code_hash)))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    sign_in(visitor)
    assert answer(visitor, f" {codes[0].upper().replace('-', ' ')} ").status_code == 303
    assert "осталось 9 кодов" in visitor.get("/my/profile").text.lower()
    other = app.test_client()
    sign_in(other)
    assert answer(other, codes[0]).status_code == 422
    assert answer(other, codes[1]).status_code == 303
    assert tags().count(AuditTag.RECOVERY_CODE_USED) == 2


def test_new_codes_replace_the_old(app, anna, browser_of, phone_and_codes, visitor):
    phone, codes = phone_and_codes
    shown = browser_of(anna).post(f"{PAGE}/codes", data={"codes-code": phone.code()}).text
    fresh = re.findall(r"<code>([\w-]+)</code>", shown)
    assert set(fresh).isdisjoint(codes)
    assert "otklik-recovery-codes.txt" in shown
    sign_in(visitor)
    assert answer(visitor, codes[5]).status_code == 422
    assert answer(visitor, fresh[5]).status_code == 303


def test_guessing_is_limited(phone, visitor, limits):
    sign_in(visitor)
    answers = [answer(visitor, f"{n:06}") for n in range(12)]
    assert {response.status_code for response in answers} == {422}
    assert "четверть часа" in answers[-1].text
    assert answer(visitor, phone.code()).status_code == 422, "the right one does not help any more"


def test_a_trusted_device_is_not_asked_again_until_something_changes(anna, phone, clock, visitor):
    sign_in(visitor)
    answer(visitor, phone.code(), trust="y")
    visitor.post("/logout")
    assert sign_in(visitor).location == "/my/inquiries"
    visitor.post("/my/profile/devices/end-all")
    assert sign_in(visitor).location == "/login/second"


def test_a_device_is_trusted_for_as_many_days_as_the_owners_say(anna, phone, visitor, build, monkeypatch):
    sign_in(visitor)
    answer(visitor, phone.code(), trust="y")
    visitor.post("/logout")
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 2 * 24 * 3600)
    assert sign_in(visitor).location == "/my/inquiries"
    visitor.post("/logout")
    settings.change("trusted_days", 1, actor=build.supervisor())
    assert sign_in(visitor).location == "/login/second"
    assert "Не спрашивать на этом устройстве 1 день" in visitor.get("/login/second").text


def test_an_unfinished_sign_in_ends_with_the_password(anna, phone, visitor):
    sign_in(visitor)
    accounts.change_password("другая лошадь батарея", current=GOOD, actor=anna)
    assert answer(visitor, phone.code()).location == "/login"


def test_the_secret_is_not_readable_in_the_database(phone):
    db.session.rollback()
    assert phone.app.secret not in db.session.scalars(sa.select(SecondFactor)).one().secret


def test_switching_it_off_takes_a_code_and_is_told(anna, phone, browser_of, visitor):
    browser = browser_of(anna)
    assert browser.post(f"{PAGE}/off", data={"off-code": "000000"}).status_code == 422
    assert browser.post(f"{PAGE}/off", data={"off-code": phone.code()}).status_code == 303
    assert sign_in(visitor).location == "/my/inquiries"
    assert {AuditTag.SECOND_FACTOR_ON, AuditTag.SECOND_FACTOR_OFF} <= set(tags())
    letters = db.session.scalars(sa.select(Delivery).where(Delivery.kind == "second_factor")).all()
    assert [letter.payload["on"] for letter in letters] == [True, False]


def test_a_working_key_is_not_replaced_by_a_press(anna, phone, browser_of, visitor):
    browser_of(anna).post(f"{PAGE}/start")
    sign_in(visitor)
    assert answer(visitor, phone.code()).status_code == 303


def test_owners_may_be_required_to_have_it(build, browser_of, clock):
    owner = build.supervisor()
    settings.change("second_factor_required", "True", actor=owner)
    browser, client = browser_of(owner), browser_of(build.client())
    assert browser.get("/supervisor/people/").location == PAGE
    assert browser.post("/my/profile", data={"name": "Иная"}).status_code == 403
    assert client.get("/my/inquiries").status_code == 200
    phone, _codes = switch_on(browser)
    assert browser.get("/supervisor/people/").status_code == 200
    clock(60)
    with pytest.raises(accounts.second_factor.RefusedMove):
        second_factor.turn_off(phone.code(), actor=db.session.get(User, owner.id))


def test_the_setting_is_switched_in_the_console(build, browser_of):
    browser = browser_of(build.supervisor())
    page = browser.get("/supervisor/settings/").text
    assert 'name="second_factor_required"' in page
    sent = {"second_factor_required": "True", "was-second_factor_required": "False"}
    assert browser.post("/supervisor/settings/", data=sent).status_code == 303
    assert browser.get("/supervisor/settings/").location == PAGE


def test_the_command_takes_it_away(app, phone, visitor):
    done = app.test_cli_runner().invoke(args=["reset-second-factor", "anna@mail.ru"])
    assert done.exit_code == 0
    assert sign_in(visitor).location == "/my/inquiries"
    assert tags().count(AuditTag.SECOND_FACTOR_OFF) == 1
    assert app.test_cli_runner().invoke(args=["reset-second-factor", "nobody@mail.ru"]).exit_code == 1


@pytest.mark.every_database
def test_a_deleted_account_leaves_no_key(anna, phone):
    db.session.rollback()
    accounts.delete_account(GOOD, actor=anna)
    assert db.session.scalar(sa.select(SecondFactor)) is None
    assert db.session.scalar(sa.select(RecoveryCode)) is None


@pytest.fixture
def new_key(app):
    """``new_key(*old)``: the site is started again with another SECRET_KEY and these before it."""
    before = app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"]

    def change(*old):
        app.config.update(SECRET_KEY="a newer key", SECRET_KEY_FALLBACKS=list(old))

    yield change
    app.config.update(SECRET_KEY=before[0], SECRET_KEY_FALLBACKS=before[1])


def test_a_changed_key_of_the_site_loses_nobody(app, anna, phone, codes, clock, new_key):
    """The old key opens apps, recovery codes, sessions and links; whoever came by meanwhile needs it no more."""
    old, link, browser = app.config["SECRET_KEY"], recovery.make_token(anna, hours=1), app.test_client()
    sign_in(browser)
    answer(browser, codes[0])
    new_key(old)
    assert is_in(browser) and recovery.person_of_reset(link).id == anna.id
    for code in (codes[1], phone.code()):
        visitor = app.test_client()
        sign_in(visitor)
        assert answer(visitor, code).status_code == 303
    new_key()  # the old one is forgotten
    assert is_in(browser)
    clock(60)
    visitor = app.test_client()
    sign_in(visitor)
    assert answer(visitor, codes[2]).status_code == 422
    assert answer(visitor, phone.code()).status_code == 303

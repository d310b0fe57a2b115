"""Passkeys: adding and removing them, signing in with them, and all that must not pass for one."""

import json
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.constants import AuditTag
from app.extensions import db
from app.models.accounts import SignIn
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.models.passkeys import Passkey, SpentChallenge
from app.services import accounts, settings
from app.services.accounts import passkeys, recovery, second_factor
from app.views import challenges
from tests.authenticator import Authenticator
from tests.views.test_second_factor import switch_on

GOOD = "верная лошадь батарея"
PAGE = "/my/profile/passkeys"
NOBODYS = "ничего здесь не открывает"


@pytest.fixture
def anna(build):
    return accounts.register(name="Анна", email="anna@mail.ru", password=GOOD)


def add(browser, device, *, proof={"password": GOOD}, name="Телефон"):  # noqa: B006  (read only)
    assert browser.post(f"{PAGE}/proof", data=proof).status_code == 303
    options = browser.post(f"{PAGE}/options").json["options"]
    return browser.post(PAGE, data={"name": name, "credential": device.create(options)})


def test_there_are_as_many_as_the_owners_allow(anna, build, browser_of):
    settings.change("passkeys_of_one", 1, actor=build.supervisor())
    browser = browser_of(anna)
    assert add(browser, Authenticator()).status_code == 303
    browser.post(f"{PAGE}/proof", data={"password": GOOD})
    answer = browser.post(f"{PAGE}/options", headers={"Accept": "application/json"})
    assert (answer.status_code, "не больше 1" in answer.json["error"]["text"]) == (409, True)


@pytest.fixture
def phone(anna, browser_of):
    device = Authenticator()
    assert add(browser_of(anna), device).status_code == 303
    return device


def ask(browser):
    return browser.post("/login/passkey/options").json["options"]


def enter(browser, credential, **more):
    return browser.post("/login/passkey", data={"credential": credential} | more)


def come_in(browser, device, **more):
    return enter(browser, device.get(ask(browser)), **more)


def is_in(browser):
    return browser.get("/my/profile", check=False).status_code == 200


def said_at(browser):
    """What the page of signing in shows after a refusal."""
    return browser.get("/login").text


def rows(model):
    db.session.rollback()
    return db.session.scalars(sa.select(model).order_by(sa.inspect(model).primary_key[0])).all()


def tags():
    return [event.tag for event in rows(AuditEvent)]


@pytest.mark.every_database
def test_a_passkey_is_added_after_the_password_and_told_about(anna, browser_of):
    browser, device = browser_of(anna), Authenticator()
    assert browser.get(f"{PAGE}/new").location == PAGE  # nobody was asked who they are
    assert browser.post(f"{PAGE}/options").status_code == 403
    assert "Это не ваш текущий пароль" in browser.post(f"{PAGE}/proof", data={"password": "не тот"}).text
    assert add(browser, device).status_code == 303
    assert "Телефон" in browser.get(PAGE).text
    [row] = rows(Passkey)
    assert (row.user_id, row.credential_id, row.sign_count, row.backed_up) == (anna.id, device.id, 0, False)
    letter = rows(Delivery)[-1]
    assert (letter.kind, letter.payload["passkey"], letter.payload["added"]) == ("passkey", "Телефон", True)
    assert tags()[-1] == AuditTag.PASSKEY_ADDED
    assert browser.get(f"{PAGE}/new").location == PAGE  # one proof, one key


@pytest.mark.every_database
def test_signing_in_is_like_any_other_and_needs_no_name(anna, phone, visitor):
    answer = come_in(visitor, phone, next="/my/profile", remember="y")
    assert (answer.status_code, answer.location) == (303, "/my/profile")
    assert is_in(visitor)
    assert visitor.get_cookie("otklik_remember") and visitor.get_cookie("otklik_device")
    assert rows(SignIn)[-1].how == "passkey"
    assert rows(AuditEvent)[-1].data == {"how": "passkey"}
    assert rows(Delivery)[-1].kind == "new_device"
    [row] = rows(Passkey)
    assert (row.sign_count, row.last_used_at is not None) == (1, True)


def test_a_key_of_the_cloud_does_not_count_and_works_again_and_again(anna, browser_of, app):
    cloud = Authenticator(count=None)
    add(browser_of(anna), cloud)
    for _ in range(2):
        browser = app.test_client()
        come_in(browser, cloud)
        assert is_in(browser)
    assert [(row.sign_count, row.backed_up) for row in rows(Passkey)] == [(0, True)]


def test_signing_in_at_another_site_opens_nothing(phone, visitor):
    phone.origin = "http://localhost.evil.example"
    come_in(visitor, phone)
    assert NOBODYS in said_at(visitor) and not is_in(visitor)


def test_a_key_made_for_another_domain_opens_nothing(phone, visitor):
    phone.domain = "evil.example"
    come_in(visitor, phone)
    assert not is_in(visitor)


def test_a_device_that_did_not_ask_for_its_owner_is_one_step_only(anna, phone, browser_of, visitor):
    phone.verifies = False
    come_in(visitor, phone)
    assert not is_in(visitor)
    assert add(browser_of(anna), Authenticator(verifies=False)).status_code == 422


@pytest.mark.every_database
def test_an_answer_works_once_even_with_an_old_copy_of_the_session(anna, browser_of, app):
    cloud, browser = Authenticator(count=None), app.test_client()  # whose counter gives nothing away
    add(browser_of(anna), cloud)
    answer = cloud.get(ask(browser))
    with browser.session_transaction() as session:
        copy = dict(session)
    enter(browser, answer)
    assert is_in(browser)
    thief = app.test_client()
    with thief.session_transaction() as session:
        session.update(copy)
    enter(thief, answer)
    assert not is_in(thief) and NOBODYS in said_at(thief)


def test_a_challenge_belongs_to_one_browser_one_purpose_and_ten_minutes(app, anna, phone, browser_of, monkeypatch):
    one, other = app.test_client(), app.test_client()
    answer = phone.get(ask(one))
    enter(other, answer)  # was given none
    ask(other)
    enter(other, answer)  # was given another
    adding = browser_of(anna)
    adding.post(f"{PAGE}/proof", data={"password": GOOD})
    made = Authenticator().create(adding.post(f"{PAGE}/options").json["options"])
    with adding.session_transaction() as session:
        session["passkey_add"] = {"challenge": "another", "at": time.time()}
    assert adding.post(PAGE, data={"name": "Ключ", "credential": made}).status_code == 422
    monkeypatch.setattr(challenges.time, "time", lambda: utcnow().timestamp() + challenges.KEPT + 1)
    enter(one, answer)
    assert "слишком много времени" in said_at(one)
    assert not is_in(one) and not is_in(other)


@pytest.mark.every_database
def test_a_counter_that_fell_betrays_a_copy(phone, visitor):
    come_in(visitor, phone)
    visitor.post("/logout")
    phone.count = 0  # the copy was made before that
    come_in(visitor, phone)
    assert "сняли копию" in said_at(visitor) and not is_in(visitor)
    assert rows(Passkey)[0].sign_count == 1


def test_a_foreign_key_opens_nothing(build, anna, phone, browser_of, visitor):
    """One that is known nowhere, one that signs for another, one that says it is another's."""
    stranger = Authenticator()
    stranger.domain, stranger.person = phone.domain, phone.person
    come_in(visitor, stranger)
    stranger.id = phone.id  # her key's name, another's signature
    come_in(visitor, stranger)
    oleg = build.client()
    own = Authenticator()
    add(browser_of(oleg), own, proof={})  # he has no password: nothing to ask
    own.person = phone.person
    come_in(visitor, own)
    assert not is_in(visitor)


def test_a_key_is_one_persons(build, anna, phone, browser_of):
    """The same key, announced by another person: they would come in as each other."""
    oleg = browser_of(build.client())
    assert add(oleg, phone, proof={}).status_code == 422
    assert [row.user_id for row in rows(Passkey)] == [anna.id]


@pytest.mark.parametrize("sent", ["", "{", "[]", "null", '{"id": 1}', "x" * 30_000, '{"rawId": "!", "response": {}}'])
def test_rubbish_is_refused_in_the_same_words(anna, phone, visitor, browser_of, sent):
    ask(visitor)
    assert enter(visitor, sent).status_code == 303
    assert NOBODYS in said_at(visitor)
    browser = browser_of(anna)
    browser.post(f"{PAGE}/proof", data={"password": GOOD})
    browser.post(f"{PAGE}/options")
    assert browser.post(PAGE, data={"name": "Ключ", "credential": sent}).status_code == 422


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
def test_every_part_of_an_answer_counts(phone, visitor, part):
    answer = json.loads(phone.get(ask(visitor)))
    whole = answer["response"][part]
    answer["response"][part] = whole[:-6] + whole[-6:].swapcase()
    enter(visitor, json.dumps(answer))
    assert not is_in(visitor)


def test_the_blocked_are_told_why_and_the_deleted_are_unknown(app, build, anna, phone, visitor):
    accounts.block(anna, "рассылка рекламы", actor=build.supervisor())
    come_in(visitor, phone)
    assert "Ваш аккаунт заблокирован: рассылка рекламы" in said_at(visitor) and not is_in(visitor)
    accounts.unblock(anna, actor=build.supervisor())
    accounts.delete_account(GOOD, actor=anna)
    assert rows(Passkey) == []
    come_in(visitor, phone)
    assert NOBODYS in said_at(visitor)


def test_it_is_both_steps(anna, browser_of, visitor):
    """Whoever has codes adds and removes keys with a code, and signs in with a key without one."""
    browser, device = browser_of(anna), Authenticator()
    _app, codes = switch_on(browser)
    assert browser.post(f"{PAGE}/proof", data={"password": GOOD}).status_code == 422
    add(browser, device, proof={"code": codes[0]})
    come_in(visitor, device)
    assert is_in(visitor)
    address = f"{PAGE}/{rows(Passkey)[0].public_id}"
    assert browser.post(f"{address}/remove", data={"code": codes[0]}).status_code == 422
    assert browser.post(f"{address}/remove", data={"code": codes[1]}).status_code == 303
    assert rows(Passkey) == []


def test_a_passkey_is_the_second_step_of_owners_who_need_one(app, build, browser_of):
    owner = build.supervisor(password_hash=accounts.hash_password(GOOD))
    settings.change("second_factor_required", "True", actor=owner)
    browser, device = browser_of(owner), Authenticator()
    assert browser.get("/supervisor/").location == "/my/profile/second-factor"
    add(browser, device)
    assert browser.get("/supervisor/").status_code == 200
    later = app.test_client()
    asked = later.post("/login", data={"email": owner.email, "password": GOOD, "next": "/supervisor/people/"})
    assert asked.location == "/login/second" and not is_in(later)
    page = later.get("/login/second").text
    assert 'id="passkey"' in page and 'name="code"' not in page
    assert come_in(later, device, next="/supervisor/people/").location == "/supervisor/people/"
    assert later.get("/supervisor/").status_code == 200
    kept = browser.post(f"{PAGE}/{rows(Passkey)[0].public_id}/remove", data={"password": GOOD})
    assert kept.status_code == 303 and len(rows(Passkey)) == 1
    assert "единственный второй шаг" in browser.get(PAGE).text


def test_codes_may_go_where_a_passkey_stays(build, browser_of):
    owner = build.supervisor()
    settings.change("second_factor_required", "True", actor=owner)
    browser = browser_of(owner)
    _app, codes = switch_on(browser)
    add(browser, Authenticator(), proof={"code": codes[0]})
    db.session.rollback()
    second_factor.turn_off(codes[1], actor=owner)
    assert browser.get("/supervisor/").status_code == 200


def test_a_key_is_renamed_and_removed_by_its_person_only(build, anna, phone, browser_of, visitor):
    address = f"{PAGE}/{rows(Passkey)[0].public_id}"
    other = browser_of(build.client())
    assert other.get(address).status_code == 404
    assert other.post(address, data={"key-name": "Мой"}).status_code == 404
    assert other.post(f"{address}/remove").status_code == 404
    browser = browser_of(anna)
    assert browser.post(address, data={"key-name": ""}).status_code == 422
    browser.post(address, data={"key-name": "Старый телефон"})
    assert "Старый телефон" in browser.get(PAGE).text
    assert browser.post(f"{address}/remove", data={"password": "не тот"}).status_code == 422
    browser.post(f"{address}/remove", data={"password": GOOD})
    assert (tags()[-1], rows(Delivery)[-1].payload["added"]) == (AuditTag.PASSKEY_REMOVED, False)
    come_in(visitor, phone)
    assert not is_in(visitor)


def test_who_opened_an_account_on_a_foreign_address_loses_the_passkey_to_the_owner(anna, phone, visitor):
    token = recovery.make_token(anna, hours=1)
    visitor.post(f"/password/reset/{token}", data={"password": "совсем другой пароль"})
    assert rows(Passkey) == []


def test_the_command_takes_them_away_too(app, phone):
    app.test_cli_runner().invoke(args=["reset-second-factor", "anna@mail.ru"])
    assert rows(Passkey) == []


def test_the_export_tells_of_them(anna, phone):
    db.session.rollback()
    [told] = accounts.export(actor=anna)["passkeys"]
    assert (told["name"], told["backed_up"], told["last_used_at"]) == ("Телефон", False, None)


def test_old_challenges_are_forgotten(phone, monkeypatch):
    assert len(rows(SpentChallenge)) == 1
    passkeys.purge()
    assert len(rows(SpentChallenge)) == 1
    monkeypatch.setattr(passkeys, "utcnow", lambda: utcnow() + 2 * passkeys.REMEMBERED)
    passkeys.purge()
    assert rows(SpentChallenge) == []


def test_asking_and_answering_are_limited(visitor, limits):
    statuses = {enter(visitor, "").status_code for _ in range(121)}
    assert statuses == {303, 429}


@pytest.mark.parametrize(
    ("public_url", "host", "domain"),
    [
        ("https://otklik.example", "inner:8000", "otklik.example"),
        ("https://отклик.рф", "inner:8000", "xn--h1adbcny.xn--p1ai"),
        ("http://127.0.0.1:5000", "localhost:5000", "localhost"),
        ("http://127.0.0.1:5000", "127.0.0.1:5000", None),
        ("http://otklik.example", "otklik.example", None),
        ("http://127.0.0.1:5000", "a..b:c", None),
        ("https://203.0.113.7", "203.0.113.7", None),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(app, visitor, monkeypatch, public_url, host, domain):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], public_url=public_url))
    page = visitor.get("/login", headers={"Host": host}).text
    assert ('id="passkey"' in page) == (domain is not None)
    with app.test_request_context(headers={"Host": host}):
        site = challenges.passkey_site()
    assert (site and site.domain) == domain

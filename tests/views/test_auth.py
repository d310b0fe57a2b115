"""Signing in with Google, VK ID, Yandex ID, Telegram and Facebook, against stand-ins that speak their protocols."""

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.constants import Deal, PropertyType, Role
from app.extensions import db
from app.integrations import sign_in
from app.models.accounts import Consent, Identity, User
from app.models.base import utcnow
from app.models.inquiries import Inquiry
from app.models.outbox import Delivery
from app.services import accounts, inquiries
from app.services.inquiries import InquiryDraft
from app.services.transaction import transaction
from app.views import pending
from tests import providers
from tests.providers import StandIn

ALL = list(sign_in.TABLE)
GOOD = "верная лошадь батарея"
AGREED = {"consent": "y", "consent_data": "y"}


@pytest.fixture
def there(app, build, monkeypatch):
    """The providers, and our keys for them."""
    stand_in = StandIn()
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # loopback has no TLS
    for name, provider in list(sign_in.TABLE.items()):
        monkeypatch.setitem(sign_in.TABLE, name, stand_in.of(provider))
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], sign_in=providers.KEYS))
    yield stand_in
    stand_in.stop()


def go(browser, there, name, person=None, address=None):
    """All the way there and back; the answer of our callback."""
    away = browser.get(address or f"/auth/{name}")
    assert away.status_code == 302
    return browser.get(local(there.agree(away.location, person)))


def local(location):
    return location.removeprefix("http://localhost")


def finish(browser, **changes):
    typed = {"name": "Анна", "email": "anna@gmail.com"} | AGREED | changes
    return browser.post("/auth/finish", data={name: value for name, value in typed.items() if value is not None})


def is_in(browser):
    return browser.get("/my/profile").status_code == 200


def rows(model):
    db.session.rollback()  # what other sessions stored meanwhile
    return db.session.scalars(sa.select(model)).all()


def one(model):
    (row,) = rows(model)
    return row


def anna(email="anna@gmail.com", verified=False):
    user = accounts.register(name="Анна", email=email, password=GOOD)
    if verified:
        with transaction():
            user.email_verified_at = utcnow()
    return user


@pytest.mark.parametrize("name", ALL)
def test_a_newcomer_gets_an_account_and_comes_back_into_it(app, there, visitor, name):
    page = go(visitor, there, name)
    assert page.location == "/auth/finish"
    assert sign_in.TABLE[name].label in visitor.get("/auth/finish").text
    assert rows(User) == [], "nothing is made before both consents"
    answer = finish(visitor, email="anna@example.com")
    assert (answer.status_code, answer.location) == (303, "/my/inquiries")
    assert is_in(visitor)
    user, identity = one(User), one(Identity)
    assert (user.role, user.name, user.password_hash) == (Role.CLIENT, "Анна", None)
    assert identity.provider == name
    assert len(rows(Consent)) == 2
    again = app.test_client()
    assert go(again, there, name).location == "/my/inquiries"
    assert is_in(again)
    assert one(User).id == user.id


@pytest.mark.parametrize("name", ALL)
def test_what_the_table_promises_is_what_arrives(there, visitor, name):
    """The page tells people what we get: it must not get to know less or more than it says."""
    go(visitor, there, name)
    with visitor.session_transaction() as session:
        got = session["arrival"]["profile"]
        kept = " ".join(map(str, session.values()))
    gives = sign_in.TABLE[name].gives
    assert bool(got["name"]) == (gives["name"] == "yes")
    assert bool(got["email"]) == (gives["email"] != "no")
    assert got["email_verified"] == (gives["email"] in {"verified", "own_mailbox"})
    assert not any(token in kept for token in there.tokens), "no token in the cookie"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Заполните"),
        ({"email": "anna"}, "не похоже на адрес"),
        ({"consent": None}, "Без этого согласия"),
        ({"consent_data": None}, "Без этого согласия"),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field(there, visitor, changes, said):
    go(visitor, there, "telegram")
    answer = finish(visitor, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert rows(User) == []


def test_an_address_is_verified_only_by_the_provider_that_says_so(app, there, visitor):
    go(visitor, there, "google")
    finish(visitor)
    assert one(User).email_verified_at is not None
    other = app.test_client()
    go(other, there, "facebook", {"id": "f-2", "name": "Б", "email": "boris@gmail.com"})
    finish(other, email="boris@gmail.com")
    assert [user.email_verified_at is None for user in rows(User)] == [False, True]


def test_another_address_than_the_verified_one_is_not_verified(there, visitor):
    go(visitor, there, "google")
    finish(visitor, email="other@gmail.com")
    assert one(User).email_verified_at is None


def test_an_email_links_when_both_sides_know_it(there, visitor):
    user = anna(verified=True)
    assert go(visitor, there, "google").location == "/my/inquiries"
    assert is_in(visitor)
    assert one(Identity).user_id == user.id
    letter = db.session.scalar(sa.select(Delivery).where(Delivery.kind == "identity_linked"))
    assert letter.address == "anna@gmail.com"


@pytest.mark.parametrize(("name", "verified"), [("google", False), ("facebook", True), ("facebook", False)])
def test_otherwise_the_password_is_proven_first(there, visitor, name, verified):
    user = anna(verified=verified)
    assert go(visitor, there, name).location == "/auth/finish"
    assert not is_in(visitor)
    page = visitor.get("/auth/finish").text
    assert "anna@gmail.com" in page
    assert "Условия" not in page.split("<main")[1].split("</main>")[0]
    wrong = visitor.post("/auth/finish/proof", data={"password": "не тот пароль"})
    assert wrong.status_code == 422
    assert not is_in(visitor)
    assert visitor.post("/auth/finish/proof", data={"password": GOOD}).status_code == 303
    assert is_in(visitor)
    assert one(Identity).user_id == user.id
    assert (one(User).email_verified_at is not None) == (verified or name == "google")


def test_an_account_cannot_be_taken_by_typing_its_address(there, visitor):
    anna(email="boris@example.com")
    go(visitor, there, "telegram")
    assert finish(visitor, email="BORIS@example.com").location == "/auth/finish"
    assert not is_in(visitor)
    assert "Это вы?" in visitor.get("/auth/finish").text
    visitor.post("/auth/finish/other")
    finish(visitor, email="anna@example.com")
    assert is_in(visitor)
    assert len(rows(User)) == 2


def test_who_opened_an_account_on_a_foreign_address_loses_it_to_the_owner(app, there, visitor):
    """The address of another is not confirmed at registration: its owner's link shuts the stranger's doors."""
    go(visitor, there, "facebook", {"id": "stranger", "name": "Х", "email": ""})
    finish(visitor, email="victim@gmail.com")
    user = one(User)
    token = accounts.recovery.make_token(user, hours=1)
    accounts.reset_password(token, GOOD)
    assert not is_in(visitor)
    assert rows(Identity) == []
    assert go(app.test_client(), there, "facebook", {"id": "stranger", "name": "Х"}).location == "/auth/finish"


def test_another_account_of_the_same_provider_is_another_person(app, there, visitor):
    go(visitor, there, "google")
    finish(visitor)
    stranger = {"sub": "g-other", "name": "Другая", "email": "anna@gmail.com", "email_verified": False}
    other = app.test_client()
    assert go(other, there, "google", stranger).location == "/auth/finish"
    assert not is_in(other)


def test_the_inquiry_typed_before_survives(app, there, visitor, build):
    build.realtor()
    draft = InquiryDraft(deal=Deal.RENT, city=build.city(), property_type=PropertyType.APARTMENT, rooms=("2",))
    with app.test_request_context():
        response = app.response_class()
        pending.remember(response, inquiries.keep_pending(draft.payload()))
    visitor.set_cookie(pending.COOKIE, response.headers["Set-Cookie"].split("=", 1)[1].split(";")[0].strip('"'))
    go(visitor, there, "vk")
    assert "Прага" in visitor.get("/auth/finish").text
    finish(visitor)
    assert one(Inquiry).client.email == "anna@gmail.com"


@pytest.mark.parametrize("role", ["realtor", "supervisor"])
def test_realtors_and_owners_link_and_come_in(app, there, build, browser_of, role):
    user = build.realtor() if role == "realtor" else build.supervisor()
    browser = browser_of(user)
    connect(browser, there, "yandex")
    assert one(Identity).user_id == user.id
    other = app.test_client()
    answer = go(other, there, "yandex")
    assert answer.location == {"realtor": "/office/inquiries/", "supervisor": "/supervisor/"}[role]
    assert is_in(other)


def connect(browser, there, name, person=None):
    page = browser.get("/my/profile").text
    address = page.split(f'href="/auth/{name}?link=')[1].split('"')[0]
    return go(browser, there, name, person, f"/auth/{name}?link={address}")


def test_a_link_needs_the_wish_of_its_own_person(there, build, browser_of):
    me, other = build.client(), build.client()
    wish = browser_of(other).get("/my/profile").text.split('href="/auth/google?link=')[1].split('"')[0]
    for token in (wish, "made-up"):
        answer = browser_of(me).get(f"/auth/google?link={token}")
        assert answer.status_code == 303
        assert answer.location.startswith("/my/profile")
    assert there.asked == []


def test_one_account_elsewhere_opens_one_account_here(there, build, browser_of):
    first, second = build.client(), build.client()
    connect(browser_of(first), there, "google")
    browser = browser_of(second)
    connect(browser, there, "google")
    assert "другой человек" in browser.get("/my/profile").text
    assert one(Identity).user_id == first.id


def unlink(browser):
    return browser.post(f"/my/profile/ways-in/{one(Identity).public_id}/remove")


@pytest.mark.every_database
def test_the_last_way_in_stays_until_there_is_a_password(app, there, visitor):
    go(visitor, there, "google")
    finish(visitor)
    unlink(visitor)
    assert "единственный способ" in visitor.get("/my/profile").text
    assert one(Identity)
    visitor.post("/my/profile/password", data={"password-new": GOOD})
    unlink(visitor)
    assert rows(Identity) == []
    assert go(app.test_client(), there, "google", {"sub": "g-anna", "name": "А"}).location == "/auth/finish"


def test_a_way_in_of_another_cannot_be_removed(there, build, browser_of):
    connect(browser_of(build.client()), there, "google")
    assert unlink(browser_of(build.client())).status_code == 404
    assert unlink(browser_of(build.supervisor())).status_code == 404
    assert one(Identity)


def test_the_blocked_are_told_why(there, visitor):
    go(visitor, there, "google")
    finish(visitor)
    user = one(User)
    visitor.post("/logout")
    with transaction():
        user.blocked_at, user.blocked_reason = utcnow(), "рассылка рекламы"
    assert go(visitor, there, "google").location == "/login"
    assert "рассылка рекламы" in visitor.get("/login").text


# What can go wrong on the way


def told(browser, answer):
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login")
    return browser.get(answer.location).text


@pytest.mark.parametrize("name", ALL)
def test_a_cancelled_sign_in_is_no_error(there, visitor, name):
    away = visitor.get(f"/auth/{name}?next=/my/notifications").location
    answer = visitor.get(local(there.cancel(away)))
    assert "не завершили вход" in told(visitor, answer)
    assert "next=" in answer.location, "the page wanted before is not lost"


@pytest.mark.parametrize("name", ALL)
def test_a_callback_that_this_browser_did_not_begin_is_refused(app, there, visitor, name):
    """Whoever sends somebody a finished callback of their own must not sign them in."""
    begun = app.test_client().get(f"/auth/{name}").location
    assert "в другом окне" in told(visitor, visitor.get(local(there.agree(begun))))
    assert there.asked == []


def test_a_callback_works_once(there, visitor):
    back = local(there.agree(visitor.get("/auth/google").location))
    visitor.get(back)
    assert "в другом окне" in told(visitor, visitor.get(back))


@pytest.mark.parametrize("name", ALL)
def test_a_provider_that_says_no_is_told_about(there, visitor, name):
    there.broken = 400
    assert "не подтвердил" in told(visitor, go(visitor, there, name))


@pytest.mark.parametrize("name", ALL)
def test_a_silent_provider_is_told_about(there, visitor, name):
    back = local(there.agree(visitor.get(f"/auth/{name}").location))
    there.stop()
    assert "не отвечает" in told(visitor, visitor.get(back))


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "somebody-else"},
        {"aud": ["12345", "somebody-else"]},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": ""},
    ],
)
@pytest.mark.parametrize("name", ["google", "telegram"])
def test_an_id_token_of_another_is_not_believed(there, visitor, name, wrong):
    answer = go(visitor, there, name, providers.ANNA[name] | wrong)
    assert "не подтвердил" in told(visitor, answer)


def test_an_id_token_of_another_dance_is_not_believed(there, visitor):
    there.nonce = "an older one"
    assert "не подтвердил" in told(visitor, go(visitor, there, "google"))


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil"])
def test_only_local_pages_follow(app, there, visitor, target):
    go(visitor, there, "google")
    finish(visitor)
    answer = go(app.test_client(), there, "google", address=f"/auth/google?next={target}")
    assert answer.location == "/my/inquiries"


def test_the_page_wanted_before_is_reached(app, there, visitor):
    go(visitor, there, "google")
    finish(visitor)
    assert go(app.test_client(), there, "google", address="/auth/google?next=/my/notifications").location == (
        "/my/notifications"
    )


def test_only_what_is_configured_is_there(app, build, visitor, monkeypatch):
    assert "/auth/" not in visitor.get("/login").text
    for name in ALL:
        assert visitor.get(f"/auth/{name}").status_code == 404
        assert visitor.get(f"/auth/{name}/authorized?code=x&state=y").status_code == 404
    keys = {"vk": providers.Keys("1", ""), "google": providers.Keys("1", "")}  # Google wants a secret, too
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], sign_in=keys))
    page = visitor.get("/login").text
    assert "/auth/vk" in page
    assert "/auth/google" not in page


def test_the_page_that_explains_is_made_from_the_table(there, visitor):
    page = visitor.get("/support/sign-in").text
    assert all(provider.label in page for provider in sign_in.TABLE.values())
    assert "Instagram" in page
    assert "yes" not in {word.strip() for word in page.split("<td>")}


@pytest.mark.every_database
def test_ten_at_once_and_nobody_comes_in_as_another(app, there, build):
    """Kept for ever: on stock Flask-Dance, whose session lives on the blueprint, people came in as others."""
    there.delay = 0.3
    names = [f"person{n}@gmail.com" for n in range(10)]
    browsers = [app.test_client() for _ in names]
    gate, problems = threading.Barrier(len(names)), []

    def come_in(browser, email):
        try:
            away = browser.get("/auth/google").location
            gate.wait(20)
            person = {"sub": f"g-{email}", "name": email, "email": email, "email_verified": True}
            browser.get(local(there.agree(away, person)))
            gate.wait(20)
            finish(browser, name=email, email=email)
            if f"{email}</p>" not in browser.get("/my/profile").text:
                problems.append(email)
        except Exception as error:
            problems.append(repr(error))
            gate.abort()

    threads = [threading.Thread(target=come_in, args=pair) for pair in zip(browsers, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    db.session.rollback()
    pairs = db.session.execute(sa.select(User.email, Identity.subject).join(Identity, Identity.user_id == User.id))
    assert {(email, f"g-{email}") for email in names} == set(pairs.all())

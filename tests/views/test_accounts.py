"""Registration, sign-in, sign-out and recovery through their pages."""

import re

import pytest
import sqlalchemy as sa

from app.constants import Deal, PropertyType
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.inquiries import Inquiry
from app.models.outbox import Delivery
from app.services import accounts, inquiries
from app.services.inquiries import InquiryDraft
from app.services.transaction import transaction
from app.views import pending

GOOD = "верная лошадь батарея"
NEWCOMER = {"name": "Анна", "email": "anna@mail.ru", "password": GOOD, "consent": "y", "consent_data": "y"}


def register(browser, **changes):
    data = {name: value for name, value in (NEWCOMER | changes).items() if value is not None}
    return browser.post("/register", data=data)


def sign_in(browser, email="anna@mail.ru", password=GOOD, **more):
    return browser.post("/login", data={"email": email, "password": password} | more)


def is_in(browser):
    return browser.get("/my/profile").status_code == 200


@pytest.fixture
def anna(build):
    return accounts.register(name="Анна", email="anna@mail.ru", password=GOOD)


@pytest.mark.parametrize("page", ["/login", "/register", "/password/forgot", "/password/forgot/sent"])
def test_pages_open_to_everybody_in_both_languages(visitor, page):
    assert visitor.get(page).status_code == 200
    assert 'lang="en"' in visitor.get(page, headers={"Accept-Language": "en"}).text


def test_registration_signs_in_at_once(visitor, build):
    response = register(visitor, phone="8 916 123-45-67")
    assert response.status_code == 303
    assert is_in(visitor)
    user = db.session.scalar(sa.select(User))
    assert (user.email, user.phone, user.locale) == ("anna@mail.ru", "+79161234567", "ru")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Заполните"),
        ({"email": "anna"}, "не похоже на адрес"),
        ({"phone": "12"}, "Такого номера не бывает"),
        ({"password": "1234567"}, "Не меньше 8"),
        ({"password": "qwerty123"}, "подбирают"),
        ({"consent": None}, "Без этого согласия"),
        ({"consent_data": None}, "Без этого согласия"),
    ],
)
def test_errors_stand_at_their_field_and_nothing_typed_is_lost(visitor, build, changes, said):
    response = register(visitor, **changes)
    assert response.status_code == 422
    assert said in response.text
    assert 'aria-invalid="true"' in response.text
    kept = (NEWCOMER | changes)["email"]
    assert f'value="{kept}"' in response.text
    assert GOOD not in response.text, "a password is never sent back"
    assert db.session.scalar(sa.select(User)) is None


def test_a_known_email_is_told_so_with_a_way_out(visitor, anna):
    response = register(visitor, email="ANNA@mail.ru")
    assert response.status_code == 422
    assert "уже есть" in response.text
    assert "/password/forgot?email=ANNA@mail.ru" in response.text.replace("%40", "@")


def test_sign_in_and_sign_out(visitor, anna):
    assert sign_in(visitor).status_code == 303
    assert is_in(visitor)
    assert visitor.post("/logout").status_code == 303
    assert not is_in(visitor)


def test_unknown_email_and_wrong_password_get_the_same_answer(visitor, anna):
    def body(**data):
        text = sign_in(visitor, **data).text
        return re.sub(r'value="[^"]*"', "", text)

    assert body(password="wrong") == body(email="nobody@mail.ru")


def test_the_session_is_a_new_one_after_sign_in(visitor, anna):
    with visitor.session_transaction() as session:
        session["planted"] = "x"
    sign_in(visitor)
    with visitor.session_transaction() as session:
        assert "planted" not in session


def test_remember_me_is_kept_only_when_wished(app, anna):
    wishes = {}
    for remember in ("y", None):
        browser = app.test_client()
        sign_in(browser, **({"remember": "y"} if remember else {}))
        wishes[remember] = browser.get_cookie("otklik_remember") is not None
    assert wishes == {"y": True, None: False}


def test_signing_out_forgets_this_browser_too(visitor, anna):
    sign_in(visitor, remember="y")
    visitor.post("/logout")
    assert visitor.get_cookie("otklik_remember") is None
    assert not is_in(visitor)


def test_who_signs_in_without_being_remembered_ends_the_memory_of_another(visitor, anna, build):
    build.client(email="boris@mail.ru", password_hash=anna.password_hash)
    sign_in(visitor, remember="y")
    sign_in(visitor, email="boris@mail.ru")
    assert visitor.get_cookie("otklik_remember") is None
    assert "boris@mail.ru" in visitor.get("/my/profile").text


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/my/notifications", "/my/notifications"),
        ("https://evil.example", None),
        ("//evil.example", None),
        ("/\\evil", None),
    ],
)
def test_only_local_pages_follow_sign_in(visitor, anna, target, lands):
    response = sign_in(visitor, next=target)
    assert response.location == lands or (lands is None and "evil" not in response.location)


def test_the_page_wanted_before_is_reached_by_registration_too(visitor, build):
    page = visitor.get("/my/profile")
    assert page.status_code == 303
    switch = visitor.get(page.location)
    assert "/register?next=/my/profile" in switch.text.replace("%2F", "/")
    assert register(visitor, next="/my/profile").location == "/my/profile"


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("client", "/my/inquiries"),
        ("realtor", "/office/inquiries/"),
        ("supervisor", "/supervisor/"),
        ("scout", "/"),
        ("agent", "/supervisor/support/"),
    ],
)
def test_everybody_begins_at_the_home_of_the_role(visitor, build, anna, role, home):
    values = {"email": "someone@mail.ru", "password_hash": anna.password_hash}
    build.realtor(**values) if role == "realtor" else build.user(role, **values)
    response = sign_in(visitor, email="someone@mail.ru")
    assert response.location == home
    assert visitor.get(response.location).status_code == 200


def test_the_signed_in_need_no_sign_in_page(browser_of, anna):
    assert browser_of(anna).get("/login").status_code == 303
    assert browser_of(anna).get("/register").status_code == 303


def test_the_blocked_are_told_why_and_stay_outside(visitor, anna):
    with transaction():
        anna.blocked_at, anna.blocked_reason = utcnow(), "рассылка рекламы"
    response = sign_in(visitor)
    assert response.status_code == 422
    assert "рассылка рекламы" in response.text
    assert not is_in(visitor)


def test_recovery_from_the_letter_to_the_new_password(app, visitor, anna):
    other = app.test_client()
    sign_in(other)
    answer = visitor.post("/password/forgot", data={"email": "anna@mail.ru"})
    unknown = visitor.post("/password/forgot", data={"email": "nobody@mail.ru"})
    assert (answer.status_code, answer.location) == (unknown.status_code, unknown.location)
    path = db.session.scalar(sa.select(Delivery).where(Delivery.kind == "password_reset")).payload["path"]
    assert "anna@mail.ru" in visitor.get(path).text
    assert visitor.post(path, data={"password": "short"}).status_code == 422
    assert visitor.post(path, data={"password": "совсем другой пароль"}).status_code == 303
    assert is_in(visitor)
    assert not is_in(other), "other sessions end"
    assert visitor.get(path).status_code == 404
    assert visitor.post(path, data={"password": "и ещё один пароль"}).status_code == 404


def draft(build):
    return InquiryDraft(deal=Deal.RENT, city=build.city(), property_type=PropertyType.APARTMENT, rooms=("2",))


def keep_inquiry(app, browser, build):
    with app.test_request_context():
        response = app.response_class()
        pending.remember(response, inquiries.keep_pending(draft(build).payload()))
    browser.set_cookie(pending.COOKIE, response.headers["Set-Cookie"].split("=", 1)[1].split(";")[0].strip('"'))


def test_an_inquiry_typed_before_is_announced_and_sent_on_registration(app, visitor, build):
    build.realtor()
    keep_inquiry(app, visitor, build)
    for page in ("/login", "/register"):
        text = visitor.get(page).text
        assert "Почти готово" in text
        assert "Прага" in text
    assert register(visitor, next="/my/profile").location == "/my/inquiries"
    inquiry = db.session.scalar(sa.select(Inquiry))
    assert inquiry.client.email == "anna@mail.ru"
    assert visitor.get_cookie(pending.COOKIE) is None


def test_an_inquiry_typed_before_is_sent_on_sign_in(app, visitor, build, anna):
    keep_inquiry(app, visitor, build)
    assert sign_in(visitor).location == "/my/inquiries"
    assert db.session.scalar(sa.select(Inquiry)).client_id == anna.id


def guess(browser, address="127.0.0.1", **more):
    data = {"email": "anna@mail.ru", "password": "wrong"} | more
    return browser.post("/login", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_guessing_is_limited_and_success_does_not_count(visitor, anna, limits):
    for _ in range(12):
        assert sign_in(visitor).status_code == 303
        visitor.post("/logout")
    answers = [guess(visitor) for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert guess(visitor, email="other@mail.ru") == 422, "another e-mail is not locked out"


def test_who_guesses_elsewhere_shuts_nobody_out_of_the_own_browser(app, anna, limits):
    """Neither from one address nor from many: what the owner used before stays open."""
    own = app.test_client()
    sign_in(own)
    own.post("/logout")
    strangers = [guess(app.test_client(), f"10.0.0.{n}") for n in range(60)]
    assert strangers.count(422) == 50
    assert guess(app.test_client(), "10.0.1.1", password=GOOD) == 429, "a stranger waits, even with the right one"
    assert guess(own, "10.0.2.1", password=GOOD) == 303


def test_a_browser_of_ones_own_guesses_no_better(app, anna, build, limits):
    build.client(email="boris@mail.ru", password_hash=anna.password_hash)
    thief = app.test_client()
    sign_in(thief, email="boris@mail.ru")
    thief.post("/logout")
    answers = [guess(thief, f"10.0.0.{n}") for n in range(51)]
    assert answers[-1] == 429, "it is known with another person only"


@pytest.mark.parametrize(("page", "most"), [("/register", 20), ("/password/forgot", 5)])
def test_other_doors_are_limited_too(visitor, build, limits, page, most):
    answers = [visitor.post(page, data={"email": "a@mail.ru"}).status_code for _ in range(most + 1)]
    assert answers[-1] == 429
    assert 429 not in answers[:-1]


def test_posts_without_a_token_are_refused(visitor, anna):
    for page in ("/login", "/register", "/logout", "/password/forgot", "/my/profile"):
        assert visitor.post(page, csrf=False).status_code == 400

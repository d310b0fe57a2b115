from datetime import timedelta

import html5lib
import pytest

from app.constants import InquirySource, InquiryStatus
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.inquiries import Inquiry, PendingInquiry
from app.models.outbox import Delivery
from app.services import inquiries
from app.views import pending


def typed(city, /, **values):
    """What the contract's form sends."""
    return {
        "deal": "rent",
        "country": city.country.code,
        "city": str(city.public_id),
        "property_type": "apartment",
        "rooms": ["2", "3"],
        "budget_max": "900",
        "currency": "EUR",
    } | values


QUICK = {"name": "Анна", "email": "anna@example.com", "consent": "y", "consent_data": "y"}


def tree(response):
    return html5lib.parse(response.get_data(as_text=True), namespaceHTMLElements=False)


def value_of(page, name):
    found = page.find(f".//input[@name='{name}']")
    return found.get("value")


def selected(page, name):
    select = page.find(f".//select[@name='{name}']")
    return next((o.get("value") for o in select.iter("option") if o.get("selected") is not None), None)


def made():
    db.session.rollback()  # look again: the browser wrote in its own session
    return db.session.scalars(db.select(Inquiry)).all()


@pytest.fixture
def prague(build):
    city = build.city("Прага")
    build.realtor(city=city)
    return city


def test_the_form_offers_served_places_only(visitor, build, prague):
    build.city("Брно")
    page = tree(visitor.get("/"))
    options = [o.text for o in page.find(".//select[@name='city']").iter("option") if o.get("value")]
    assert options == ["Прага"]
    countries = [o.get("value") for o in page.find(".//select[@name='country']").iter("option")]
    assert countries == ["", "CZ"]


def test_a_link_of_the_list_of_cities_chooses_it(visitor, build, prague):
    brno = build.city("Брно")
    assert selected(tree(visitor.get(f"/?city={prague.public_id}")), "city") == str(prague.public_id)
    assert selected(tree(visitor.get(f"/?city={brno.public_id}")), "city") == str(brno.public_id), (
        "unserved, but chosen"
    )
    assert visitor.get("/?city=nonsense").status_code == 200


def test_figures_are_shown_only_when_there_are_some(visitor, build):
    assert (
        "риелтор"
        not in visitor.get("/").get_data(as_text=True).split("promise")[1].split("</section>")[0].split("</p>")[1]
    )
    build.realtor()
    assert "<b>1</b> риелтор" in visitor.get("/").get_data(as_text=True)


def test_a_client_sends_an_inquiry(browser_of, build, prague):
    client = build.client()
    answer = browser_of(client).post("/inquiries", data=typed(prague, budget_min="500", wishes="Тихо", area_min="50"))
    assert (answer.status_code, answer.location) == (303, "/my/inquiries")
    [inquiry] = made()
    assert (inquiry.client_id, inquiry.status, inquiry.source) == (client.id, InquiryStatus.NEW, InquirySource.SITE)
    assert (inquiry.budget_min, inquiry.budget_max, inquiry.currency) == (50_000, 90_000, "EUR")
    assert (inquiry.rooms, inquiry.area_min, inquiry.wishes) == (["2", "3"], 50, "Тихо")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("420 000", 42_000_000),
        ("420\u00a0000", 42_000_000),
        ("1.250,50", 125_050),
        ("420,000", 42_000_000),
        ("900 €", 90_000),
    ],
)
def test_amounts_are_read_as_people_write_them(browser_of, build, prague, text, minor):
    browser_of(build.client()).post("/inquiries", data=typed(prague, budget_max=text))
    assert made()[0].budget_max == minor


def test_a_budget_without_a_currency_is_in_the_countrys_own(browser_of, build, prague):
    browser_of(build.client()).post("/inquiries", data=typed(prague, currency=""))
    assert made()[0].currency == "CZK"


def test_rooms_are_dropped_where_they_mean_nothing(browser_of, build, prague):
    browser_of(build.client()).post("/inquiries", data=typed(prague, property_type="land"))
    assert made()[0].rooms == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"city": ""}, "city"),
        ({"city": "nonsense"}, "city"),
        ({"country": "DE"}, "city"),
        ({"budget_min": "много"}, "budget_min"),
        ({"budget_min": "1000"}, "budget_max"),
        ({"move_in": (utcnow().date() - timedelta(days=1)).isoformat()}, "move_in"),
        ({"move_in": "завтра"}, "move_in"),
        ({"area_min": "сто"}, "area_min"),
        ({"wishes": "я" * 2001}, "wishes"),
        ({"deal": "swap"}, "deal"),
        ({"property_type": "castle"}, "property_type"),
        ({"rooms": ["7"]}, "rooms"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_typed_is_lost(browser_of, build, prague, values, field):
    answer = browser_of(build.client()).post("/inquiries", data=typed(prague, **{"wishes": "Рядом парк"} | values))
    assert answer.status_code == 422 and made() == []
    page = tree(answer)
    assert page.find(f".//*[@id='{field}-error']") is not None
    assert "budget_min" not in values or value_of(page, "budget_min") == values["budget_min"]
    assert value_of(page, "budget_max") == "900"
    assert field == "wishes" or page.find(".//textarea[@name='wishes']").text.strip() == "Рядом парк"
    assert field == "city" or selected(page, "city") == str(prague.public_id)
    checked = [i.get("value") for i in page.findall(".//input[@name='rooms']") if i.get("checked") is not None]
    assert field == "rooms" or checked == ["2", "3"]


def test_pressing_twice_is_one_inquiry(browser_of, build, prague):
    browser = browser_of(build.client())
    nonce = value_of(tree(browser.get("/")), "nonce")
    for wishes in ("Тихо", "Тихо, рядом парк"):
        browser.post("/inquiries", data=typed(prague, nonce=nonce, wishes=wishes))
    browser.post("/inquiries", data=typed(prague, wishes="Тихо"))
    assert len(made()) == 1


def test_signed_out_it_is_kept_and_sent_after_signing_in(visitor, build, prague):
    client = build.client()
    answer = visitor.post("/inquiries", data=typed(prague, wishes="Тихо"))
    assert (answer.status_code, answer.location) == (303, "/login")
    assert visitor.get_cookie(pending.COOKIE).http_only and made() == []
    assert "Снять квартиру, Прага" in visitor.get("/login").get_data(as_text=True)
    token = db.session.scalar(db.select(PendingInquiry.token))
    assert inquiries.claim_pending(token, actor=client).wishes == "Тихо"


def test_registration_sends_what_was_typed_before_it(visitor, prague):
    visitor.post("/inquiries", data=typed(prague, wishes="Тихо"))
    visitor.post("/inquiries", data=typed(prague, wishes="Или с балконом"))
    person = {"name": "Анна", "email": "anna@example.com", "password": "a long secret of mine"}
    answer = visitor.post("/register", data=person | {"consent": "y", "consent_data": "y"})
    assert (answer.status_code, answer.location) == (303, "/my/inquiries")
    assert [inquiry.wishes for inquiry in made()] == ["Тихо", "Или с балконом"]
    assert visitor.get_cookie(pending.COOKIE) is None


def test_the_quick_way_makes_the_account_and_sends_the_inquiry(visitor, prague):
    answer = visitor.post("/inquiries", data=typed(prague) | QUICK | {"phone": "+420 777 123 456"})
    assert (answer.status_code, answer.location) == (303, "/my/inquiries")
    [inquiry] = made()
    assert (inquiry.client.email, inquiry.source) == ("anna@example.com", InquirySource.QUICK)
    assert visitor.get("/my/inquiries").status_code == 200, "signed in"
    assert "quick_account" in db.session.scalars(db.select(Delivery.kind)).all()


@pytest.mark.parametrize("missing", ["name", "email", "consent", "consent_data"])
def test_the_quick_way_asks_for_what_it_needs(visitor, prague, missing):
    values = QUICK | {missing: ""}
    answer = visitor.post("/inquiries", data=typed(prague) | {k: v for k, v in values.items() if v})
    assert answer.status_code == 422 and made() == []
    page = tree(answer)
    assert page.find(f".//*[@id='{missing}-error']") is not None
    assert page.find(".//details[@data-quick]").get("open") is not None
    assert db.session.scalar(db.select(db.func.count(User.id)).where(User.email == QUICK["email"])) == 0


def test_the_quick_way_tells_everything_that_is_wrong_at_once(visitor, prague):
    wrong = {"name": "", "email": "anna", "phone": "12", "consent": "y", "budget_min": "много"}
    page = tree(visitor.post("/inquiries", data=typed(prague) | wrong))
    for field in ("name", "email", "phone", "consent_data", "budget_min"):
        assert page.find(f".//*[@id='{field}-error']") is not None, field
    assert (value_of(page, "email"), value_of(page, "phone")) == ("anna", "12")


def test_a_known_e_mail_is_never_signed_in_by_the_quick_way(visitor, build, prague):
    build.client(email="anna@example.com")
    answer = visitor.post("/inquiries", data=typed(prague) | QUICK)
    assert (answer.status_code, answer.location) == (303, "/login")
    assert made() == [] and visitor.get("/my/inquiries").status_code == 303
    assert "запрос сохранён" in visitor.get("/login").get_data(as_text=True)


def test_pressing_the_quick_way_twice_is_once(visitor, app, prague):
    nonce = value_of(tree(visitor.get("/")), "nonce")
    data = typed(prague, nonce=nonce) | QUICK
    visitor.post("/inquiries", data=data)
    other_tab = app.test_client()
    other_tab.post("/inquiries", data=data)
    [inquiry] = made()
    token = db.session.scalar(db.select(PendingInquiry.token).where(PendingInquiry.inquiry_id.is_not(None)))
    assert inquiries.claim_pending(token, actor=inquiry.client) is inquiry


def test_a_robot_is_sent_through_sign_in_with_what_it_typed_kept(visitor, prague):
    answer = visitor.post("/inquiries", data=typed(prague, company_fax="x") | QUICK)
    assert answer.location == "/login" and made() == []
    assert db.session.scalar(db.select(User.id).where(User.email == QUICK["email"])) is None
    assert visitor.get_cookie(pending.COOKIE)


def test_forms_sent_back_at_once_again_and_again_go_through_sign_in_too(app, prague, limits):
    def haste(n):
        browser = app.test_client()
        page = tree(browser.get("/"))
        stamps = {name: value_of(page, name) for name in ("nonce", "shown")}
        return browser.post(
            "/inquiries", data=typed(prague, **stamps) | QUICK | {"email": f"a{n}@example.com"}
        ).location

    assert [haste(n) for n in range(4)] == ["/my/inquiries"] * 3 + ["/login"]
    assert len(made()) == 3


def test_too_many_inquiries_are_stopped(browser_of, build, prague, limits):
    browser = browser_of(build.client())
    codes = [browser.post("/inquiries", data=typed(prague, wishes=str(n))).status_code for n in range(14)]
    assert codes[0] == 303 and codes[-1] == 429


def test_an_unserved_city_is_found_without_a_script_and_kept_as_demand(browser_of, build, prague):
    tbilisi = build.city("Тбилиси")
    browser = browser_of(build.client())
    answer = browser.post("/inquiries", data=typed(prague, find_city="1", city_query="тбил", wishes="Тихо"))
    page = tree(answer)
    assert selected(page, "city") == str(tbilisi.public_id)
    assert page.find(".//textarea[@name='wishes']").text.strip() == "Тихо"
    answer = browser.post("/inquiries", data=typed(tbilisi, country="", currency=""))
    assert answer.status_code == 303
    [inquiry] = made()
    assert (inquiry.status, inquiry.awaiting_realtor, inquiry.currency) == (InquiryStatus.DRAFT, True, "GEL")
    assert "ждём риелтора в городе" in browser.get("/my/inquiries").get_data(as_text=True)


def test_any_city_is_found_by_the_beginning_of_its_name(visitor, build):
    tbilisi = build.city("Тбилиси")
    [found] = visitor.get("/cities/search?q=тби").json["cities"]
    assert found == {
        "id": str(tbilisi.public_id),
        "name": "Тбилиси, Грузия",
        "country": "GE",
        "currency": "GEL",
    }
    assert visitor.get("/cities/search?q=т").json == {"cities": []}


def test_staff_see_the_way_to_their_desk_instead_of_the_form(browser_of, build, prague):
    browser = browser_of(build.supervisor())
    assert tree(browser.get("/")).find(".//form[@id='inquiry']") is None
    assert browser.post("/inquiries", data=typed(prague)).status_code == 403


def test_home_asks_the_database_little(visitor, prague, count_queries):
    visitor.get("/")
    with count_queries() as seen:
        visitor.get("/")
    assert len(seen) <= 5, "\n".join(seen)


def test_the_address_of_a_form_with_errors_can_be_opened_again(visitor):
    assert visitor.get("/inquiries").location == "/"


def test_home_speaks_english_too(visitor, prague):
    answer = visitor.get("/", headers={"Accept-Language": "en"})
    assert "the realtors of the whole city answer you" in answer.get_data(as_text=True)


def test_the_page_printed_for_everybody_holds_each_visitors_own_tokens(app, prague):
    pages = [tree(app.test_client().get("/")) for _ in range(3)]
    for name in ("csrf_token", "nonce", "shown"):
        assert len({value_of(page, name) for page in pages}) == 3


def test_the_printed_page_follows_what_it_shows(visitor, build, prague):
    assert "Берлин" not in visitor.get("/").get_data(as_text=True)
    build.realtor(city=build.city("Берлин"))
    page = visitor.get("/").get_data(as_text=True)
    assert "Берлин" in page and "<b>2</b> риелтора" in page

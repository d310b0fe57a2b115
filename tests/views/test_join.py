"""The realtors' closed link: who has it joins a city in one form."""

import re
import threading

import pytest
import sqlalchemy as sa

from app.constants import InquiryStatus, Role
from app.extensions import db
from app.models.accounts import Consent, JoinLink, Realtor, User
from app.models.partners import Agency
from app.models.places import City
from app.services import accounts, join_links
from app.services.transaction import transaction

GOOD = "верная лошадь батарея"
JOIN = "/join/secret-join-token"


@pytest.fixture
def link(build):
    return build.join_link()


@pytest.fixture
def prague(build):
    return build.city("Прага")


def form(place, **changes):
    data = {
        "country": place.country.code,
        "city": str(place.public_id),
        "city_name": "",
        "agency": "Богемия",
        "website": "bohemia.cz",
        "first_name": "Иван",
        "last_name": "Маклер",
        "phone": "777 123 456",
        "email": "ivan@mail.ru",
        "password": GOOD,
        "consent": "y",
        "consent_data": "y",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def one_realtor():
    db.session.rollback()
    return db.session.scalars(sa.select(Realtor)).one()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_opens_by_its_link_only_and_is_not_indexed(visitor, link, language):
    page = visitor.get(JOIN, headers={"Accept-Language": language})
    assert page.status_code == 200
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex' in page.text
    for wrong in ("/join/wrong", "/join/SECRET-JOIN-TOKEN", "/join/"):
        assert visitor.get(wrong).status_code == 404
        assert visitor.post(wrong, data={}).status_code == 404


@pytest.mark.parametrize("how", ["revoke", "rotate"])
def test_a_withdrawn_link_finds_nothing_even_for_a_form_already_open(visitor, link, prague, how):
    visitor.get(JOIN)
    getattr(join_links, how)(link, actor=None)
    assert visitor.get(JOIN).status_code == 404
    assert visitor.post(JOIN, data=form(prague)).status_code == 404
    db.session.rollback()
    assert db.session.scalar(sa.select(User)) is None


def test_joining_signs_in_and_serves_the_city_at_once(visitor, link, prague, build, heard):
    waiting = build.inquiry(
        city=prague, status=InquiryStatus.DRAFT, awaiting_realtor=True, published_at=None, published_day=None
    )
    response = visitor.post(JOIN, data=form(prague))
    assert response.status_code == 303
    assert visitor.get("/my/profile").status_code == 200
    realtor = one_realtor()
    user = realtor.user
    assert (user.role, user.name, user.email, user.phone) == (
        Role.REALTOR,
        "Иван Маклер",
        "ivan@mail.ru",
        "+420777123456",
    )
    assert (realtor.city, realtor.agency.name, realtor.agency.website) == (prague, "Богемия", "https://bohemia.cz")
    assert realtor.active
    assert realtor.join_link_id == link.id
    assert join_links.brought([link]) == {link.id: 1}
    assert len(db.session.scalars(sa.select(Consent)).all()) == 2
    assert waiting.status == InquiryStatus.NEW
    assert "places:changed" in {event.name for event in heard}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"country": ""}, "Заполните"),
        ({"city": ""}, "Заполните"),
        ({"agency": ""}, "Заполните"),
        ({"website": "not a site"}, "не похоже на адрес сайта"),
        ({"first_name": ""}, "Заполните"),
        ({"last_name": ""}, "Заполните"),
        ({"phone": ""}, "Заполните"),
        ({"phone": "12"}, "Такого номера не бывает"),
        ({"email": "ivan@"}, "не похоже на адрес"),
        ({"password": "12345678"}, "подбирают"),
        ({"consent": None}, "Без этого согласия"),
        ({"consent_data": None}, "Без этого согласия"),
    ],
)
def test_errors_stand_at_their_field_and_nothing_is_made(visitor, link, prague, changes, said):
    response = visitor.post(JOIN, data=form(prague, **changes))
    assert response.status_code == 422
    assert said in response.text
    assert 'value="Иван"' in response.text or "first_name" in changes
    assert GOOD not in response.text
    db.session.rollback()
    for model in (User, Realtor, Agency):
        assert db.session.scalar(sa.select(model)) is None


def test_every_error_is_told_at_once(visitor, link, prague):
    wrong = {"city": "", "website": "x y", "phone": "12", "email": "ivan@", "password": "12345678", "consent": None}
    text = visitor.post(JOIN, data=form(prague, **wrong)).text
    assert text.count('class="error-text"') == len(wrong)


def test_a_known_email_joins_nothing(visitor, link, prague, build):
    build.client(email="ivan@mail.ru")
    response = visitor.post(JOIN, data=form(prague))
    assert response.status_code == 422
    assert "уже есть" in response.text
    db.session.rollback()
    assert db.session.scalar(sa.select(Realtor)) is None
    assert db.session.scalar(sa.select(Agency)) is None


@pytest.mark.parametrize("typed", ["прага", "ПРАГА", " Прага ", "Prague"])
def test_a_city_typed_in_another_way_is_the_same_city(visitor, link, prague, typed):
    assert visitor.post(JOIN, data=form(prague, city="", city_name=typed)).status_code == 303
    assert one_realtor().city == prague


def test_a_misspelled_city_is_offered_and_taken_with_one_tap(visitor, link, prague):
    data = form(prague, city="", city_name="Пргаа")
    response = visitor.post(JOIN, data=data)
    assert response.status_code == 422
    assert "Вы имели в виду Прага?" in response.text
    assert f'name="take" value="{prague.public_id}"' in response.text
    assert 'value="ivan@mail.ru"' in response.text
    db.session.rollback()
    assert db.session.scalar(sa.select(User)) is None
    assert visitor.post(JOIN, data=data | {"take": str(prague.public_id)}).status_code == 303
    assert one_realtor().city == prague


def test_another_city_of_like_name_is_made_when_the_person_insists(visitor, link, prague):
    data = form(prague, city="", city_name="Праха")
    assert visitor.post(JOIN, data=data).status_code == 422
    assert visitor.post(JOIN, data=data | {"take": "new"}).status_code == 303
    realtor = one_realtor()
    assert realtor.city != prague
    assert (realtor.city.name_ru, realtor.city.country) == ("Праха", prague.country)


def test_enter_in_a_field_never_takes_a_suggestion(visitor, link, prague):
    for page in (visitor.get(JOIN), visitor.post(JOIN, data=form(prague, city="", city_name="Пргаа"))):
        buttons = re.findall(r"<button[^>]*>", page.text.split('method="post" novalidate>', 1)[1])
        assert "take" not in next(button for button in buttons if 'type="button"' not in button)


def test_insisting_on_one_name_does_not_insist_on_the_next(visitor, link, prague):
    data = form(prague, city="", city_name="Прага-1", new_city="Праха")
    data["city_name"] = "Пргаа"
    assert visitor.post(JOIN, data=data).status_code == 422


def test_a_name_typed_over_a_chosen_city_counts(visitor, link, prague):
    assert visitor.post(JOIN, data=form(prague, city_name="Новоград")).status_code == 303
    assert one_realtor().city.name_ru == "Новоград"


def test_a_new_city_is_served_from_then_on(visitor, link, prague):
    assert visitor.post(JOIN, data=form(prague, city="", city_name="Новоград")).status_code == 303
    assert one_realtor().city.name_ru == "Новоград"


def test_the_second_realtor_of_an_agency_finds_it_under_any_spelling(app, link, prague):
    for n, agency in enumerate(("Богемия", "«БОГЕМИЯ»", " богемия ")):
        response = app.test_client().post(JOIN, data=form(prague, agency=agency, email=f"r{n}@mail.ru"))
        assert response.status_code == 303
    db.session.rollback()
    assert len(db.session.scalars(sa.select(Agency)).all()) == 1


@pytest.mark.every_database
def test_many_at_once_make_one_city_and_one_agency(app, build):
    with transaction() as session:
        session.add(JoinLink(name="x", token="t"))
    country = build.country("CZ").code
    failures = []

    def join(n):
        with app.app_context():
            try:
                accounts.join(
                    link=join_links.find("t"),
                    country=country,
                    city_name="Новоград",
                    agency="Богемия",
                    first_name="Иван",
                    last_name="Маклер",
                    phone="777 123 456",
                    email=f"r{n}@mail.ru",
                    password=GOOD,
                )
            except Exception as error:  # noqa: BLE001
                failures.append(error)

    threads = [threading.Thread(target=join, args=(n,)) for n in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []
    db.session.rollback()
    counts = [db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Realtor, City, Agency)]
    assert counts == [4, 1, 1]


def test_joining_is_limited(visitor, link, limits):
    answers = [visitor.post(JOIN, data={}).status_code for _ in range(41)]
    assert answers[-1] == 429
    assert 429 not in answers[:-1]

"""Money as owners set it: what the form proposes and offers, and how budgets are written."""

import pytest
from flask_babel import force_locale

from app.errors import InvalidInput
from app.extensions import db
from app.formatting import money
from app.models.inquiries import Inquiry
from app.services import settings


@pytest.fixture
def owner(build):
    build.realtor(city=build.city("Прага"))
    return build.supervisor()


def text(response):
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_form_offers_and_proposes_what_owners_set(owner, visitor, browser_of, build):
    page = text(visitor.get("/"))
    assert '<option value="THB"' in page and '{"CZ": "CZK"}' in page
    settings.change("currencies", "eur, usd", actor=owner)
    settings.change("currency", "CHF", actor=owner)
    page = text(visitor.get("/"))
    assert '<option value="THB"' not in page and '<option value="CHF"' in page
    assert '<option value="CZK"' in page, "the money of a served country is always offered"
    assert '{"CZ": "CHF"}' in page
    prague = build.city("Прага")
    form = {"deal": "rent", "country": "CZ", "city": str(prague.public_id), "property_type": "room"}
    browser_of(build.client()).post("/inquiries", data=form | {"budget_max": "900"})
    db.session.rollback()
    assert db.session.scalar(db.select(Inquiry.currency)) == "CHF"


def test_budgets_are_written_as_set(app, owner):
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert money(90_000, "EUR") == "900\u00a0€"
        settings.change("money_style", "code", actor=owner)
        assert money(90_000, "EUR") == "900\u00a0EUR"
    with app.test_request_context(), force_locale("en"):
        assert money(90_050, "EUR") == "EUR\u00a0900.50"


def test_only_money_that_exists_is_taken(owner):
    assert settings.read("currencies", "eur; usd  EUR") == "EUR USD"
    for key, wrong in (("currencies", "EUR ДЕНЬГИ"), ("currency", "XXX"), ("currency", "DEM")):
        with pytest.raises(InvalidInput, match="XXX|DEM|ДЕНЬГИ"):
            settings.read(key, wrong)

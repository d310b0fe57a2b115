"""The form of an inquiry with fields that owners added: asked of whom they are for, kept on every way to an inquiry."""

import html5lib
import pytest

from app.constants import InquiryStatus
from app.extensions import db
from app.models.inquiries import Inquiry, PendingInquiry
from app.services import inquiries
from app.services.request_fields import editing


@pytest.fixture
def prague(build):
    city = build.city("Прага")
    build.realtor(city=city)
    return city


@pytest.fixture(autouse=True)
def fields(build):
    """«Вид», required for rent; «Цель» for commercial premises; «Этаж»."""
    owner = build.supervisor()
    view = [{"ru": "парк", "en": "park"}, {"ru": "двор", "en": "yard"}]
    for values in (
        {"kind": "choice", "label": "Вид", "options": view, "deals": ["rent"], "required": True},
        {"kind": "text", "label": "Цель", "property_types": ["commercial"], "required": True},
        {"kind": "number", "label": "Этаж", "minimum": 1, "maximum": 40},
    ):
        label = values.pop("label")
        editing.save(None, values | {"label_ru": label, "label_en": label}, actor=owner)


def typed(city, **changes):
    return {"deal": "rent", "country": "CZ", "city": str(city.public_id), "property_type": "apartment"} | changes


def made():
    db.session.rollback()
    return db.session.scalars(db.select(Inquiry).order_by(Inquiry.id)).all()


def error_at(answer, name):
    found = html5lib.parse(answer.text, namespaceHTMLElements=False).find(f".//p[@id='{name}-error']")
    return None if found is None else "".join(found.itertext())


def test_the_form_shows_every_field_and_says_whom_it_is_for(app, prague):
    page = app.test_client().get("/").text
    assert 'name="x-vid"' in page and 'data-deals="rent"' in page and "Только для: аренда" in page
    assert "Только для: коммерч" in page


def test_a_required_field_is_asked_for_where_it_belongs_and_nowhere_else(browser_of, build, prague):
    browser = browser_of(build.client())
    answer = browser.post("/inquiries", data=typed(prague, **{"x-etazh": "99"}))
    assert answer.status_code == 422
    assert "Заполните это поле." in error_at(answer, "x-vid") and "40" in error_at(answer, "x-etazh")
    assert 'data-types="commercial"' in answer.text and answer.text.count("<span>Заполните это поле.") == 1
    assert browser.post("/inquiries", data=typed(prague, deal="buy", **{"x-vid": "park"})).status_code == 303
    assert browser.post("/inquiries", data=typed(prague, **{"x-vid": "park", "x-etazh": "3"})).status_code == 303
    assert [inquiry.answers for inquiry in made()] == [{}, {"vid": "park", "etazh": 3}]


def test_answers_typed_before_sign_in_survive_it(app, build, prague):
    app.test_client().post("/inquiries", data=typed(prague, **{"x-vid": "park"}))
    assert made() == []
    token = db.session.scalar(db.select(PendingInquiry.token))
    assert inquiries.claim_pending(token, actor=build.client()).answers == {"vid": "park"}


def test_the_quick_way_keeps_the_answers(app, prague):
    person = {"name": "Анна", "email": "anna@example.com", "consent": "y", "consent_data": "y"}
    app.test_client().post("/inquiries", data=typed(prague, **person, **{"x-vid": "yard"}))
    assert [inquiry.answers for inquiry in made()] == [{"vid": "yard"}]


def test_the_author_changes_an_answer_and_reads_it(browser_of, build, prague):
    inquiry = build.inquiry(city=prague)
    inquiries.edit(inquiry, {"answers": {"vid": "park", "etazh": 3}}, actor=inquiry.client)
    browser, address = browser_of(inquiry.client), f"/my/inquiries/{inquiry.public_id}"
    form = html5lib.parse(browser.get(f"{address}/edit").text, namespaceHTMLElements=False)
    chosen = [
        field.get("value") for field in form.findall(".//input[@name='x-vid']") if field.get("checked") is not None
    ]
    assert chosen == ["park"] and form.find(".//input[@name='x-etazh']").get("value") == "3"
    browser.post(f"{address}/edit", data=typed(prague, **{"x-vid": "yard", "x-etazh": ""}))
    assert made()[0].answers == {"vid": "yard"}
    page = browser.get(address).text
    assert '<dt>Вид</dt><dd class="preline">двор</dd>' in page and "«Вид»: парк → двор" in page
    changed = browser.post(f"{address}/edit", data={"wishes": "Тихо"})
    assert changed.status_code == 303 and made()[0].answers == {"vid": "yard"}, "a program sends only what changes"


def test_a_repeated_inquiry_keeps_its_answers_and_is_found_by_them(browser_of, build, prague):
    inquiry = build.inquiry(city=prague)
    inquiries.edit(inquiry, {"answers": {"vid": "park", "etazh": 3}}, actor=inquiry.client)
    inquiries.move(inquiry, InquiryStatus.CANCELLED, actor=inquiry.client)
    browser_of(inquiry.client).post(f"/my/inquiries/{inquiry.public_id}/repeat")
    assert [each.answers for each in made()] == [{"vid": "park", "etazh": 3}] * 2
    listed = browser_of(build.supervisor()).get("/supervisor/inquiries/?x-vid=park&status=new").text
    assert f"№\xa0{made()[1].number}" in listed

"""What realtors and clients read in their mail about an inquiry."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from app.channels.email.compose import compose
from app.constants import Deal, PropertyType
from app.constants import InquiryStatus as S
from app.extensions import db
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import inquiries, letters, matches, settings
from app.services.inquiries import InquiryDraft


def send(city, client, **values):
    defaults = {
        "deal": Deal.RENT,
        "property_type": PropertyType.APARTMENT,
        "rooms": ("2", "3"),
        "budget_min": 50_000,
        "budget_max": 90_000,
        "currency": "EUR",
        "area_min": 50,
        "wishes": "Тихо, <b>рядом парк</b>",
    }
    return inquiries.submit(InquiryDraft(city=city, **defaults | values), actor=client)


def letter(kind, locale="ru"):
    """The latest queued letter of this kind: (subject, its plain text)."""
    row = db.session.scalars(db.select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id.desc())).first()
    with force_locale(locale):
        values = letters.context(kind, row.payload)
        message = compose(kind, address="x@example.com", locale=locale, key="k", values=values, created_at=utcnow())
    return message["Subject"], message.get_body(("plain",)).get_content().replace("\xa0", " ")


@pytest.fixture
def inquiry(build):
    city = build.city()
    realtor = build.realtor("Пётр Дворжак", city=city)
    inquiry = send(city, build.client("Анна"))
    inquiry.test_realtor = realtor
    return inquiry


def test_realtors_read_every_parameter_and_the_way_to_accept(inquiry):
    subject, text = letter("inquiry_new")
    assert subject == "Новый запрос № 1001: Снять квартиру, Прага"
    for words in (
        "Прага, Чехия",
        "2–3 комнаты",
        "500–900 € в месяц",
        "от 50 м²",
        "Тихо, <b>рядом парк</b>",
        "Принять запрос",
    ):
        assert words in text
    assert f"http://localhost/office/inquiries/{inquiry.public_id}" in text
    assert "Анна" not in text and inquiry.client.email not in text, "contacts stay with us"


def test_letters_speak_the_readers_language(inquiry):
    subject, text = letter("inquiry_new", "en")
    assert subject == "New inquiry No. 1001: Rent an apartment, Prague"
    assert "€500–€900 a month" in text and "Accept the inquiry" in text


def test_the_client_reads_of_the_first_reply(inquiry):
    conversation = matches.accept(inquiry, actor=inquiry.test_realtor)
    subject, text = letter("inquiry_accepted")
    assert subject == "Первый отклик на ваш запрос № 1001"
    assert "Пётр Дворжак" in text and f"/my/conversations/{conversation.public_id}" in text


def test_the_client_reads_what_was_corrected(inquiry, build):
    inquiries.edit(inquiry, {"deal": Deal.BUY}, actor=build.supervisor())
    subject, _text = letter("inquiry_corrected")
    assert subject == "Запрос № 1001: менеджер изменил сделку: аренда → покупка"
    assert letter("inquiry_corrected", "en")[0] == "Inquiry No. 1001: the manager changed the deal: rent → purchase"


def test_the_client_reads_that_a_waiting_inquiry_went_out(build):
    tbilisi = build.city("Тбилиси")
    send(tbilisi, build.client())
    build.realtor(city=tbilisi)
    inquiries.publish_awaiting(tbilisi)
    subject, text = letter("inquiry_published")
    assert subject == "Тбилиси: появился риелтор, ваш запрос № 1001 отправлен"
    assert "Тбилиси, Грузия" in text


def test_the_client_reads_that_the_time_is_over(inquiry):
    inquiries.move(inquiry, S.EXPIRED, actor=None)
    subject, text = letter("inquiry_expired")
    assert subject == "Срок вашего запроса № 1001 истёк" and "Открыть снова или повторить" in text


def test_the_client_reads_for_how_long_the_inquiry_waited_as_owners_set_it(build, browser_of):
    tbilisi, client, days = build.city("Тбилиси"), build.client(), 21
    settings.change("waiting_days", days, actor=build.supervisor())
    inquiry = send(tbilisi, client)
    assert abs(inquiry.expires_at - utcnow() - timedelta(days=days)) < timedelta(minutes=5)
    inquiries.move(inquiry, S.EXPIRED, actor=None)
    assert "Запрос ждал 21 день" in letter("inquiry_unserved")[1]
    assert "waited for 21 days" in letter("inquiry_unserved", "en")[1]
    assert "За 21 день в этом городе" in browser_of(client).get(f"/my/inquiries/{inquiry.public_id}").text

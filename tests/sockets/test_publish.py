"""What connected people hear of inquiries: their own, in their language, ids only."""

import pytest

from app.constants import InquiryStatus
from app.services import matches
from app.services.transaction import after_commit, transaction


@pytest.fixture
def inquiry(build):
    return build.inquiry()


def happen(name, **ids):
    with transaction():
        after_commit(name, **ids)


def test_a_new_inquiry_is_told_to_the_realtors_of_its_city(inquiry, build, socket_of, heard_by):
    here = socket_of(build.realtor(city=inquiry.city))
    english = socket_of(build.realtor(city=inquiry.city, locale="en"))
    others = [socket_of(p) for p in (build.realtor(city=build.city("Брно")), build.client(), None)]
    happen("inquiry:new", inquiry_id=inquiry.id)
    [(event, told)] = heard_by(here)
    assert event == "inquiry:new" and told["id"] == str(inquiry.public_id)
    assert told["title"] == "Снять квартиру, Прага"
    assert heard_by(english)[0][1]["title"] == "Rent an apartment, Prague"
    assert [heard_by(other) for other in others] == [[], [], []]
    assert not {"client", "wishes", "phone", "email"} & set(told)


def test_a_draft_is_told_to_nobody(build, socket_of, heard_by):
    inquiry = build.inquiry(status=InquiryStatus.DRAFT)
    realtor = socket_of(build.realtor(city=inquiry.city))
    happen("inquiry:new", inquiry_id=inquiry.id)
    assert heard_by(realtor) == []


def test_accepting_is_seen_live_by_the_client(inquiry, build, socket_of, heard_by):
    client, realtor = socket_of(inquiry.client), build.realtor("Пётр Дворжак", city=inquiry.city)
    matches.accept(inquiry, actor=realtor)
    heard = dict(heard_by(client))
    assert heard["inquiry:changed"]["id"] == str(inquiry.public_id)
    assert heard["message"]["kind"] == "system" and "Пётр Дворжак" in heard["message"]["body"]

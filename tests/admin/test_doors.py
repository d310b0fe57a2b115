"""Who gets into the office and the console."""

import re
from datetime import UTC, datetime, time, timedelta
from html import unescape

from app.services import statistics


def test_the_console_is_for_owners(build, browser_of, visitor):
    assert browser_of(build.supervisor()).get("/supervisor/").status_code == 200
    assert browser_of(build.client()).get("/supervisor/").status_code == 403
    assert browser_of(build.realtor()).get("/supervisor/").status_code == 403


def test_the_overview_counts_what_waits_and_leads_there(build, browser_of):
    build.inquiry(city=build.city("Тбилиси"), status="draft", awaiting_realtor=True, published_at=None)
    build.conversation()
    page = browser_of(build.supervisor()).get("/supervisor/").get_data(as_text=True)
    assert "Тбилиси" in page
    assert "awaiting=1" in page
    assert "работает ли обработчик" not in page, "nobody is alarmed by a nought"


def test_the_page_of_an_inquiry_has_the_whole_wish_and_a_list_its_beginning(build, browser_of):
    browser = browser_of(build.supervisor())
    for wish in ("Тихий двор. " * 30 + "И кошка.", "ж" * 200):
        inquiry = build.inquiry(wishes=wish)
        assert wish in browser.get(f"/supervisor/inquiries/{inquiry.public_id}/").get_data(as_text=True)
        listed = browser.get("/supervisor/inquiries/?columns=number,wishes").get_data(as_text=True)
        assert wish not in listed
        assert wish[:80] in listed


def test_the_page_of_a_person_calls_and_writes_by_a_press(build, browser_of):
    client = build.client(email="anna@mail.com", phone="+420777123456")
    page = browser_of(build.supervisor()).get(f"/supervisor/people/{client.public_id}/").get_data(as_text=True)
    assert '<a href="tel:+420777123456">+420 777 123 456</a>' in page
    assert '<a href="mailto:anna@mail.com">anna@mail.com</a>' in page


def test_the_tile_of_accepted_inquiries_opens_exactly_those(build, browser_of):
    """Counted are inquiries of today that somebody has accepted, however often; not yesterday's accepted today."""
    day = statistics.today()
    noon = datetime.combine(day, time(9), UTC)
    for number, days, acceptances in ((2001, 0, 2), (2002, 0, 0), (2003, 1, 1)):
        at = noon - timedelta(days=days)
        build.inquiry(number=number, acceptances=acceptances, published_at=at, published_day=at.date())
    browser = browser_of(build.supervisor())
    page = browser.get("/supervisor/").get_data(as_text=True)
    address, count = re.search(r'href="([^"]*accepted=1[^"]*)">.*?<b>(.*?)</b>', page).groups()
    assert count == "1"
    opened = browser.get(unescape(address)).get_data(as_text=True)
    assert "№\xa02001" in opened
    assert "№\xa02002" not in opened
    assert "№\xa02003" not in opened


def test_every_list_of_the_console_opens(build, browser_of):
    conversation = build.conversation()
    build.join_link()
    browser = browser_of(build.supervisor())
    rooms = [rule.rule for rule in browser.application.url_map.iter_rules() if rule.rule.startswith("/supervisor/")]
    for address in (rule for rule in rooms if rule.count("/") == 3 and rule.endswith("/")):
        assert browser.get(address).status_code == 200, address
    for record in (
        f"inquiries/{conversation.inquiry.public_id}/",
        f"conversations/{conversation.public_id}/",
        f"people/{conversation.realtor.public_id}/",
        f"people/{conversation.realtor.public_id}/edit/",
        f"cities/{conversation.inquiry.city.public_id}/",
        f"agencies/{conversation.realtor.realtor.agency.public_id}/",
        "countries/CZ/edit/",
    ):
        assert browser.get("/supervisor/" + record).status_code == 200, record


def test_the_office_is_for_realtors(build, browser_of):
    assert browser_of(build.supervisor()).get("/office/").status_code == 403
    assert browser_of(build.client()).get("/office/").status_code == 403

import html5lib
import pytest

from app.constants import InquiryStatus as S
from app.constants import MessageKind
from app.extensions import db
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry
from app.services import conversations, inquiries, matches
from app.services.inquiries import InquiryDraft


def typed(inquiry, **values):
    return {
        "deal": inquiry.deal,
        "city": str(inquiry.city.public_id),
        "property_type": inquiry.property_type,
        "rooms": inquiry.rooms,
        "budget_max": "900",
        "currency": inquiry.currency,
        "version": str(inquiry.version),
    } | values


def text_of(response):
    body = html5lib.parse(response.get_data(as_text=True), namespaceHTMLElements=False).find("body")
    return " ".join(" ".join(body.itertext()).split())


def latest():
    db.session.rollback()
    return db.session.scalar(db.select(Inquiry).order_by(Inquiry.id.desc()))


@pytest.fixture
def talk(build):
    """A conversation in which the realtor has written once."""
    conversation = build.conversation()
    conversations.send(
        conversation, nonce="018f3b5e-0000-7000-8000-000000000001", kind=MessageKind.TEXT, body="Здравствуйте!",
        actor=conversation.realtor,
    )  # fmt: skip
    return conversation


def url_of(inquiry, action=""):
    return f"/my/inquiries/{inquiry.public_id}{action}"


def test_the_list_shows_state_tracker_and_unread(browser_of, build):
    city = build.city()
    realtors = [build.realtor(city=city) for _ in range(3)]
    client = build.client()
    draft = InquiryDraft(deal="rent", city=city, property_type="apartment", rooms=("2", "3"), budget_max=90_000)
    inquiry = inquiries.submit(draft, actor=client)
    matches.mark_seen([inquiry], actor=realtors[0])
    matches.accept(inquiry, actor=realtors[1])
    page = text_of(browser_of(client).get("/my/inquiries"))
    assert "Снять квартиру, Прага" in page and "№ 1001" in page and "есть отклики" in page
    assert "получили 3 открыли 2 приняли 1 первый ответ через 1 мин" in page
    assert "1 непрочитанное сообщение" in page


def test_an_empty_list_says_what_to_do(browser_of, build):
    assert "Отправить запрос" in text_of(browser_of(build.client()).get("/my/inquiries"))


@pytest.mark.parametrize("many", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(browser_of, build, count_queries, many):
    client = build.client()
    for _ in range(many):
        inquiry = build.inquiry(client=client)
        build.conversation(inquiry=inquiry)
    browser = browser_of(client)
    with count_queries() as seen:
        browser.get("/my/inquiries")
    assert len(seen) <= 9, "\n".join(seen)


def test_the_list_has_pages(browser_of, build):
    client = build.client()
    for _ in range(21):
        build.inquiry(client=client)
    browser = browser_of(client)
    assert text_of(browser.get("/my/inquiries?page=2")).count("Снять квартиру") == 1
    assert browser.get("/my/inquiries?page=999").status_code == 200
    assert browser.get("/my/inquiries?page=x").status_code == 200


def test_one_inquiry_shows_its_conversations_and_its_story(browser_of, talk):
    page = text_of(browser_of(talk.client).get(url_of(talk.inquiry)))
    assert talk.realtor.name in page and "Здравствуйте!" in page
    assert "Есть отклик" in page and "Завершить переписку" in page


@pytest.mark.parametrize("many", [1, 12])
def test_one_inquiry_costs_the_same_however_many_talk(browser_of, build, count_queries, many):
    inquiry = build.inquiry()
    for _ in range(many):
        build.conversation(inquiry=inquiry)
    browser = browser_of(inquiry.client)
    with count_queries() as seen:
        browser.get(url_of(inquiry))
    assert len(seen) <= 14, "\n".join(seen)


@pytest.mark.parametrize("door", ["", "/edit"])
def test_three_actors_at_the_pages(browser_of, build, door):
    inquiry = build.inquiry()
    assert browser_of(inquiry.client).get(url_of(inquiry, door)).status_code == 200
    assert browser_of(build.client()).get(url_of(inquiry, door)).status_code == 404
    assert browser_of(build.realtor(city=inquiry.city)).get(url_of(inquiry, door)).status_code == 403


@pytest.mark.parametrize("door", ["/cancel", "/done", "/repeat", "/edit", "/reopen"])
def test_three_actors_at_the_actions(browser_of, build, door):
    inquiry = build.inquiry()
    assert browser_of(build.client()).post(url_of(inquiry, door), data=typed(inquiry)).status_code == 404
    assert browser_of(build.realtor(city=inquiry.city)).post(url_of(inquiry, door)).status_code == 403
    assert browser_of(inquiry.client).post(url_of(inquiry, door), data=typed(inquiry)).status_code == 303


def test_done_closes_the_conversations_and_says_so(browser_of, talk):
    browser = browser_of(talk.client)
    inquiry_id, conversation_id = talk.inquiry_id, talk.id
    for _ in range(2):
        assert browser.post(url_of(talk.inquiry, "/done")).status_code == 303
    db.session.rollback()
    assert db.session.get(Inquiry, inquiry_id).status == S.DONE
    assert not db.session.get(Conversation, conversation_id).open
    page = text_of(browser.get(url_of(talk.inquiry)))
    assert "Вы нашли жильё" in page and "Повторить запрос" in page and "жильё найдено" in page


def test_the_helpers_conversation_stays_open(browser_of, talk):
    conversation_id, helper = talk.id, str(talk.realtor.public_id)
    browser_of(talk.client).post(url_of(talk.inquiry, "/done"), data={"realtor": helper})
    db.session.rollback()
    assert db.session.get(Conversation, conversation_id).open


def test_cancelled_with_a_reason_and_opened_again(browser_of, build):
    inquiry = build.inquiry()
    browser = browser_of(inquiry.client)
    browser.post(url_of(inquiry, "/cancel"), data={"reason": "передумали"})
    assert "Вы отменили запрос: передумали" in text_of(browser.get(url_of(inquiry)))
    browser.post(url_of(inquiry, "/done"))
    assert "Сначала откройте его снова" in text_of(browser.get(url_of(inquiry))), "a refused move names the reason"
    browser.post(url_of(inquiry, "/reopen"))
    assert latest().status == S.NEW


def test_repeating_is_one_press(browser_of, build):
    inquiry = build.inquiry(status=S.DONE)
    build.realtor(city=inquiry.city)
    answer = browser_of(inquiry.client).post(url_of(inquiry, "/repeat"))
    copy = latest()
    assert answer.location == url_of(copy) and copy.status == S.NEW and copy.repeated_from_id == inquiry.id


def test_the_edit_page_shows_what_is_there_and_saves_what_is_typed(browser_of, build):
    inquiry = build.inquiry(budget_max=42_000_000)
    browser = browser_of(inquiry.client)
    page = html5lib.parse(browser.get(url_of(inquiry, "/edit")).get_data(as_text=True), namespaceHTMLElements=False)
    assert page.find(".//input[@name='budget_max']").get("value") == "420 000"
    answer = browser.post(url_of(inquiry, "/edit"), data=typed(inquiry, budget_max="650", wishes="Тихо"))
    assert answer.location == url_of(inquiry)
    saved = latest()
    assert (saved.budget_max, saved.wishes, saved.version) == (65_000, "Тихо", 2)


def test_a_wrong_edit_keeps_what_was_typed(browser_of, build):
    inquiry = build.inquiry()
    answer = browser_of(inquiry.client).post(url_of(inquiry, "/edit"), data=typed(inquiry, budget_min="2000"))
    assert answer.status_code == 422 and 'value="2000"' in answer.get_data(as_text=True)
    assert latest().version == 1


def test_the_second_editor_is_told_and_may_save_once_more(browser_of, build):
    inquiry = build.inquiry(budget_max=50_000)
    stale = typed(inquiry, budget_max="700")
    inquiries.edit(inquiry, {"budget_max": 65_000}, actor=build.supervisor())
    browser = browser_of(inquiry.client)
    answer = browser.post(url_of(inquiry, "/edit"), data=stale)
    assert answer.status_code == 409 and latest().budget_max == 65_000
    assert "менеджер изменил бюджет: 500 → 650 €" in text_of(answer)
    page = html5lib.parse(answer.get_data(as_text=True), namespaceHTMLElements=False)
    version = page.find(".//input[@name='version']").get("value")
    assert browser.post(url_of(inquiry, "/edit"), data=stale | {"version": version}).status_code == 303
    assert latest().budget_max == 70_000


def test_the_past_move_in_day_of_an_old_inquiry_does_not_block_an_edit(browser_of, build):
    from datetime import date

    inquiry = build.inquiry(move_in=date(2020, 1, 1))
    answer = browser_of(inquiry.client).post(
        url_of(inquiry, "/edit"), data=typed(inquiry, move_in="2020-01-01", wishes="Тихо")
    )
    assert answer.status_code == 303


def test_a_closed_inquiry_offers_reopening_instead_of_editing(browser_of, build):
    inquiry = build.inquiry()
    inquiries.move(inquiry, S.CANCELLED, actor=inquiry.client)
    assert browser_of(inquiry.client).get(url_of(inquiry, "/edit")).location == url_of(inquiry)


def test_ending_a_conversation_from_the_list_leads_back_to_it(browser_of, talk):
    url = url_of(talk.inquiry)
    answer = browser_of(talk.client).post(f"/my/conversations/{talk.public_id}/close", data={"next": url})
    assert (answer.status_code, answer.location) == (303, url)


def test_a_program_may_send_only_what_changes(browser_of, build):
    inquiry = build.inquiry(rooms=["2", "3"], wishes="Тихо")
    answer = browser_of(inquiry.client).post(url_of(inquiry, "/edit"), data={"budget_max": "1 250,50"})
    assert answer.status_code == 303
    saved = latest()
    assert (saved.budget_max, saved.rooms, saved.wishes) == (125_050, ["2", "3"], "Тихо")


def test_the_page_can_untick_the_rooms(browser_of, build):
    inquiry = build.inquiry(rooms=["2", "3"])
    sent = {name: value for name, value in typed(inquiry).items() if name != "rooms"}
    assert browser_of(inquiry.client).post(url_of(inquiry, "/edit"), data=sent).status_code == 303
    assert latest().rooms == []

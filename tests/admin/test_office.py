"""The realtors' office: each sees the own city and nothing else, answers once, and finds everything again."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.constants import Deal, DeclineReason, InquiryStatus, PropertyType
from app.extensions import db
from app.models.accounts import Realtor
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match
from app.services import city_pace, conversations, inbox, inquiries, matches, notifications, office, office_numbers
from app.services.inquiries import InquiryDraft, telling
from app.services.transaction import transaction

NEW = "/office/inquiries/"


@pytest.fixture
def realtor(build):
    return build.realtor("Пётр Дворжак", locale="ru")


@pytest.fixture
def browser(browser_of, realtor):
    return browser_of(realtor)


@pytest.fixture
def inquiry(build, realtor):
    return build.inquiry(build.client("Анна Петрова"), recipients=14, wishes="Тихо, рядом парк")


def page_of(inquiry, verb=""):
    return f"/office/inquiries/{inquiry.public_id}{verb}"


def chat_of(conversation, verb=""):
    return f"/office/conversations/{conversation.public_id}{verb}"


def match_of(inquiry, realtor):
    db.session.rollback()
    return db.session.scalar(sa.select(Match).where(Match.inquiry_id == inquiry.id, Match.realtor_id == realtor.id))


# ── who may

DOORS = [
    ("GET", "/office/"),
    ("GET", NEW),
    ("GET", NEW + "fresh"),
    ("GET", "/office/my-inquiries/"),
    ("GET", "/office/conversations/"),
    ("GET", "/office/conversations/threads"),
    ("GET", "/office/numbers/"),
]


def rows_doors(conversation):
    inquiry = conversation.inquiry
    return [
        ("GET", page_of(inquiry)),
        ("GET", page_of(inquiry, "/card")),
        ("POST", page_of(inquiry, "/accept")),
        ("POST", page_of(inquiry, "/decline")),
        ("GET", chat_of(conversation)),
        ("GET", chat_of(conversation, "/threads")),
        ("GET", chat_of(conversation, "/messages")),
        ("POST", chat_of(conversation, "/messages")),
        ("POST", chat_of(conversation, "/read")),
    ]


def ask(browser, method, url):
    data = {"reason": "busy", "nonce": str(uuid4()), "kind": "text", "body": "x"} if method == "POST" else None
    return browser.open(url, method=method, data=data, headers={"Accept": "text/html"})


def test_the_office_is_for_realtors_only(build, browser_of, visitor, realtor):
    conversation = build.conversation(realtor=realtor)
    for method, url in DOORS + rows_doors(conversation):
        for other in (conversation.client, build.supervisor()):
            assert ask(browser_of(other), method, url).status_code in (403, 404), url
        assert ask(visitor, method, url).status_code == 303, url


def test_another_citys_rows_do_not_exist(build, browser_of):
    conversation = build.conversation()
    stranger = browser_of(build.realtor(city=build.city("Брно")))
    for method, url in rows_doors(conversation):
        assert ask(stranger, method, url).status_code == 404, url
    assert stranger.get(f"{NEW}?before={conversation.inquiry.public_id}").status_code == 404
    assert f"№\xa0{conversation.inquiry.number}" not in stranger.get(NEW).text


def test_a_colleague_of_the_same_city_has_no_part_in_the_conversation(build, browser_of):
    conversation = build.conversation()
    colleague = browser_of(build.realtor())
    for method, url in rows_doors(conversation)[4:]:
        assert ask(colleague, method, url).status_code == 404, url
    assert conversation.client.name not in colleague.get("/office/conversations/").text
    assert f"№\xa0{conversation.inquiry.number}" not in colleague.get("/office/my-inquiries/").text


def test_the_index_leads_to_the_new_inquiries(browser):
    assert browser.get("/office/").location.endswith(NEW)


# ── new inquiries


def test_a_card_says_everything_and_its_client_by_a_short_name(inquiry, browser):
    page = browser.get(NEW).text
    for words in ("Снять квартиру", "до 900", "Тихо, рядом парк", "приняли 0 из 14", "Анна П.", "новый · "):
        assert words in page
    assert "Анна Петрова" not in page


def test_what_was_shown_is_seen_and_new_no_longer(inquiry, browser, realtor):
    browser.get(NEW)
    assert match_of(inquiry, realtor).seen_at
    assert "новый · " not in browser.get(NEW).text


def test_what_was_shown_rings_no_longer(build, inquiry, browser, realtor):
    with transaction():
        telling.tell_city(inquiry)
    assert notifications.unread_count(realtor) == 1
    browser.get(NEW)
    db.session.rollback()
    assert notifications.unread_count(realtor) == 0


def test_filters_keep_their_deal(build, realtor, browser):
    build.inquiry(wishes="сниму")
    build.inquiry(wishes="куплю", deal=Deal.BUY, property_type=PropertyType.HOUSE)
    assert [w in browser.get(NEW + "?show=rent").text for w in ("сниму", "куплю")] == [True, False]
    assert [w in browser.get(NEW + "?show=buy").text for w in ("сниму", "куплю")] == [False, True]
    assert browser.get(NEW + "?show=nonsense").status_code == 200


@pytest.mark.every_database
def test_pages_follow_one_another_without_gaps(build, realtor, browser_of):
    now, client = utcnow(), build.client()
    for n in range(25):  # some at the very same moment
        build.inquiry(client, published_at=now - timedelta(minutes=n // 3), wishes=f"желание {n}.")
    browser = browser_of(realtor)
    first = office.new_inquiries(realtor)
    second = browser.get(f"{NEW}?before={first[-1].inquiry.public_id}").text
    shown = [card.inquiry.wishes for card in first] + [f"желание {n}." for n in range(25) if f"желание {n}." in second]
    assert sorted(shown) == sorted({f"желание {n}." for n in range(25)})
    assert "Показать более ранние" in browser.get(NEW).text
    assert "Показать более ранние" not in second


def test_closed_and_unpublished_inquiries_are_not_offered(build, realtor, browser):
    for status in (InquiryStatus.DONE, InquiryStatus.CANCELLED, InquiryStatus.EXPIRED, InquiryStatus.DRAFT):
        build.inquiry(status=status, wishes="нельзя")
    page = browser.get(NEW).text
    assert "нельзя" not in page
    assert "Сейчас открытых запросов нет" in page


def test_the_list_costs_the_same_however_long(build, realtor, browser, statements):
    def cost():
        browser.get(NEW)
        with statements() as made:
            browser.get(NEW)
        return len(made)

    build.inquiry()
    few = cost()
    for _ in range(15):
        build.conversation(realtor=realtor)
        build.inquiry()
    assert cost() == few


def test_the_live_page_gets_the_cards_that_came_after_its_first(build, inquiry, browser, realtor):
    browser.get(NEW)
    later = build.inquiry(published_at=utcnow() + timedelta(seconds=1), wishes="только что")
    answer = browser.get(f"{NEW}fresh?after={inquiry.public_id}").json
    assert (answer["count"], "только что" in answer["html"]) == (1, True)
    assert f"№\xa0{inquiry.number}" not in answer["html"]
    assert match_of(later, realtor).seen_at


def test_the_live_page_keeps_to_its_filter(build, inquiry, browser):
    build.inquiry(published_at=utcnow() + timedelta(seconds=1), deal=Deal.BUY)
    assert browser.get(f"{NEW}fresh?show=rent&after={inquiry.public_id}").json["count"] == 0


def test_a_card_on_screen_follows_its_inquiry(build, inquiry, browser):
    browser.get(NEW)
    matches.accept(inquiry, actor=build.realtor())
    assert "приняли 1 из 14" in browser.get(page_of(inquiry, "/card")).json["html"]


def test_an_empty_office_says_what_to_do_next(browser):
    for url in (NEW, NEW + "?show=declined", "/office/my-inquiries/", "/office/conversations/", "/office/numbers/"):
        assert 'class="empty"' in browser.get(url).text, url


# ── answering


def test_accepting_opens_the_conversation_and_twice_is_once(inquiry, browser, realtor):
    first = browser.post(page_of(inquiry, "/accept"))
    again = browser.post(page_of(inquiry, "/accept"))
    db.session.rollback()
    conversation = db.session.scalars(sa.select(Conversation)).one()
    assert (first.status_code, first.location) == (303, chat_of(conversation))
    assert again.location == first.location
    page = browser.get(NEW).text
    assert "вы приняли" in page
    assert chat_of(conversation) in page


@pytest.mark.every_database
def test_declining_hides_the_inquiry_and_one_may_think_again(inquiry, browser, realtor):
    answer = browser.post(page_of(inquiry, "/decline"), data={"reason": "budget"})
    assert (answer.status_code, answer.location) == (303, NEW)
    assert match_of(inquiry, realtor).decline_reason == DeclineReason.BUDGET
    assert "Тихо, рядом парк" not in browser.get(NEW).text
    assert "Тихо, рядом парк" in browser.get(NEW + "?show=declined").text
    assert "Пока он открыт, его можно принять" in browser.get(page_of(inquiry)).text
    assert browser.post(page_of(inquiry, "/accept")).status_code == 303
    assert "Тихо, рядом парк" in browser.get(NEW).text


def test_a_reason_in_words_of_ones_own_is_another_reason(inquiry, browser, realtor):
    assert browser.post(page_of(inquiry, "/decline"), data={"reason": "Далеко ехать"}).status_code == 303
    assert match_of(inquiry, realtor).decline_reason == DeclineReason.OTHER


def test_the_office_itself_leads_to_what_is_new(browser):
    answer = browser.get("/office/")
    assert (answer.status_code, answer.location) == (303, NEW)


@pytest.mark.parametrize("data", [{}, {"reason": " "}])
def test_declining_needs_a_reason(inquiry, browser, realtor, data):
    assert browser.post(page_of(inquiry, "/decline"), data=data).status_code == 400
    assert match_of(inquiry, realtor) is None


def test_a_closed_inquiry_cannot_be_accepted_and_says_so(build, realtor, browser):
    inquiry = build.inquiry(status=InquiryStatus.CANCELLED)
    assert "принять его уже нельзя" in browser.get(page_of(inquiry)).text
    assert browser.post(page_of(inquiry, "/accept")).status_code == 409


def test_a_post_without_a_token_changes_nothing(inquiry, browser, realtor):
    assert browser.post(page_of(inquiry, "/accept"), csrf=False).status_code == 400
    assert match_of(inquiry, realtor) is None


def test_the_mails_link_asks_a_visitor_to_sign_in_and_comes_back(inquiry, visitor):
    answer = visitor.get(page_of(inquiry))
    assert answer.status_code == 303
    assert "next=" in answer.location


# ── my inquiries


@pytest.mark.every_database
def test_my_inquiries_are_those_i_accepted_even_after_i_moved_on(build, inquiry, browser, realtor):
    matches.accept(inquiry, actor=realtor)
    ended = build.conversation(build.inquiry(status=InquiryStatus.DONE, wishes="уже нашли"), realtor)
    page = browser.get("/office/my-inquiries/").text
    assert "Тихо, рядом парк" in page and "уже нашли" in page
    assert "Анна Петрова" in page
    assert "уже нашли" not in browser.get("/office/my-inquiries/?show=running").text
    assert "Тихо, рядом парк" not in browser.get("/office/my-inquiries/?show=closed").text
    with transaction() as session:
        session.get_one(Inquiry, ended.inquiry_id).city_id = build.city("Берлин").id
    assert "уже нашли" in browser.get("/office/my-inquiries/").text


# ── conversations


def talk(build, realtor, name, said=0):
    conversation = build.conversation(build.inquiry(build.client(name)), realtor)
    for n in range(said):
        send(conversation, conversation.client, f"вопрос {n}")
    return conversation


def send(conversation, actor, body="ответ"):
    return conversations.send(conversation, nonce=str(uuid4()), kind="text", body=body, actor=actor)


@pytest.mark.every_database
def test_the_inbox_filters_and_orders(build, realtor, browser):
    waiting, answered, ended = (talk(build, realtor, name, 1) for name in ("Анна", "Борис", "Вера"))
    send(answered, realtor)
    conversations.close(ended, actor=ended.client)

    def names(query):
        html = browser.get(f"/office/conversations/threads{query}").json["html"]
        return [name for name in ("Анна", "Борис", "Вера") if f">{name}<" in html]

    assert names("") == ["Анна", "Борис", "Вера"]
    assert names("?only=waiting") == ["Анна"]
    assert names("?only=closed") == ["Вера"]
    assert "Анна" in names("?only=unread")
    html = browser.get("/office/conversations/?order=waiting").text
    assert html.index(">Анна<") < html.index(">Борис<")
    assert f"{chat_of(waiting)}?order=waiting" in html


def test_the_realtor_writes_with_and_without_a_script(build, realtor, browser):
    conversation = talk(build, realtor, "Анна", 1)
    assert "вопрос 0" in browser.get(chat_of(conversation)).text
    form = {"nonce": str(uuid4()), "kind": "text", "body": "Добрый день"}
    plain = browser.post(chat_of(conversation, "/messages"), data=form, headers={"Accept": "text/html"})
    assert (plain.status_code, plain.location) == (303, chat_of(conversation))
    json = {"nonce": str(uuid4()), "kind": "text", "body": "Ещё раз"}
    answer = browser.post(chat_of(conversation, "/messages"), json=json, headers={"Accept": "application/json"})
    assert (answer.json["ok"], answer.json["message"]["seq"]) == (True, 3)
    history = browser.get(chat_of(conversation, "/messages?since=0")).json["messages"]
    assert [message["body"] for message in history] == ["вопрос 0", "Добрый день", "Ещё раз"]


def test_an_ended_conversation_takes_nothing_from_the_realtor(build, realtor, browser):
    conversation = talk(build, realtor, "Анна", 1)
    conversations.close(conversation, actor=conversation.client)
    json = {"nonce": str(uuid4()), "kind": "text", "body": "Ещё раз"}
    answer = browser.post(chat_of(conversation, "/messages"), json=json, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "conversation_closed")
    assert browser.post(chat_of(conversation, "/close")).status_code == 404


def test_reading_without_a_socket_is_counted(build, realtor, browser):
    conversation = talk(build, realtor, "Анна", 2)
    browser.post(chat_of(conversation, "/read"), json={"seq": 2}, headers={"Accept": "application/json"})
    db.session.rollback()
    assert db.session.get(Conversation, conversation.id).realtor_read_seq == 2


def test_the_inbox_costs_the_same_however_full(build, realtor, browser, statements):
    def cost():
        with statements() as made:
            browser.get("/office/conversations/")
        return len(made)

    talk(build, realtor, "Анна", 1)
    few = cost()
    for _ in range(10):
        talk(build, realtor, "Борис", 1)
    assert cost() == few


# ── own numbers


@pytest.mark.every_database
def test_own_numbers_count_my_answers_by_the_month_of_the_inquiry(build, realtor, browser):
    with transaction() as session:
        session.get_one(Realtor, realtor.id).created_at = utcnow() - timedelta(days=400)
    now = utcnow()
    long_ago = now - timedelta(days=70)
    for published, minutes in ((now, 4), (now, 6), (long_ago, 60), (long_ago, None)):
        inquiry = build.inquiry(published_at=published, published_day=published.date())
        pair = {"inquiry_id": inquiry.id, "realtor_id": realtor.id, "published_day": published.date()}
        accepted = published + timedelta(minutes=minutes) if minutes else None
        seconds = 60 * minutes if minutes else None
        build.add(Match(**pair, seen_at=now, accepted_at=accepted, response_seconds=seconds))
    colleagues = build.conversation(realtor=build.realtor())
    build.conversation(colleagues.inquiry, realtor)

    found = office_numbers.numbers(realtor)
    earlier = found.months[-1]
    assert (earlier.opened, earlier.accepted, earlier.response) == (2, 1, 3600)
    assert (found.total.opened, found.total.accepted) == (5, 4)
    assert found.open_conversations == 1
    page = browser.get("/office/numbers/").text
    assert "60 мин" in page or "1 ч" in page


def answer(build, realtor, minutes):
    """An inquiry of the city whose first answer is this realtor's."""
    now = utcnow()
    inquiry = build.inquiry(first_accepted_at=now, acceptances=1, first_response_seconds=60 * minutes)
    pair = {"inquiry_id": inquiry.id, "realtor_id": realtor.id, "published_day": inquiry.published_day}
    build.add(Match(**pair, seen_at=now, accepted_at=now, response_seconds=60 * minutes))


def test_my_pace_stands_beside_the_citys_only_where_nobody_is_singled_out(build, realtor, browser, monkeypatch):
    monkeypatch.setattr(city_pace, "ANSWERS", 4)
    city = lambda: office_numbers.numbers(realtor).city_response  # noqa: E731
    others = [build.realtor() for _ in range(3)]
    for minutes in (1, 2):  # my own speed is no city's
        answer(build, realtor, minutes)
    for colleague in (others[0], others[0], others[0], others[1], others[1]):
        answer(build, colleague, 10)
    assert city() is None, "two colleagues: each could reckon out the other"
    stranger = build.realtor(city=build.city("Берлин"))
    build.add(Match(inquiry_id=build.inquiry().id, realtor_id=stranger.id, seen_at=utcnow(), response_seconds=1))
    assert city() is None and "никого не выделяем" in browser.get("/office/numbers/").text
    answer(build, others[2], 30)
    assert city() == 600
    assert "10 мин" in browser.get("/office/numbers/").text
    monkeypatch.setattr(city_pace, "ANSWERS", 7)
    assert city() is None, "my own answers do not count towards enough"


def test_received_counts_the_city_since_i_joined(build, realtor, browser):
    for city in ("Прага", "Брно"):
        inquiries.submit(
            InquiryDraft(deal=Deal.RENT, city=build.city(city), property_type=PropertyType.ROOM), actor=build.client()
        )
    assert office_numbers.numbers(realtor).total.received == 1


# ── fast however large the city


@pytest.mark.parametrize(
    ("listed", "index"),
    [
        (office.new_inquiries, "SEARCH inquiries USING INDEX ix_inquiries_open"),
        (office.counts, "SEARCH inquiries USING COVERING INDEX ix_inquiries_facets"),
        (office.my_inquiries, "SEARCH matches USING INDEX ix_matches_realtor_accepted"),
        (office.declined_inquiries, "SEARCH matches USING INDEX ix_matches_realtor_accepted"),
        (inbox.unread_conversations, "SEARCH conversations USING INDEX ix_conversations_realtor_unread"),
    ],
)
def test_the_lists_read_an_index_and_sort_nothing_by_hand(realtor, listed, index):
    assert realtor.realtor.city
    plans = []

    def explain(connection, cursor, statement, parameters, *_):
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(" | ".join(row[3] for row in cursor.fetchall()))

    sa.event.listen(db.engine, "before_cursor_execute", explain)
    try:
        listed(realtor)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", explain)
    for plan in plans:
        assert index in plan
        assert "MATERIALIZE" not in plan
    assert plans

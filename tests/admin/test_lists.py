"""Pages of a list: in order, whole, from either end, however many rows there are."""

import re
from datetime import UTC, datetime
from random import Random
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import current_app
from markupsafe import escape

from app.access.permissions import Permission as P
from app.admin import listing, many
from app.admin.base import SecureModelView
from app.admin.supervisor.agencies import AgencyAdmin
from app.admin.supervisor.bin import KINDS as BIN_KINDS
from app.admin.supervisor.inquiries import InquiryAdmin
from app.admin.theme import fragments
from app.constants import FieldKind, NotificationKind
from app.extensions import db
from app.formatting import currencies
from app.integrations.geonames import reader
from app.models.audit import BinItem
from app.models.conversations import Message
from app.models.inquiries import Inquiry
from app.services import bin, conversations, inquiries, list_views, notifications, request_fields, search, settings
from app.services.request_fields import editing
from app.services.transaction import transaction


@pytest.fixture
def agencies(build):
    return [build.agency(f"Агентство {n:02}") for n in range(25)]


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(AgencyAdmin, "page_size", 10)


def names(browser, query=""):
    page = browser.get("/supervisor/agencies/" + query).get_data(as_text=True)
    return re.findall(r'class="strong"[^>]*>(Агентство \d\d)', page)


def test_pages_follow_one_another_and_end(build, browser_of, agencies, small):
    browser = browser_of(build.supervisor())
    pages = [names(browser, f"?page={n}") for n in (1, 2, 3)]
    assert sum(pages, []) == [agency.name for agency in agencies]
    assert names(browser, "?page=99") == pages[2]
    assert names(browser, "?page=-1") == pages[2]
    assert names(browser, "?sort=-name") == [agency.name for agency in agencies[:-11:-1]]


@pytest.mark.parametrize("number", ["99999999999999999999", "-99999999999999999999", "x", "0"])
def test_a_page_of_no_list_is_no_error(build, browser_of, agencies, number):
    assert browser_of(build.supervisor()).get(f"/supervisor/agencies/?page={number}").status_code == 200


def test_beyond_the_cap_pages_are_counted_from_both_ends(build, browser_of, agencies, small, monkeypatch):
    monkeypatch.setattr(listing, "CAP", 12)
    browser = browser_of(build.supervisor())
    everything = [agency.name for agency in agencies]
    assert names(browser) == everything[:10]
    assert names(browser, "?page=3") == everything[20:]
    assert names(browser, "?page=-1") == everything[15:]
    assert names(browser, "?page=-2") == everything[5:15]
    assert "page=-1" in browser.get("/supervisor/agencies/").get_data(as_text=True)


def test_more_than_the_cap_is_counted_once_a_minute(build, browser_of, agencies, small, statements, monkeypatch):
    monkeypatch.setattr(listing, "CAP", 12)
    clock = [1_000.0]
    monkeypatch.setattr(many, "monotonic", lambda: clock[0])
    browser = browser_of(build.supervisor())

    def counts(query):
        with statements() as seen:
            page = browser.get(f"/supervisor/agencies/{query}").get_data(as_text=True)
        assert "из более чем 12" in page or "page=-1" in query
        return sum("count(" in sql and "agencies" in sql for sql in seen)

    assert [counts(""), counts("?page=2"), counts("?page=-1")] == [1, 0, 0]
    clock[0] += many.SECONDS + 1
    assert counts("") == 1


def test_what_was_counted_for_one_filter_is_not_said_of_another(build, browser_of, monkeypatch):
    monkeypatch.setattr(listing, "CAP", 3)
    for deal in ("rent",) * 5 + ("buy",) * 2:
        build.inquiry(deal=deal)
    browser = browser_of(build.supervisor())
    said = [browser.get(f"/supervisor/inquiries/?deal={deal}").get_data(as_text=True) for deal in ("rent", "buy")]
    assert "1–5 из более чем 3" in said[0]
    assert "1–2 из 2" in said[1]


def test_what_a_search_finds_says_its_order(build, browser_of):
    build.inquiry(build.client("Анна Степанова"))
    search.rebuild()
    browser = browser_of(build.supervisor())
    found, all_of_them = (
        browser.get(f"/supervisor/inquiries/{query}").get_data(as_text=True) for query in ("?q=степанова", "")
    )
    assert "1–1 из 1 · сначала новые" in found
    assert "сначала новые" not in all_of_them


def test_a_list_of_inquiries_takes_few_statements(build, browser_of, statements):
    city = build.city("Прага")
    for _ in range(30):
        build.inquiry(city=city)
    browser = browser_of(build.supervisor())
    with statements() as seen:
        browser.get("/supervisor/inquiries/?deal=rent")
    of_the_list = [sql for sql in seen if "inquiries" in sql]
    assert len(of_the_list) <= 3
    assert len(seen) <= 7  # with that of the views kept under names


PAGES = (
    *(
        "inquiries/",
        "inquiries/?page=-1",
        "inquiries/?sort=number",
        "inquiries/?page=-1&status=new",
        "inquiries/?deal=buy",
    ),
    *(
        "inquiries/?status=new&deal=rent&country=CZ",
        "inquiries/?city={city}&source=site",
        "inquiries/?day_from=2026-01-01",
    ),
    *("inquiries/?q=Степанова", "inquiries/?q=Степанова&status=new&city={city}", "inquiries/?accepted=1&deal=rent"),
    *(
        "inquiries/?x-pets=yes",
        "inquiries/?x-pets=yes&status=new&city={city}",
        "inquiries/?columns=budget,x-pets",
        "inquiries/?x-walk_from=1",
    ),
    *("people/", "people/?role=realtor&city={city}", "people/?q=Степанова&state=active", "matches/?realtor={realtor}"),
    *("conversations/", "conversations/?realtor={realtor}&state=open", "conversations/?client={client}&page=-1"),
    *("conversations/?q=Степанова", "conversations/?q=Степ&state=open"),
    *("messages/", "messages/?kind=text&realtor={realtor}", "messages/?day_from=2026-01-01&client={client}"),
)


@pytest.fixture
def everything(build):
    """A row of each kind, and what addresses call them."""
    for label, kind in (("Pets", FieldKind.YES_NO), ("Walk", FieldKind.NUMBER)):
        editing.save(None, {"kind": kind, "label_ru": label, "label_en": label}, actor=build.supervisor())
    client, realtor, city = build.client("Анна Степанова"), build.realtor(), build.city("Прага")
    inquiry = build.inquiry(client, city, source="site", acceptances=1, answers={"pets": True, "walk": 3})
    talk = build.conversation(inquiry, realtor)
    conversations.send(talk, nonce=uuid4(), body="Добрый день", actor=client)
    with transaction():
        request_fields.index(inquiry)
    search.rebuild()
    return {"city": city.public_id, "client": client.public_id, "realtor": realtor.public_id}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_list_takes_three_statements(build, browser_of, driver_statements, everything, page):
    """Who asks with what surrounds every list, what has to be known before rows can be asked for, and the rows."""
    browser = browser_of(build.supervisor())
    address = "/supervisor/" + page.format(**everything)
    browser.get(address)  # the index of words is opened by whoever searches first
    many.forget()
    settings.forget()
    driver_statements.clear()
    answer = browser.get(address).get_data(as_text=True)
    asked = [sql for sql in driver_statements if sql.lstrip().startswith(("SELECT", "WITH"))]
    assert len(asked) == 3, "\n".join(asked)
    assert ("<tr data-row=" in answer) != ("buy" in page)


OFFICE = (
    *("inquiries/", "inquiries/?show=rent", "inquiries/?show=declined", "inquiries/?x-pets=yes"),
    *("my-inquiries/", "my-inquiries/?show=running", "conversations/", "conversations/?only=unread", "ready-answers/"),
)


def test_every_list_of_the_console_takes_three_statements(driver_statements, everything, build, browser_of):
    browser = browser_of(build.supervisor())
    build.join_link()
    with current_app.test_request_context():
        addresses = [f"/supervisor/{page}" for page in lists()]
    for address in addresses:
        asked = looked(browser, address, driver_statements)
        # The journal names the records that its lines are about: a question for each kind of them.
        assert len(asked) <= 3 or "journal" in address, (address, "\n".join(asked))


def test_every_list_of_the_office_takes_three_statements(driver_statements, everything, build, browser_of):
    realtor = build.realtor(city=build.city("Прага"))
    build.conversation(build.inquiry(city=build.city("Прага"), deal="rent"), realtor)
    with transaction():
        notifications.notify([realtor], NotificationKind.MESSAGE, params={"name": "Пётр"}, url="/support")
    browser = browser_of(realtor)
    for page in OFFICE:
        asked = looked(browser, f"/office/{page}", driver_statements)
        assert len(asked) <= 3, (page, "\n".join(asked))


def looked(browser, address, driver_statements):
    """What a page asks that was seen before, once the settings are due."""
    for _turn in range(2):
        settings.forget()
        driver_statements.clear()
        assert browser.get(address).status_code == 200
    return [sql for sql in driver_statements if sql.lstrip().startswith(("SELECT", "WITH"))]


def test_one_process_says_a_list_to_each_reader_in_their_language(build, browser_of):
    build.inquiry(number=5042, deal="rent", property_type="apartment")
    readers = [browser_of(build.supervisor(locale=locale)) for locale in ("ru", "en", "ru")]
    said = [reader.get("/supervisor/inquiries/").get_data(as_text=True) for reader in readers]
    for page, here, elsewhere in zip(said, ("ru", "en", "ru"), ("en", "ru", "en"), strict=True):
        assert all(words in page for words in SAID[here])
        assert not any(words in page for words in SAID[elsewhere])


SAID = {
    "ru": ("№", "Снять квартиру", "ждёт откликов", "Сохранённые виды"),
    "en": ("No.\xa05042", "Rent an apartment", "waiting for replies", "Saved views"),
}


WHOLE = ",".join(InquiryAdmin.column_list + InquiryAdmin.fixed_more)
LISTS = ("conversations/", "messages/", "matches/", "people/", f"inquiries/?columns={WHOLE}")


@pytest.mark.parametrize("place", LISTS)
def test_no_cell_of_a_list_asks_for_more(build, browser_of, statements, place):
    browser = browser_of(build.supervisor())

    def cost():
        with statements() as seen:
            page = browser.get(f"/supervisor/{place}")
        assert page.status_code == 200
        return len(seen)

    build.conversation()
    one = cost()
    for _ in range(5):
        build.conversation(realtor=build.realtor())
    assert cost() == one <= 7


def test_filters_stand_in_the_address_and_narrow(build, browser_of):
    prague, berlin = build.city("Прага"), build.city("Берлин")
    mine, other = build.inquiry(city=prague, deal="buy"), build.inquiry(city=berlin)
    browser = browser_of(build.supervisor())
    for query in (f"?city={prague.public_id}", "?country=CZ", "?deal=buy", "?status=new&deal=buy"):
        page = browser.get("/supervisor/inquiries/" + query).get_data(as_text=True)
        assert f"№\xa0{mine.number}<" in page, query
        assert f"№\xa0{other.number}<" not in page, query


def test_a_day_of_the_list_is_a_business_day(build, browser_of):
    late = build.inquiry(published_at=datetime(2026, 3, 1, 21, 30, tzinfo=UTC))  # already March 2 in Moscow
    browser = browser_of(build.supervisor())
    first = browser.get("/supervisor/inquiries/?day_from=2026-03-01&day_to=2026-03-01").get_data(as_text=True)
    second = browser.get("/supervisor/inquiries/?day_from=2026-03-02&day_to=2026-03-02").get_data(as_text=True)
    assert f"№\xa0{late.number}<" not in first
    assert f"№\xa0{late.number}<" in second


def test_owners_read_what_the_system_said_in_words(build, browser_of):
    inquiry = build.inquiry()
    talk = build.conversation(inquiry=inquiry)
    conversations.close(talk, actor=inquiry.client)
    browser = browser_of(build.supervisor())
    for page in ("/supervisor/conversations/", f"/supervisor/inquiries/{inquiry.public_id}/"):
        html = browser.get(page).get_data(as_text=True)
        assert "Клиент закрыл переписку" in html
        assert ">closed<" not in html


def test_only_money_of_today_is_offered():
    assert {"EUR", "CZK", "GEL", "RSD"} <= set(currencies())
    assert not {"DEM", "CSK", "XAU"} & set(currencies())
    assert {country.currency for country in reader.countries()} <= set(currencies())


def test_the_menu_stands_as_its_reader_left_it(build, browser_of):
    owner = browser_of(build.supervisor())

    def unfolded(path):
        page = owner.get(path).data.decode()
        return set(re.findall(r'data-group="(\w+)" open', page))

    assert {"work", "people"} <= unfolded("/supervisor/") and "service" not in unfolded("/supervisor/")
    assert "service" in unfolded("/supervisor/settings/"), "the page that is shown stands in the menu"
    owner.set_cookie("folded", "work.people", path="/supervisor")
    assert "work" not in unfolded("/supervisor/") and "service" in unfolded("/supervisor/")


def test_messages_of_one_kind_are_shown_and_exported(build, browser_of):
    """The filter has the name of a part of the file's address."""
    conversation = build.conversation()
    conversations.send(conversation, nonce=uuid4(), body="Здравствуйте", actor=conversation.client)
    browser = browser_of(build.supervisor())
    page = browser.get("/supervisor/messages/?kind=text").get_data(as_text=True)
    assert len(re.findall("<tr data-row=", page)) == 1
    assert "/supervisor/messages/export.xlsx?kind=text" in page
    assert not re.search("<tr data-row=", browser.get("/supervisor/messages/?kind=voice").get_data(as_text=True))


def test_a_numbered_list_is_turned_round_from_its_first_number(build, browser_of, monkeypatch):
    monkeypatch.setattr(InquiryAdmin, "page_size", 3)
    for number in range(2001, 2009):
        build.inquiry().number = number  # without holes, as the service gives them
        db.session.commit()
    browser = browser_of(build.supervisor())

    def page(query):
        return [int(n) for n in re.findall(r"№\s(\d+)</a>", browser.get("/supervisor/inquiries/" + query).text)]

    assert page("?sort=number") == [2001, 2002, 2003]
    assert page("?sort=number&page=3") == page("?sort=number&page=-1") == [2007, 2008]
    assert page("?sort=-number") == page("") == [2008, 2007, 2006]


def test_messages_stand_in_the_order_of_sending(build, browser_of):
    """Whichever of them was stored first, and whatever narrows the list."""
    late, early = build.conversation(), build.conversation()
    for talk, day in ((late, 5), (early, 3)):
        conversations.send(talk, nonce=uuid4(), body="Здравствуйте", actor=talk.client)
        mine = Message.conversation_id == talk.id, Message.kind == "text"
        db.session.execute(sa.update(Message).where(*mine).values(created_at=datetime(2026, 3, day, tzinfo=UTC)))
        db.session.commit()
    browser = browser_of(build.supervisor())
    for query in ("?day_from=2026-03-01&day_to=2026-03-31", "?kind=text&day_from=2026-03-01&day_to=2026-03-31"):
        page = browser.get("/supervisor/messages/" + query).text
        assert re.findall(r'datetime="2026-03-0(\d)', page) == ["5", "3"]
    assert not re.findall("<tr data-row=", browser.get("/supervisor/messages/?kind=system&day_to=2026-03-31").text)


@pytest.mark.parametrize("seed", range(4))
def test_pages_by_numbers_leave_out_what_has_been_taken_out(browser_of, build, monkeypatch, seed):
    """Any holes, at the ends and in stretches: every inquiry stands on one page, and the last page is the last."""
    monkeypatch.setattr(InquiryAdmin, "page_size", 3)
    boss, owner, chance = browser_of(build.supervisor()), build.supervisor(), Random(seed)
    client, city = build.client(), build.city()
    for _ in range(14):
        build.inquiry(client, city)  # numbered one after another
    left = db.session.scalars(sa.select(Inquiry).order_by(Inquiry.number.desc())).all()
    for gone in chance.sample(left, 6):
        left.remove(gone)
        inquiries.remove(gone, actor=owner)
    bin.restore(db.session.scalars(sa.select(BinItem).order_by(BinItem.id)).first(), actor=owner)
    wanted = db.session.scalars(sa.select(Inquiry.number).order_by(Inquiry.number.desc())).all()
    pages = [re.findall(r"№\s(\d+)</a>", boss.get(f"/supervisor/inquiries/?page={n}").text) for n in (1, 2, 3)]
    assert [int(number) for page in pages for number in page] == wanted and len(pages[0]) == 3
    assert "1–3 из 9" in boss.get("/supervisor/inquiries/").text
    assert re.findall(r"№\s(\d+)</a>", boss.get("/supervisor/inquiries/?page=-1").text) == pages[2]
    turned = [
        re.findall(r"№\s(\d+)</a>", boss.get(f"/supervisor/inquiries/?sort=number&page={n}").text) for n in (1, 2, 3)
    ]
    assert [int(number) for page in turned for number in page] == wanted[::-1]


def test_everything_that_goes_into_the_bin_has_a_name_there(browser_of, build):
    assert set(BIN_KINDS) == set(bin.MODELS)
    owner = build.supervisor()
    inquiries.remove(build.inquiry(), actor=owner)
    page = browser_of(owner).get("/supervisor/bin/").text
    assert ">запрос<" in page


def test_what_the_program_brings_stands_in_its_lists_before_anybody_has_read_it(build, browser_of):
    browser = browser_of(build.supervisor())
    for room, brought in (("pages", "Условия использования"), ("faq", "Сколько это стоит?"), ("faq-topics", "Запрос")):
        assert brought in browser.get(f"/supervisor/{room}/").get_data(as_text=True)
    empty = browser.get("/supervisor/inquiries/").get_data(as_text=True)
    assert "когда клиент отправляет форму" in empty


def test_what_a_link_has_narrowed_is_said_above_the_folded_filters(build, browser_of):
    client = build.client()
    page = browser_of(build.supervisor()).get(f"/supervisor/journal/?record=user:{client.public_id}")
    page = page.get_data(as_text=True)
    assert page.index("Одна запись") < page.index('<details class="list-narrow" data-open-wide>')
    assert f'name="record" value="user:{client.public_id}"' in page, "further filters keep it"


def test_a_page_drawn_for_one_reader_tells_another_nothing_of_them(build, browser_of):
    people = [
        build.supervisor(name=name, email=f"{word}@otklik.test") for name, word in (("Вера Лось", "v"), ("Яна Ёж", "y"))
    ]
    build.inquiry(deal="rent")
    with transaction():
        notifications.notify([people[0]], NotificationKind.MESSAGE, params={"name": "Пётр"}, url="/support")
    pages = [browser_of(one).get("/supervisor/inquiries/?deal=rent&page=1").get_data(as_text=True) for one in people]
    tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', page)) for page in pages]
    assert [len(each) for each in tokens] == [1, 1] and not tokens[0] & tokens[1]
    assert all(len(token) > 40 for each in tokens for token in each), tokens
    assert [re.search(r'id="bell-count">([^<]*)<', page)[1] for page in pages] == ["1", ""]
    for mine, other, page in zip(people, people[::-1], pages, strict=True):
        own, others = ([escape(one.name), one.email, str(one.public_id)] for one in (mine, other))
        assert all(word in page for word in own) and not any(word in page for word in others)
        assert "\0" not in page


def lists():
    """Every list of the console by its address."""
    console = next(admin for admin in current_app.extensions["admin"] if admin.endpoint == "supervisor")
    views = [view for view in console._views if isinstance(view, SecureModelView)]
    return [view.url.removeprefix("/supervisor/") + "/" for view in views]


def as_said(browser, address):
    """The page without what is another one each time it is made."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return re.sub(r'(name="csrf_token" value|data-csrf|data-alone)="[^"]*"', r"\1", answer.get_data(as_text=True))


def test_a_page_kept_for_all_is_the_page_drawn_for_its_reader(everything, build, browser_of, monkeypatch):
    """Whoever came before, with the same rights or others, in another language, on another page of the list."""
    monkeypatch.setattr(SecureModelView, "page_size", 1)
    rights = (P.INQUIRY_READ, P.PEOPLE_READ, P.CONVERSATION_SUPERVISE, P.AGENCIES_READ, P.PLACES_READ)
    owners = [build.supervisor(), build.supervisor(locale="en"), build.supervisor(name="Вера Лось")]
    for status in ("new", "done", "done"):
        build.inquiry(status=status)
    list_views.save("inquiries_admin", {"name": "Купить", "query": "deal=buy", "pinned": True}, actor=owners[2])
    browsers = [browser_of(reader) for reader in (*owners, build.staff(*rights))]
    kept = {}
    with_args = [page.format(**everything) for page in PAGES]
    more = ["inquiries/?page=2", "inquiries/?status=done&page=-1", "inquiries/?deal=buy&sort=number", "people/?page=2"]
    more += ["inquiries/?q=%22%3E%3Cb%3E", f"journal/?record=user:{everything['client']}"]
    with current_app.test_request_context():
        addresses = [f"/supervisor/{page}" for page in (*lists(), *with_args, *more)]
    for turn, browser in enumerate(browsers):
        for address in addresses:
            if turn < 3 or address.split("?")[0] in ("/supervisor/inquiries/", "/supervisor/people/"):
                kept[turn, address] = as_said(browser, address)
    for (turn, address), page in kept.items():
        fragments.forget()
        assert as_said(browsers[turn], address) == page, (turn, address)


def test_a_page_kept_for_all_changes_with_what_its_owners_change(build, browser_of):
    owner = build.supervisor()
    browser = browser_of(owner)
    build.inquiry(deal="rent")
    inquiries_at = "/supervisor/inquiries/"
    said = lambda: browser.get(inquiries_at).get_data(as_text=True)  # noqa: E731
    assert "Новое имя" not in said() and "Балкон" not in said()
    settings.change("name_ru", "Новое имя", actor=owner)
    editing.save(None, {"kind": FieldKind.YES_NO, "label_ru": "Балкон", "label_en": "Balcony"}, actor=owner)
    assert "Новое имя" in said() and "Балкон" in said()
    with browser.session_transaction() as session:
        session["_flashes"] = [("success", "Сохранено только что")]
    assert "Сохранено только что" in said()
    assert "Сохранено только что" not in said()


def test_what_a_page_leads_to_keeps_what_it_asks(build, browser_of, monkeypatch):
    monkeypatch.setattr(InquiryAdmin, "page_size", 1)
    for deal in ("rent", "rent", "buy", "buy"):
        build.inquiry(deal=deal)
    browser = browser_of(build.supervisor())
    for deal in ("rent", "buy"):
        page = browser.get(f"/supervisor/inquiries/?deal={deal}&page=2").get_data(as_text=True)
        assert f'href="/supervisor/inquiries/?deal={deal}&amp;page=1"' in page
        assert f'href="/supervisor/inquiries/?deal={deal}&amp;sort=-number"' in page
        assert f'href="/supervisor/inquiries/export.xlsx?deal={deal}"' in page
        assert f'name="back" value="deal={deal}&amp;page=2"' in page
        assert f'name="query" value="deal={deal}"' in page


def test_rare_filters_stand_folded_until_one_is_asked(everything, build, browser_of):
    browser = browser_of(build.supervisor())
    folded, own, usual = (
        browser.get(f"/supervisor/inquiries/{query}").get_data(as_text=True)
        for query in ("", "?x-pets=yes", "?deal=rent")
    )
    assert '<details class="list-rare">' in folded and '<details class="list-rare">' in usual
    assert '<details class="list-rare" open>' in own
    assert folded.index('name="deal"') < folded.index("Ещё фильтры") < folded.index('name="x-pets"')
    assert "list-rare" not in browser.get("/supervisor/people/").get_data(as_text=True)


def test_an_empty_list_has_nothing_to_narrow(build, browser_of):
    browser = browser_of(build.supervisor())
    assert 'class="list-filters' not in browser.get("/supervisor/bin/").text
    assert 'class="list-filters' in browser.get("/supervisor/people/?q=такогонет").text

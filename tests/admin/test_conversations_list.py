"""«Переписки»: an owner who knows one thing about either side finds the conversation, the latest first."""

from datetime import timedelta
from random import Random

import pytest
from flask import current_app
from flask_login import login_user
from werkzeug.datastructures import MultiDict

from app.admin import listing
from app.admin.supervisor.conversations import ConversationAdmin
from app.extensions import db
from app.models.conversations import Conversation
from app.services import conversation_search, search
from app.services.transaction import transaction

LIST = "/supervisor/conversations/"


@pytest.fixture
def talks(build):
    """Anna and Pyotr, Oleg and Pyotr, Oleg and Anna Novak, and one with support."""
    anna = build.client("Анна Семёнова", phone="+420773577388", email="anna@otklik.example")
    oleg, pyotr = build.client("Олег Королёв"), build.realtor("Пётр Новак", phone="+79161234567")
    novak = build.realtor("Анна Новак", agency=build.agency("Эркер"))
    pairs = ((anna, pyotr), (oleg, pyotr), (oleg, novak))
    found = [build.conversation(build.inquiry(client, number=4242 + n), who) for n, (client, who) in enumerate(pairs)]
    found.append(build.support(anna))
    with transaction():
        for n, talk in enumerate(found):
            talk.last_message_at += timedelta(minutes=n)
    search.rebuild()
    return found


def found(browser, text, talks, **narrowed):
    """Which of ``talks`` the list shows, in its order."""
    page = browser.get(LIST, query_string={"q": text, **narrowed}).get_data(as_text=True)
    at = {n: page.find(f"{LIST}{talk.public_id}/") for n, talk in enumerate(talks)}
    return sorted((n for n in at if at[n] >= 0), key=at.get)


@pytest.mark.every_database
@pytest.mark.parametrize("many", [False, True])
def test_either_side_and_the_inquiry_lead_to_a_conversation(build, browser_of, talks, monkeypatch, many):
    if many:
        monkeypatch.setattr(conversation_search, "MOST", -1)
    owner = browser_of(build.supervisor())
    assert found(owner, "семенова", talks) == [3, 0], "a client, with support too, the latest first"
    assert found(owner, "анна", talks) == [3, 2, 0], "whichever side they are"
    assert found(owner, "новак", talks) == [2, 1, 0]
    assert found(owner, "петр новак", talks) == [1, 0], "every word of one person"
    assert found(owner, "корол", talks) == [2, 1], "the last word may be only begun"
    assert found(owner, "773 577-388", talks) == found(owner, "anna@otklik.example", talks) == [3, 0]
    assert found(owner, "8 (916) 123-45-67", talks) == [1, 0]
    assert found(owner, "4243", talks) == found(owner, "№ 4243", talks) == found(owner, "No. 4243", talks) == [1]
    assert found(owner, "Эркер", talks) == [2]
    assert found(owner, "абракадабра", talks) == found(owner, "№ 9", talks) == found(owner, "…", talks) == []
    assert found(owner, "анна", talks, sort="last_message_at") == [0, 2, 3]


def test_filters_narrow_what_was_found(build, browser_of, talks):
    with transaction():
        talks[0].open = False
    owner = browser_of(build.supervisor())
    assert found(owner, "новак", talks, state="open") == [2, 1]
    assert found(owner, "новак", talks, state="closed") == [0]
    assert found(owner, "новак", talks, realtor=str(talks[0].realtor.public_id)) == [1, 0]


@pytest.mark.parametrize("many", [False, True])
def test_pages_of_what_was_found_are_whole(app, build, talks, monkeypatch, many):
    """Nobody stands twice, whichever end a page is counted from, and a list beyond the cap too."""
    chance, names = Random(5), ("Анна", "Олег", "Нина")
    clients = [build.client(f"{name} Новак") for name in names]
    realtors = [build.realtor(f"{name} Белов") for name in names]
    for _ in range(30):
        talk = build.conversation(build.inquiry(chance.choice(clients)), chance.choice(realtors))
        with transaction():
            talk.last_message_at += timedelta(minutes=chance.randrange(5))
    search.rebuild()
    monkeypatch.setattr(ConversationAdmin, "page_size", 4)
    if many:
        monkeypatch.setattr(conversation_search, "MOST", -1)
    wanted = [talk for talk in db.session.scalars(db.select(Conversation)) if _has(talk, "Анна")]
    wanted = [talk.id for talk in sorted(wanted, key=lambda talk: (talk.last_message_at, talk.id), reverse=True)]
    owner = build.supervisor()
    for cap in (5, 10_000):
        monkeypatch.setattr(listing, "CAP", cap)
        with app.test_request_context():
            login_user(owner)
            view = _view()
            for number in range(1, 5):
                page = listing.page(view, listing.Asked.of(view, MultiDict({"q": "анна", "page": str(number)})))
                assert [row.id for row in page.rows] == wanted[number * 4 - 4 : number * 4]
                assert (page.total, page.exact) == (min(len(wanted), cap), len(wanted) <= cap)
            last = listing.page(view, listing.Asked.of(view, MultiDict({"q": "анна", "page": "-1"})))
            assert [row.id for row in last.rows] == (wanted[-4:] if cap == 5 else wanted[(len(wanted) - 1) // 4 * 4 :])


def _has(talk, name):
    return any(person and person.name.startswith(name) for person in (talk.client, talk.realtor))


def _view():
    return next(view for admin in current_app.extensions["admin"] for view in admin._views if view.endpoint == "talks")

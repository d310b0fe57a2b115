"""Messages are found by their words in any form, by nobody but the people of the conversation."""

import threading
from uuid import uuid4

import pytest

from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Message
from app.models.search import messages_search
from app.services import conversations, message_search, messages
from app.services.transaction import transaction

pytestmark = pytest.mark.every_database


@pytest.fixture
def chat(build):
    return build.conversation()


def said(chat, actor, body):
    line = conversations.send(chat, nonce=uuid4(), body=body, actor=actor)
    return db.session.scalar(db.select(Message).where(Message.public_id == line.public_id))


def found(chat, text, actor=None):
    hits, _query = message_search.in_conversation(chat, text, actor=actor or chat.client)
    return [hit.body for hit in hits]


@pytest.mark.parametrize(
    "text",
    [
        *("квартира", "квартиры", "квартир", "КВАРТИРУ", "кварт", "елка", "ёлку", "ёлки", "метро квартиру"),
        *("777 123 456", "+420 777", "kvartira.example", "договор.pdf"),
    ],
)
def test_any_form_of_any_word_finds(chat, text):
    body = "Тихая квартира у метро, во дворе ёлка. +420 777 123 456, https://kvartira.example/договор.pdf"
    said(chat, chat.realtor, body)
    said(chat, chat.client, "Спасибо!")
    assert found(chat, text) == [body]


@pytest.mark.parametrize("text", ["балкон", "квартира балкон", "кв", "!!!", '"', "zzc1", "кв* OR метро", ""])
def test_what_does_not_fit_is_not_found(chat, text):
    said(chat, chat.realtor, "Тихая квартира у метро")
    assert found(chat, text) == []


def test_the_newest_comes_first_and_the_words_are_named(chat):
    said(chat, chat.realtor, "Две квартиры")
    said(chat, chat.client, "Первая Квартира лучше")
    hits, query = message_search.in_conversation(chat, "квартиру", actor=chat.client)
    assert [hit.seq for hit in hits] == [2, 1]
    assert message_search.words_found(hits, query) == ["Квартира", "квартиры"]


def test_everybody_finds_only_in_their_own_conversations(chat, build):
    other = build.conversation(inquiry=build.inquiry(client=chat.client))
    said(chat, chat.client, "квартира первая")
    said(other, other.realtor, "квартира вторая")
    everywhere = lambda person: {hit.body for hit in message_search.everywhere("квартиры", actor=person)[0]}  # noqa: E731
    assert everywhere(chat.client) == {"квартира первая", "квартира вторая"}
    assert everywhere(chat.realtor) == {"квартира первая"}
    assert everywhere(build.client()) == everywhere(build.realtor()) == set()
    assert found(chat, "вторая") == [] and found(chat, "первая", actor=build.client()) == []


def test_edits_and_deletions_are_followed_before_and_after_indexing(chat):
    for late in (False, True):
        message = said(chat, chat.client, "балкон")
        if late:
            message_search.catch_up()
        messages.edit(message, "терраса", actor=chat.client)
        assert (found(chat, "балкон"), found(chat, "террасу")) == ([], ["терраса"])
        messages.delete(message, actor=chat.client)
        assert found(chat, "терраса") == []


def test_each_message_is_taken_in_once_in_short_writes(chat, monkeypatch):
    monkeypatch.setattr(message_search, "CHUNK", 3)
    for n in range(8):
        said(chat, chat.client, f"дом {n}")
    assert message_search.catch_up(chunks=1) == 3
    assert message_search.catch_up() == 5 and message_search.catch_up() == 0
    assert len(found(chat, "дома")) == 8
    said(chat, chat.client, "ещё дом")
    assert found(chat, "домов")[0] == "ещё дом", "a search takes in what is new"


@pytest.fixture
def meanwhile(app):
    """``meanwhile(message, change)``: a thread in which its author does that."""

    def make(message, change):
        key, author = message.id, message.sender_id

        def run():
            with app.app_context():
                change(db.session.get(Message, key), db.session.get(User, author))

        return threading.Thread(target=run, daemon=True)

    return make


def entries(message):
    db.session.rollback()
    mine = messages_search.c.rowid == message.id
    return db.session.scalar(db.select(db.func.count()).select_from(messages_search).where(mine))


def test_words_taken_back_before_they_are_written_stay_out_of_the_index(chat, meanwhile, monkeypatch):
    """Between the reading of a message and the writing of its stems it is deleted, another is edited."""
    gone, other = said(chat, chat.client, "балкон"), said(chat, chat.client, "терраса")
    changes = [
        meanwhile(gone, lambda message, author: messages.delete(message, actor=author)),
        meanwhile(other, lambda message, author: messages.edit(message, "лоджия", actor=author)),
    ]
    real = message_search._entry

    def slowly(row):
        stems = real(row)
        if changes and threading.current_thread() is threading.main_thread():
            thread = changes.pop(0)
            thread.start()
            thread.join(10)
        return stems

    monkeypatch.setattr(message_search, "_entry", slowly)
    message_search.catch_up()
    assert (entries(gone), entries(other)) == (0, 1)
    assert (found(chat, "терраса"), found(chat, "лоджия")) == ([], ["лоджия"])


def test_an_edit_under_way_is_waited_for(chat, meanwhile):
    message, begun, go_on = said(chat, chat.client, "балкон"), threading.Event(), threading.Event()

    def edit(row, author):
        with transaction():
            messages.edit(row, "лоджия", actor=author)
            begun.set()
            go_on.wait(10)

    thread = meanwhile(message, edit)
    thread.start()
    begun.wait(10)
    threading.Timer(0.3, go_on.set).start()
    message_search.catch_up()
    thread.join(10)
    assert (found(chat, "балкон"), found(chat, "лоджия")) == ([], ["лоджия"])


@pytest.mark.parametrize(
    "body, text, shown",
    [
        ("Есть ёлка", "елки", [("Есть ", False), ("ёлка", True)]),
        ("слово " * 60 + "балкон на юг", "балкон", None),
        ("без него", "балкон", [("без него", False)]),
    ],
)
def test_a_snippet_shows_the_words_that_were_looked_for(database, body, text, shown):
    pieces = message_search.snippet(body, message_search.parse(text))
    if shown:
        assert pieces == shown
    else:
        assert pieces[0] == ("…", False) and ("балкон", True) in pieces
        assert len("".join(piece for piece, _ in pieces)) < 150

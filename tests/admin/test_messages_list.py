"""«Сообщения»: who looks for words finds the messages they stand among, in any form, and only who may read them."""

import io
from uuid import uuid4

import openpyxl
import pytest

from app.access.permissions import Permission
from app.extensions import db
from app.models.conversations import Message
from app.services import conversations, messages

LIST = "/supervisor/messages/"


@pytest.fixture
def chat(build):
    return build.conversation()


def say(chat, body, actor=None):
    line = conversations.send(chat, nonce=uuid4(), body=body, actor=actor or chat.realtor)
    return db.session.scalar(db.select(Message).where(Message.public_id == line.public_id))


def look(browser, text, **narrowed):
    return browser.get(LIST, query_string={"q": text, **narrowed}).get_data(as_text=True)


@pytest.mark.every_database
def test_words_in_any_form_are_found_at_once_and_marked_where_they_stand(build, browser_of, chat):
    owner = browser_of(build.supervisor())
    say(chat, "Нужна предоплата за <ёлку>, переведите на карту")
    say(chat, "Спасибо, подумаю", actor=chat.client)
    page = look(owner, "предоплату елки")
    assert "<mark>предоплата</mark> за &lt;<mark>ёлку</mark>&gt;" in page
    assert "подумаю" not in page
    assert f"/supervisor/conversations/{chat.public_id}/?at=1#message-1" in page, "it leads to the message itself"
    assert "<mark>предоплата</mark>" in look(owner, "предопл"), "the last word may be only begun"
    for kept in (f"zzc{chat.id}", "zzc", "zzp"):
        found = look(owner, kept)
        assert f"/conversations/{chat.public_id}/" not in found, "what the index keeps beside the words is no word"
    gone = say(chat, "Адрес: Тихая, 5")
    messages.delete(gone, actor=chat.realtor)
    assert "Тихая" not in look(owner, "Тихая").replace('value="Тихая"', "")


def test_without_words_no_text_is_shown_and_no_file_has_any(build, browser_of, chat):
    owner = browser_of(build.supervisor())
    say(chat, "Секретный адрес")
    assert "Секретный" not in owner.get(LIST).get_data(as_text=True)
    assert "<mark>Секретный</mark>" in look(owner, "секретные")
    file = owner.get(f"{LIST}export.xlsx", query_string={"q": "секретные", "columns": "all"}).data
    rows = list(openpyxl.load_workbook(io.BytesIO(file)).active.values)
    assert len(rows) == 2 and "Секретный адрес" not in {str(value) for row in rows for value in row}


def test_who_may_not_read_conversations_searches_none(build, browser_of, chat):
    say(chat, "Секретный адрес")
    reader = browser_of(build.staff(Permission.CONVERSATION_SUPERVISE))
    assert "<mark>Секретный</mark>" in look(reader, "секретные")
    other = browser_of(build.staff(Permission.INQUIRY_READ))
    assert other.get(LIST, query_string={"q": "секретные"}).status_code == 403


def test_a_message_long_ago_is_shown_among_its_neighbours(build, browser_of, chat):
    owner = browser_of(build.supervisor())
    for n in range(160):
        say(chat, f"слово-{n};")
    address = f"/supervisor/conversations/{chat.public_id}/"
    page = owner.get(address, query_string={"at": 20}).get_data(as_text=True)
    assert 'id="message-20"' in page and 'id="message-69"' in page and 'id="message-70"' not in page
    assert f'href="{address}"' in page, "and back to the latest"
    assert owner.get(address, query_string={"before": 10**30}).status_code == 200

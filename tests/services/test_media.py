"""Files in a conversation: what is taken, what is refused, and that a refusal leaves nothing behind."""

import errno
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask_babel import force_locale
from PIL import Image

from app.constants import MediaState, MessageKind
from app.errors import ConversationClosed, DomainError, Forbidden, InvalidInput
from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import Message
from app.models.media import Media
from app.models.notifications import Notification
from app.services import conversations, inbox, media
from app.services.media import heif, store
from app.services.media.receiving import receive
from app.services.notifications import in_this_language
from app.services.transaction import transaction
from tests import files

IMAGE, FILE, VOICE = MessageKind.IMAGE, MessageKind.FILE, MessageKind.VOICE


@pytest.fixture
def chat(build):
    return build.conversation()


@pytest.fixture
def send(chat):
    """``send(data, name, kind)`` by the client, unless ``actor`` says otherwise."""

    def make(data, name="file", kind=FILE, *, actor=None, body="", nonce=None):
        return media.send(
            chat,
            nonce=nonce or uuid4(),
            kind=kind,
            body=body,
            name=name,
            stream=BytesIO(data),
            actor=actor or chat.client,
        )

    return make


def count(model):
    return db.session.scalar(db.select(db.func.count()).select_from(model))


REFUSED = {
    "svg": ("logo.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg"),
    "svg behind an XML line": ("logo.png", lambda: b'<?xml version="1.0"?>\n<svg><script/></svg>', "svg"),
    "html": ("page.html", lambda: b"<!DOCTYPE html><script>alert(1)</script>", "html"),
    "html called text": ("notes.txt", lambda: b"hello\n<script>alert(1)</script>", "html"),
    "program called photo": ("photo.jpg", lambda: b"MZ\x90\0" + bytes(900), "unknown_type"),
    "program called PDF": ("contract.pdf", lambda: b"\x7fELF" + bytes(900), "unknown_type"),
    "photo called PDF": ("contract.pdf", files.photo, "renamed"),
    "Word called PDF": ("contract.pdf", files.docx, "renamed"),
    "text called PDF": ("contract.pdf", lambda: b"just words", "renamed"),
    "empty": ("photo.jpg", lambda: b"", "empty"),
    "half a photo": ("photo.jpg", lambda: files.photo()[:2000], "broken"),
    "half a PNG": ("photo.png", lambda: files.photo(form="PNG")[:-40], "broken"),
    "half a Word": ("a.docx", lambda: files.docx()[:-30], "broken"),
    "half a PDF": ("a.pdf", lambda: files.pdf()[:30], "broken"),
    "bomb": ("photo.png", files.bomb, "too_many_pixels"),
    "photo and archive": ("photo.jpg", lambda: files.photo() + files.packed("evil.jar"), "polyglot"),
    "photo and page": ("photo.jpg", lambda: files.photo() + b"<html><script>alert(1)</script>", "polyglot"),
    "script in a GIF": ("a.gif", lambda: b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)", "broken"),
    "PDF and archive": ("a.pdf", lambda: files.pdf() + files.packed("evil.jar") + b"%%EOF", "polyglot"),
    "Word and something after": ("a.docx", lambda: files.docx() + b"#!/bin/sh", "polyglot"),
    "macros": ("a.docx", lambda: files.docx("word/vbaProject.bin"), "macros"),
    "archive": ("a.zip", lambda: files.packed("a.txt"), "archive"),
    "archive called Word": ("a.docx", lambda: files.packed("a.txt"), "archive"),
    "music": ("song.mp3", lambda: b"ID3\x03\0\0\0" + bytes(200), "unknown_type"),
    "iPhone's own format, damaged": ("a.heic", lambda: files.heic()[:-200], "broken"),
    "iPhone's own format, hollow": ("a.heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64), "broken"),
    "iPhone's own format called PDF": ("a.pdf", files.heic, "renamed"),
    "too large": ("a.pdf", lambda: files.pdf(b" " * (20 * 1024 * 1024)), "too_large"),
}


@pytest.mark.parametrize("name, make, code", REFUSED.values(), ids=REFUSED)
def test_a_refused_file_says_why_and_leaves_nothing(send, stored, name, make, code):
    for kind in (IMAGE, FILE):
        with pytest.raises(DomainError) as refusal:
            send(make(), name, kind)
        assert refusal.value.code == code
        assert str(refusal.value.message)
    assert stored() == [] and count(Media) == count(Message) == 0


TAKEN = {
    "PDF": ("Договор.pdf", files.pdf, "application/pdf", "Договор.pdf"),
    "Word": ("a.docx", files.docx, "wordprocessingml", "a.docx"),
    "Excel": ("a.xlsx", lambda: files.packed("[Content_Types].xml", "xl/workbook.xml"), "spreadsheetml", "a.xlsx"),
    "OpenDocument": ("a.odt", files.odt, "opendocument.text", "a.odt"),
    "no ending": ("Договор", files.pdf, "application/pdf", "Договор.pdf"),
    "a dot in its name": ("Договор от 01.12", files.pdf, "application/pdf", "Договор от 01.12.pdf"),
    "somebody's folder": ("C:\\Users\\x\\..\\a\u202efdp.txt", lambda: "да".encode(), "text/plain", "a fdp.txt"),
    "Windows text": ("a.csv", lambda: "Цена;Этаж".encode("cp1251"), "text/csv", "a.csv"),
}


@pytest.mark.parametrize("name, make, content_type, kept", TAKEN.values(), ids=TAKEN)
def test_documents_are_kept_as_they_are_under_a_clean_name(send, stored, name, make, content_type, kept):
    line = send(make(), name)
    assert line.kind == FILE and line.media.name == kept and content_type in line.media.content_type
    [path] = stored()
    assert path.stat().st_size == line.media.size


def test_a_photo_is_turned_upright_and_loses_its_place(send, stored):
    original = files.photo_with_a_place()
    assert b"SecretCamera" in original
    line = send(original, "IMG_1.jpg", IMAGE)
    assert (line.media.width, line.media.height) == (800, 1200)
    assert len(stored()) == 2  # with its thumbnail
    for path in stored():
        assert b"SecretCamera" not in path.read_bytes()
        assert not Image.open(path).getexif()


def test_an_iphones_own_photo_becomes_one_that_every_browser_shows(send, stored):
    assert b"SecretCamera" in files.heic()
    line = send(files.heic(), "IMG_1.HEIC", FILE)
    assert (line.kind, line.media.name, line.media.content_type) == (IMAGE, "IMG_1.jpg", "image/jpeg")
    picture = next(Image.open(path) for path in stored() if path.suffix == ".jpg")
    assert picture.size == (64, 32)
    (red, _, blue), (right_red, _, right_blue) = picture.getpixel((8, 16)), picture.getpixel((56, 16))
    assert blue > 150 > red and right_red > 150 > right_blue
    assert not any(b"SecretCamera" in path.read_bytes() for path in stored())


def test_a_photo_that_kills_its_decoder_is_only_refused(send, stored, monkeypatch, tmp_path):
    killed = tmp_path / "child.py"
    killed.write_text("import os; os.abort()")
    monkeypatch.setattr(heif, "CHILD", killed)
    with pytest.raises(InvalidInput) as refusal:
        send(files.heic(), "IMG_1.HEIC", FILE)
    assert refusal.value.code == "broken" and stored() == []


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_other_pictures_become_photos_whatever_was_asked(send, form):
    line = send(files.photo((3000, 1500), form), f"a.{form.lower()}", FILE)
    assert line.kind == IMAGE and line.media.name in ("a.webp", "a.jpg")
    assert (line.media.width, line.media.height) == (2560, 1280)


def test_see_through_pictures_stay_so(send, stored):
    out = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    send(out.getvalue(), "logo.png", IMAGE)
    assert all(Image.open(path).mode == "RGBA" for path in stored())


@pytest.mark.parametrize("form", files.FORMS)
def test_a_recording_is_told_by_its_content(send, form):
    data = files.recording(form)
    if form == "mp3":
        with pytest.raises(InvalidInput) as refusal:
            send(data, "voice.webm", VOICE)
        assert refusal.value.code == "not_voice"
        return
    line = send(data, "whatever.exe", VOICE)
    assert line.kind == VOICE and line.media.seconds == pytest.approx(2, abs=0.1)
    assert line.media.state == MediaState.WAITING


@pytest.mark.parametrize("cut", [60, 0.5, -5])
@pytest.mark.parametrize("form", ["webm", "live.webm", "ogg", "m4a", "fragmented.m4a"])
def test_a_cut_recording_is_refused(send, stored, form, cut):
    data = files.recording(form)
    with pytest.raises(InvalidInput):
        send(data[: int(len(data) * cut) if cut == 0.5 else cut], "voice", VOICE)
    assert stored() == []


def test_films_and_long_speeches_are_no_voice_messages(send):
    for data, code in [(files.film(), "not_voice"), (files.recording("ogg", 303, "6k"), "too_long")]:
        with pytest.raises(InvalidInput) as refusal:
            send(data, "voice", VOICE)
        assert refusal.value.code == code


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("data", [b"\x1a\x45\xdf\xa3" * 400, b"OggS\0" * 400, b"\0\0\0\x08ftyp" * 400, bytes(3000)])
def test_nonsense_is_no_recording(data):
    with pytest.raises(InvalidInput):
        receive(VOICE, "voice", BytesIO(data))


def test_only_the_client_of_an_inquiry_sends_voice(chat, send, stored):
    with pytest.raises(Forbidden) as refusal:
        send(files.recording(), "voice", VOICE, actor=chat.realtor)
    assert refusal.value.code == "voice" and stored() == []
    with pytest.raises(Forbidden):
        conversations.send(chat, nonce=uuid4(), kind=VOICE, body="", actor=chat.realtor)


def test_the_same_nonce_is_one_message_and_one_file(send, stored):
    nonce = uuid4()
    first, second = (send(files.pdf(), "a.pdf", nonce=nonce) for _ in range(2))
    assert first == second
    assert len(stored()) == count(Media) == count(Message) == 1


def test_a_nonce_that_was_faster_elsewhere_leaves_no_second_file(chat, send, stored, monkeypatch):
    nonce = uuid4()
    monkeypatch.setattr("app.services.lines.by_nonce", lambda *_: None)  # both requests looked before either wrote
    send(files.pdf(), "a.pdf", nonce=nonce)
    monkeypatch.undo()
    first = conversations.messages_since(chat, 0)[0]
    real = media.sending.lines.by_nonce
    answers = iter([None])
    monkeypatch.setattr("app.services.lines.by_nonce", lambda *key: next(answers, None) or real(*key))
    assert send(files.pdf(), "a.pdf", nonce=nonce) == first
    assert len(stored()) == count(Media) == 1


def test_a_closed_conversation_takes_no_files_but_keeps_what_it_has(chat, send, stored):
    send(files.pdf(), "a.pdf")
    conversations.close(chat, actor=chat.client)
    for actor in (chat.client, chat.realtor):
        with pytest.raises(ConversationClosed):
            send(files.pdf(), "b.pdf", actor=actor)
    assert len(stored()) == 1


def test_what_was_closed_meanwhile_leaves_nothing(chat, send, stored, monkeypatch):
    def close_first(*arguments):
        conversations.close(chat, actor=chat.client)
        return receive(*arguments)

    monkeypatch.setattr("app.services.media.sending.receive", close_first)
    with pytest.raises(ConversationClosed):
        send(files.pdf(), "a.pdf")
    assert stored() == [] and count(Media) == 0


class FullDisk:
    def __init__(self, storage, room):
        self.storage, self.room = storage, room

    def save(self, stream, key):
        if self.room == 0:
            from app.errors import StorageFull

            raise StorageFull() from OSError(errno.ENOSPC, "full")
        self.room -= 1
        self.storage.save(stream, key)

    def __getattr__(self, name):
        return getattr(self.storage, name)


def test_a_disk_that_fills_up_half_way_is_left_clean(send, stored, monkeypatch):
    monkeypatch.setattr(store, "_storage", FullDisk(store._storage, room=1))  # the photo fits, its thumbnail does not
    with pytest.raises(DomainError) as refusal:
        send(files.photo(), "a.jpg", IMAGE)
    assert refusal.value.code == "storage_full"
    assert stored() == [] and count(Media) == count(Message) == 0


def test_what_a_killed_server_left_is_swept(send, stored, monkeypatch):
    kept = send(files.pdf(), "kept.pdf")
    monkeypatch.setattr("app.services.media.sending.withdraw", lambda _media: None)  # no chance to tidy up
    monkeypatch.setattr("app.services.conversations.send", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send(files.photo(), "lost.jpg", IMAGE)
    assert len(stored()) == 3
    assert media.sweep() == 0  # it may still be on its way
    with transaction() as session:
        session.execute(db.update(Media).values(created_at=utcnow() - timedelta(hours=2)))
    assert media.sweep() == 1
    assert len(stored()) == count(Media) == 1
    assert db.session.scalar(db.select(Media.public_id)) == kept.media.public_id


def test_what_is_taken_back_disappears(chat, send, stored):
    send(files.photo(), "a.jpg", IMAGE)
    with transaction():
        media.take_back(db.session.scalar(db.select(Media.id)))
    [line] = conversations.messages_since(chat, 0)
    assert conversations.payload(line, "ru")["media"] is None
    assert media.sweep() == 1 and stored() == [] and media.sweep() == 0


@pytest.mark.every_database
def test_every_list_says_what_kind_of_file_came(chat, send, build):
    said = []
    for data, name, kind, body in [
        (files.photo(), "a.jpg", IMAGE, ""),
        (files.photo(), "a.jpg", IMAGE, "Вид из окна"),
        (files.pdf(), "Договор.pdf", FILE, ""),
        (files.recording("webm", 2), "", VOICE, ""),
    ]:
        send(data, name, kind, body=body)
        with force_locale("ru"):
            said.append(inbox.threads(chat.realtor)[0].last)
    assert said == ["Фото", "Фото: Вид из окна", "Договор.pdf", "Голосовое сообщение, 0:02"]
    note = db.session.scalar(db.select(Notification).where(Notification.user_id == chat.realtor_id))
    assert note.params["preview"] == {"ru": "Фото", "en": "Photo"}
    with force_locale("en"):
        assert in_this_language(note.params)["preview"] == "Photo"


def test_no_connection_is_held_while_a_file_is_judged(send, monkeypatch):
    held = []

    def judge(*given):
        held.append(db.session().in_transaction())
        return receive(*given)

    monkeypatch.setattr("app.services.media.sending.receive", judge)
    assert send(b"plain words", "a.txt").media
    assert held == [False]

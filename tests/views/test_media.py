"""Files through the doors: who may send and see what, in which bytes, under which headers."""

import errno
from io import BytesIO
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from app.constants import MessageKind
from app.extensions import db
from app.models.conversations import Conversation, Message
from app.models.media import Media
from app.services import conversations, media
from app.services.accounts import personal_data
from app.services.media import store
from app.services.transaction import transaction
from tests import files

JSON = {"Accept": "application/json"}
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def chat(build):
    return build.conversation()


def door(chat, person):
    side = "office" if person.id == chat.realtor_id else "my"
    return f"/{side}/conversations/{chat.public_id}/messages"


@pytest.fixture
def post(chat, browser_of):
    """``post(person, data, name, kind)`` as that person's page does; ``at`` is another door than the person's."""

    def make(person, data=None, name="a.pdf", kind="file", at=None, headers=JSON, **fields):
        values = {"nonce": str(uuid4()), "kind": kind, "file": (BytesIO(data or files.pdf()), name)} | fields
        answer = browser_of(person).post(at or door(chat, person), data=values, headers=headers)
        db.session.rollback()  # the door has its own session
        return answer

    return make


def code(answer):
    return answer.status_code, answer.json["error"]["code"]


@pytest.mark.every_database
def test_a_photo_reaches_the_other_side_as_the_socket_says_it(chat, post, socket_of, heard_by):
    realtor, nonce = socket_of(chat.realtor), str(uuid4())
    answer = post(chat.client, files.photo(), "Кухня.JPG", "image", nonce=nonce, body="Такая кухня")
    message = answer.json["message"]
    assert heard_by(realtor) == [("message", message)]
    assert message["kind"] == "image" and message["body"] == "Такая кухня" and message["nonce"] == nonce
    about = message["media"]
    assert (about["name"], about["type"], about["width"], about["height"]) == ("Кухня.jpg", "image/jpeg", 1200, 800)
    assert about["url"] == f"/media/{about['id']}" and about["thumb"] and not about["playable"]
    assert post(chat.client, files.photo(), "b.jpg", "image", nonce=nonce).json == answer.json
    assert len(conversations.messages_since(chat, 0)) == 1


def test_both_sides_send_documents(chat, post):
    for person in (chat.client, chat.realtor):
        assert post(person).json["message"]["media"]["name"] == "a.pdf"


@pytest.mark.parametrize("kind", ["voice", "image", "file", "text"])
def test_a_realtor_sends_no_voice_by_any_door(chat, post, socket_of, stored, kind):
    answer = post(chat.realtor, files.recording(), "voice.webm", kind)
    assert code(answer) == ((403, "voice") if kind == "voice" else (400, "unknown_type"))
    assert post(chat.realtor, files.recording(), "v.webm", kind, at=door(chat, chat.client)).status_code in (403, 404)
    asked = {"conversation": str(chat.public_id), "nonce": str(uuid4()), "kind": "voice", "body": "x"}
    assert socket_of(chat.realtor).emit("message:send", asked, callback=True)["error"]["code"] == "voice"
    assert stored() == [] and db.session.scalar(db.select(db.func.count(Message.id))) == 0


def test_a_client_sends_voice(chat, post):
    about = post(chat.client, files.recording(), "blob", "voice").json["message"]["media"]
    assert about["type"] == "audio/webm" and about["seconds"] == pytest.approx(2, abs=0.1)


def test_no_voice_to_support(build, post):
    asker = build.client()
    support = build.add(Conversation(kind="support", client_id=asker.id))
    answer = post(asker, files.recording(), "v", "voice", at=f"/my/conversations/{support.public_id}/messages")
    assert code(answer) == (403, "voice")


def test_a_stranger_sends_and_sees_nothing(chat, post, build, browser_of, visitor, stored):
    about = post(chat.client).json["message"]["media"]
    others = [build.client(), build.realtor(), build.user("scout"), build.user("agent")]
    for person in others:
        assert browser_of(person).get(about["url"]).status_code == 404
        assert post(person, at=door(chat, chat.client)).status_code in (403, 404)
    assert visitor.get(about["url"]).status_code in (303, 401)
    for person in (chat.client, chat.realtor, build.supervisor()):
        assert browser_of(person).get(about["url"]).data == files.pdf()
    assert len(stored()) == 1


def test_what_is_not_said_yet_or_taken_back_is_nobodys(chat, post, browser_of):
    about = post(chat.client).json["message"]["media"]
    for state in ("new", "gone"):
        with transaction() as session:
            session.execute(db.update(Media).values(state=state))
        assert browser_of(chat.client).get(about["url"]).status_code == 404


def test_a_document_can_only_be_saved_and_never_runs(chat, post, browser_of):
    about = post(chat.realtor, name="Договор «Дом».pdf").json["message"]["media"]
    answer = browser_of(chat.client).get(about["url"])
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%D0%94%D0%BE" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Content-Type"] == "application/pdf"


def test_a_recording_is_played_piece_by_piece(chat, post, browser_of):
    whole = files.recording()
    url = post(chat.client, whole, "v", "voice").json["message"]["media"]["url"]
    browser = browser_of(chat.realtor)
    first = browser.get(url, headers={"Range": "bytes=0-1"})
    assert (first.status_code, first.data) == (206, whole[:2])
    assert first.headers["Content-Range"] == f"bytes 0-1/{len(whole)}"
    assert browser.get(url, headers={"Range": f"bytes={len(whole) - 3}-"}).data == whole[-3:]
    assert browser.get(url, headers={"Range": "bytes=-4"}).data == whole[-4:]
    assert browser.get(url, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert browser.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    answer = browser.get(url)
    assert answer.data == whole and answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_thumbnails_are_small_pictures_and_other_versions_are_none(chat, post, browser_of):
    about = post(chat.client, files.photo((2000, 1000)), "a.jpg").json["message"]["media"]
    answer = browser_of(chat.realtor).get(about["thumb"])
    assert answer.content_type == "image/webp" and 0 < len(answer.data) < about["size"]
    assert browser_of(chat.realtor).get(f"{about['url']}?as=aac").status_code == 404


def test_a_closed_conversation_shows_its_files_and_takes_none(chat, post, browser_of):
    url = post(chat.realtor).json["message"]["media"]["url"]
    conversations.close(chat, actor=chat.client)
    assert code(post(chat.realtor)) == (409, "conversation_closed")
    assert browser_of(chat.realtor).get(url).status_code == 200


class Endless:
    """A body that counts how much of it was read."""

    def __init__(self, size):
        self.left, self.taken = size, 0

    def tell(self, *_):
        return 0

    seek = tell

    def read(self, size=-1):
        size = min(self.left, size if size >= 0 else self.left)
        self.left, self.taken = self.left - size, self.taken + size
        return b"x" * size


@pytest.mark.parametrize("megabytes", [50, 5_000])
def test_what_is_too_large_is_refused_unread(chat, browser_of, stored, megabytes):
    body = Endless(megabytes * 1024 * 1024)
    answer = browser_of(chat.client).post(
        door(chat, chat.client),
        input_stream=body,
        environ_overrides={"CONTENT_LENGTH": str(body.left)},
        content_type="multipart/form-data; boundary=b",
        headers=JSON,
    )
    assert code(answer) == (413, "too_large") and body.taken == 0 and stored() == []


def test_a_stranger_cannot_make_the_server_keep_megabytes(chat, build, browser_of, visitor):
    for browser in (browser_of(build.client()), visitor):
        body = Endless(15 * 1024 * 1024)
        answer = browser.post(
            door(chat, chat.client),
            input_stream=body,
            environ_overrides={"CONTENT_LENGTH": str(body.left)},
            content_type="multipart/form-data; boundary=b",
        )
        assert answer.status_code in (303, 401, 404, 413) and body.taken == 0


def test_nobody_floods_the_storage(chat, post, limits):
    answers = [post(chat.client, b"<svg/>", "a.svg").status_code for _ in range(61)]
    assert 429 in answers and set(answers) == {400, 429}


def test_a_plain_form_sends_a_file_and_comes_back(chat, post, browser_of):
    answer = post(chat.client, files.photo(), "a.jpg", "text", headers=PAGE, body="Подпись")
    assert (answer.status_code, answer.location) == (303, f"/my/conversations/{chat.public_id}")
    refused = post(chat.client, b"<svg/>", "a.svg", "text", headers=PAGE)
    assert refused.status_code == 303
    page = browser_of(chat.client).get(f"/my/conversations/{chat.public_id}").get_data(as_text=True)
    assert "Подпись" in page and "?as=thumb" in page


def test_a_form_without_a_file_is_a_text(chat, post):
    answer = post(chat.client, name="", kind="text", body="Только слова")
    assert answer.json["message"]["kind"] == "text"


def test_the_owner_reads_files_in_the_console(chat, post, build, browser_of):
    post(chat.client, files.photo(), "a.jpg")
    post(chat.client, name="Договор.pdf")
    page = browser_of(build.supervisor()).get(f"/supervisor/conversations/{chat.public_id}/")
    text = page.get_data(as_text=True)
    assert "Договор.pdf" in text and "?as=thumb" in text


def test_a_persons_data_come_with_the_files_of_their_conversations_and_no_others(chat, post, build, browser_of):
    elsewhere = build.conversation()
    post(chat.client, name="Договор.pdf")
    post(chat.realtor, files.photo(), "a.jpg")
    post(elsewhere.client, name="Чужой.pdf", at=door(elsewhere, elsewhere.client))
    lost = post(chat.client, files.odt(), "Потерян.odt").json["message"]["media"]["url"].rpartition("/")[2]
    key = db.session.scalar(sa.select(Media.key).where(Media.public_id == UUID(lost)))
    store.delete([key])
    data, packed = files.unpacked(browser_of(chat.client).get("/my/profile/data"))
    [conversation] = data["conversations"]
    document, photo, missing = (message["media"] for message in conversation["messages"])
    assert (document["name"], document["type"]) == ("Договор.pdf", "application/pdf")
    assert packed[document["file"]] == files.pdf() and len(packed[photo["file"]]) == photo["size"]
    assert missing["file"] not in packed and len(packed) == 2


def test_files_of_someone_who_left_stay_with_the_other_side(chat, post, browser_of):
    url = post(chat.client).json["message"]["media"]["url"]
    personal_data.delete_account(chat.client.email, actor=chat.client)
    assert browser_of(chat.realtor).get(url).data == files.pdf()
    assert media.summary(MessageKind.FILE, "a.pdf") == "a.pdf"


def test_files_travel_between_a_person_and_the_support_desk(build, post, browser_of):
    asker, operator = build.client(), build.user("agent")
    support = build.add(Conversation(kind="support", client_id=asker.id))
    asked = post(asker, files.photo(), "a.jpg", at=f"/support/chat/{support.public_id}/messages")
    answered = post(operator, at=f"/supervisor/support/{support.public_id}/messages")
    for answer, reader in [(asked, operator), (answered, asker)]:
        assert browser_of(reader).get(answer.json["message"]["media"]["url"]).status_code == 200
    refused = post(operator, files.recording(), "v", "voice", at=f"/supervisor/support/{support.public_id}/messages")
    assert code(refused) == (403, "voice")


def test_a_full_disk_is_said_plainly_and_keeps_nothing(chat, post, stored, monkeypatch):
    def no_room(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("app.integrations.storage.folder.os.fsync", no_room)
        answer = post(chat.client)
    assert code(answer) == (507, "storage_full") and answer.json["error"]["text"]
    assert stored() == [] and conversations.messages_since(chat, 0) == []
    with monkeypatch.context() as full:  # the disk of temporary files, where a large body waits to be read
        full.setattr("flask.Request._get_file_stream", no_room)
        assert code(post(chat.client)) == (507, "storage_full")
    assert post(chat.client).json["ok"]

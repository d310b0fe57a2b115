"""The worker's part in a voice message: a copy that every device plays, and its waveform."""

import math
from io import BytesIO
from uuid import uuid4

import pytest

from app.constants import MediaState, MessageKind
from app.extensions import db
from app.models.conversations import Message
from app.models.media import Media
from app.services import conversations, media, messages
from app.services.media import mp4, store
from app.services.transaction import transaction
from app.tasks import voices
from tests import files


@pytest.fixture
def chat(build):
    return build.conversation()


@pytest.fixture
def say(chat):
    def make(data):
        values = {"kind": MessageKind.VOICE, "body": "", "name": "", "actor": chat.client}
        return media.send(chat, nonce=uuid4(), stream=BytesIO(data), **values)

    return make


@pytest.mark.every_database
@pytest.mark.parametrize("form", ["live.webm", "ogg", "fragmented.m4a"])
def test_a_recording_becomes_aac_with_a_waveform(chat, say, browser_of, socket_of, heard_by, form):
    before = conversations.payload(say(files.recording(form, 3)), "ru")["media"]
    realtor = socket_of(chat.realtor)
    assert voices.convert_next() and not voices.convert_next()
    [(event, message)] = heard_by(realtor)
    about = message["media"]
    assert event == "message:changed" and about["id"] == before["id"]
    assert about["playable"] and about["type"] == "audio/mp4" and about["seconds"] == pytest.approx(3, abs=0.1)
    assert len(about["waveform"]) == 64 and max(about["waveform"]) == 100
    answer = browser_of(chat.realtor).get(about["url"], headers={"Range": "bytes=0-"})
    assert answer.status_code == 206 and mp4.seconds(answer.data) == pytest.approx(3, abs=0.1)
    assert browser_of(chat.realtor).get(before["url"]).status_code == 200


def test_what_cannot_be_converted_is_left_as_it_is(chat, say, browser_of):
    line = say(files.recording("ogg"))
    media_row = db.session.scalar(db.select(Media))
    head = files.recording("ogg")[:200]
    store.save(BytesIO(head), media_row.key)  # its sound was lost
    assert voices.convert_next()
    db.session.expire_all()
    assert db.session.scalar(db.select(Media.state)) == MediaState.BROKEN
    assert browser_of(chat.realtor).get(line.media.url).status_code == 200


def test_a_storage_that_is_down_is_asked_again_but_not_for_ever(say, monkeypatch):
    say(files.recording())
    monkeypatch.setattr("app.tasks.voices.open_at", lambda _key: 1 / 0)
    for attempt in range(3):
        assert voices.convert_next(), attempt
        assert not voices.convert_next()  # leased
        with transaction() as session:
            session.execute(db.update(Media).values(leased_until=None))
    assert not voices.convert_next()
    assert db.session.scalar(db.select(Media.state)) == MediaState.BROKEN


def test_loudness_is_told_apart_from_silence():
    from app.integrations.ffmpeg import loudness

    rising = [int(20_000 * n / 6400 * math.sin(n)) for n in range(6400)]
    bars = loudness(rising)
    assert bars == sorted(bars) and bars[-1] == 100 and bars[0] < 5
    assert set(loudness([3, -2] * 3200)) == {1}


def test_a_recording_taken_back_while_it_is_converted_leaves_no_copy(chat, say, stored, heard, monkeypatch):
    line = say(files.recording("ogg"))
    save = store.save

    def delete_meanwhile(stream, key):
        save(stream, key)
        message = db.session.scalar(db.select(Message).where(Message.public_id == line.public_id))
        messages.delete(message, actor=chat.client)
        heard.clear()

    monkeypatch.setattr(media, "save", delete_meanwhile)
    assert voices.convert_next()
    media.sweep()
    assert stored() == [] and heard == []

"""WebSocket frames: whatever way they arrive in, and what is not one."""

import random

import pytest

from app.sockets import frames


def sent(payload, kind=frames.TEXT, *, final=True, mask=b"\x01\x80\xff\x00"):
    """A frame as a browser sends it."""
    size = len(payload)
    head = bytes([(0x80 if final else 0) | kind])
    if size < 126:
        head += bytes([0x80 | size])
    else:
        head += b"\xfe" + size.to_bytes(2) if size < 65536 else b"\xff" + size.to_bytes(8)
    return head + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))


@pytest.mark.parametrize("piece", [1, 3, 1000, 100_000])
def test_texts_of_every_length_arrive_whole_whatever_the_pieces(piece):
    chance = random.Random(piece)
    texts = [chance.randbytes(size) for size in (0, 1, 125, 126, 127, 2000, 65_535, 65_536)]
    stream, reader = b"".join(map(sent, texts)), frames.Reader()
    if piece < 1000:
        stream, texts = b"".join(map(sent, texts[:6])), texts[:6]
    heard = [one for at in range(0, len(stream), piece) for one in reader.feed(stream[at : at + piece])]
    assert heard == [(frames.TEXT, text) for text in texts]


def test_a_text_in_parts_is_one_and_a_ping_may_come_between_them():
    parts = sent(b"12", final=False) + sent(b"?", frames.PING) + sent(b"34", 0, final=False) + sent(b"5", 0)
    assert list(frames.Reader().feed(parts)) == [(frames.PING, b"?"), (frames.TEXT, b"12345")]


BROKEN = {
    "no mask": b"\x81\x01a",
    "binary": sent(b"x", 2),
    "too long, announced": b"\x81\xff" + (1 << 40).to_bytes(8),
    "too long by one": sent(b"x" * (frames.FRAME_LIMIT + 1)),
    "too long in parts": sent(b"x" * 40_000, final=False) + sent(b"x" * 40_000, 0),
    "an end without a beginning": sent(b"x", 0),
    "a beginning without an end": sent(b"x", final=False) + sent(b"y"),
    "an extension nobody agreed on": b"\xc1\x81abcde",
    "a long ping": sent(b"x" * 126, frames.PING),
    "a ping in parts": sent(b"x", frames.PING, final=False),
    "an unknown kind": sent(b"x", 3),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_no_frame_ends_the_connection(data):
    with pytest.raises(frames.Broken):
        list(frames.Reader().feed(data))


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_what_the_server_says_has_its_length_in_front_and_no_mask(size):
    framed = frames.frame(b"x" * size)
    heads = {0: b"\x81\x00", 125: b"\x81\x7d", 126: b"\x81\x7e\x00\x7e", 65_535: b"\x81\x7e\xff\xff"}
    assert framed == heads.get(size, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00") + b"x" * size

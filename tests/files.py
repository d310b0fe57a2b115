"""Files as people and attackers send them, made here: the repository keeps no binaries."""

import json
import os
import subprocess
import tempfile
import zipfile
import zlib
from base64 import b64decode
from functools import lru_cache
from io import BytesIO
from struct import pack

import pytest
from PIL import Image

from app.integrations import ffmpeg

LONDON = {1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)}


def photo(size=(1200, 800), form="JPEG", colour=(40, 120, 110), exif=None, **options):
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, form, **({"exif": exif} if exif else {}), **options)
    return out.getvalue()


def photo_with_a_place():
    """Taken sideways in London."""
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "SecretCamera", 6
    exif.get_ifd(0x8825).update(LONDON)
    return photo((1200, 800), exif=exif)


def heic():
    """64 × 32 as an iPhone stores it, blue left and red right, with the camera's name. No encoder at hand makes one."""
    return b64decode(_HEIC)


_HEIC = """
AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAAAERA
AAIAAQAAAAAB4gABAAAAAAAAADoAAgAAAAACHAABAAAAAAAAAD4AAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQAC
AABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAA
AAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaA
AAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAIAAAAAEAAAAAAAAAAv///+AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAA
AAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAgG1kYXQAAAA2KAGvWOb06r//6WK5H3y9/8jc/V/7C+v+w2uv6itVJLVq7e/Y
x41DFLIQtIGD1Ofp5DB3BohQAAAABkV4aWYAAE1NACoAAAAIAAIBEAACAAAADQAAACYBEgADAAAAAQAGAAAAAAAAU2VjcmV0Q2FtZXJhAAA=
"""


def bomb(side=30_000):
    """A PNG of 900 megapixels in a few kilobytes."""

    def chunk(name, data):
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    head = pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 50_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def packed(*names, **contents):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name in names:
            box.writestr(name, "<x/>")
        for name, content in contents.items():
            box.writestr(name, content)
    return out.getvalue()


def unpacked(response):
    """(the data, {path: bytes} of the files) of the archive with a person's data."""
    with zipfile.ZipFile(BytesIO(response.data)) as box:
        assert box.testzip() is None
        return json.loads(box.read("data.json")), {name: box.read(name) for name in box.namelist() if "/" in name}


def docx(*more):
    return packed("[Content_Types].xml", "word/document.xml", *more)


def odt():
    return packed("content.xml", mimetype="application/vnd.oasis.opendocument.text")


def pdf(inside=b""):
    return b"%PDF-1.4\n" + inside + b"\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


FORMS = {
    "webm": ("-c:a", "libopus", "-f", "webm"),
    "live.webm": ("-c:a", "libopus", "-live", "1", "-f", "webm"),
    "ogg": ("-c:a", "libopus", "-f", "ogg"),
    "m4a": ("-c:a", "aac", "-f", "mp4"),
    "fragmented.m4a": ("-c:a", "aac", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4"),
    "mp3": ("-c:a", "libmp3lame", "-f", "mp3"),
}
TONE = "sine=frequency=440:duration={}"


@lru_cache
def recording(form="webm", seconds=2, bitrate="24k"):
    """A tone as a browser of this kind records it; without ffmpeg the test is skipped."""
    return _made("-f", "lavfi", "-i", TONE.format(seconds), "-b:a", bitrate, form=form)


@lru_cache
def film():
    """A WebM with a picture besides its sound."""
    return _made("-f", "lavfi", "-i", TONE.format(1), "-f", "lavfi", "-i", "color=s=16x16:d=1", form="webm")


def _made(*source, form):
    if ffmpeg.program() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("ffmpeg is not installed: apt-get install ffmpeg")
    with tempfile.NamedTemporaryFile() as out:
        command = [ffmpeg.program(), "-v", "error", *source, *FORMS[form], "-y", out.name]
        subprocess.run(command, check=True)
        return out.read()

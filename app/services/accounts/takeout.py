"""Everything kept about a person as one archive: what export() says, and the files of their conversations."""

import json
from zipfile import ZIP_DEFLATED, ZipFile

import structlog

from app.errors import NotFound
from app.services.accounts import personal_data
from app.services.media import store

PIECE = 256 * 1024  # bytes of a file that are in memory at once

log = structlog.get_logger()


def takeout(*, actor):
    """The bytes of a zip, piece by piece. The database is asked at once, the storage while the pieces are taken."""
    text = json.dumps(personal_data.export(actor=actor), ensure_ascii=False, indent=2)
    return _packed(text, personal_data.files(actor=actor))


def _packed(text, files):
    sink = _Sink()
    with ZipFile(sink, "w") as archive:
        archive.writestr("data.json", text, ZIP_DEFLATED)
        yield sink.taken()
        for path, key in files:
            yield from _stored(archive, sink, path, key)
    yield sink.taken()


def _stored(archive, sink, path, key):
    """As it is: photos, recordings and documents are compressed already."""
    try:
        source = store.open_at(key)
    except NotFound:  # lost with a disk, say; the data still name it
        log.warning("file_left_out")
        return
    with source, archive.open(path, "w") as target:
        while piece := source.read(PIECE):
            target.write(piece)
            yield sink.taken()


class _Sink:
    """What the archive writes into until somebody takes it."""

    def __init__(self):
        self.pieces = []

    def write(self, data):
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self):
        pass

    def taken(self):
        pieces, self.pieces = self.pieces, []
        return b"".join(pieces)

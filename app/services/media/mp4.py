"""How long an MP4 recording is, whole or in fragments as browsers write it, and that it holds nothing but sound."""

from struct import error as StructError
from struct import unpack_from

_TOP = {b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"free", b"skip", b"wide"}
_SOUND = {b"mp4a", b"Opus"}


class Broken(ValueError):
    """Not such a recording, or not all of it."""


def seconds(data):
    """Its length. Raises Broken."""
    try:
        return _seconds(data)
    except (StructError, IndexError, ZeroDivisionError) as error:
        raise Broken from error


def _seconds(data):
    top = list(_boxes(data, 0, len(data)))
    names = [name for name, _, _ in top]
    if names[:1] != [b"ftyp"] or names.count(b"moov") != 1 or b"mdat" not in names or set(names) - _TOP:
        raise Broken
    scale, whole, default = _movie(data, top[names.index(b"moov")])
    fragments = (_fragment(data, box, default) for box in top if box[0] == b"moof")
    length = (whole + sum(fragments)) / scale
    if length <= 0:
        raise Broken
    return length


def _boxes(data, at, end):
    """(name, start, end) of the boxes in a stretch; they must fill it to its last byte."""
    while at < end:
        size, name, head = *unpack_from(">I4s", data, at), 8
        if size == 1:
            size, head = unpack_from(">Q", data, at + 8)[0], 16
        size = size or end - at
        if size < head or at + size > end:
            raise Broken
        yield name, at + head, at + size
        at += size


def _inside(data, box):
    return {name: (name, start, end) for name, start, end in _boxes(data, *box[1:])}


def _movie(data, moov):
    """(units a second, length in units, length of a fragment's sample unless it says otherwise) of the only track."""
    tracks = [box for box in _boxes(data, *moov[1:]) if box[0] == b"trak"]
    if len(tracks) != 1:
        raise Broken
    media = _inside(data, _child(data, tracks[0], b"mdia"))
    handler = media.get(b"hdlr", (b"", 0, 0))[1]
    table = _child(data, _child(data, media.get(b"minf"), b"stbl"), b"stsd")
    if data[handler + 8 : handler + 12] != b"soun" or data[table[1] + 12 : table[1] + 16] not in _SOUND:
        raise Broken
    scale, length = _media_header(data, media[b"mdhd"][1])
    return scale, length, _default_length(data, moov)


def _child(data, box, name):
    found = _inside(data, box).get(name) if box else None
    if found is None:
        raise Broken
    return found


def _media_header(data, start):
    return unpack_from(">IQ", data, start + 20) if data[start] else unpack_from(">II", data, start + 12)


def _default_length(data, moov):
    extends = _inside(data, moov).get(b"mvex")
    track = _inside(data, extends).get(b"trex") if extends else None
    return unpack_from(">I", data, track[1] + 12)[0] if track else 0


def _fragment(data, moof, default):
    length = 0
    for box in _boxes(data, *moof[1:]):
        if box[0] == b"traf":
            parts = list(_boxes(data, *box[1:]))
            usual = next((_header_length(data, start, default) for name, start, _ in parts if name == b"tfhd"), default)
            length += sum(_run(data, start, usual) for name, start, _ in parts if name == b"trun")
    return length


def _header_length(data, start, default):
    flags = int.from_bytes(data[start + 1 : start + 4])
    at = start + 8 + (8 if flags & 0x01 else 0) + (4 if flags & 0x02 else 0)
    return unpack_from(">I", data, at)[0] if flags & 0x08 else default


def _run(data, start, usual):
    flags, count = int.from_bytes(data[start + 1 : start + 4]), unpack_from(">I", data, start + 4)[0]
    if not flags & 0x100:
        return count * usual
    at = start + 8 + (4 if flags & 0x01 else 0) + (4 if flags & 0x04 else 0)
    step = 4 * sum(bool(flags & bit) for bit in (0x100, 0x200, 0x400, 0x800))
    return sum(unpack_from(">I", data, at + n * step)[0] for n in range(count))

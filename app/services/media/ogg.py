"""How long an Ogg recording is, and that there is nothing in it but one Opus voice (RFC 3533, RFC 7845)."""

from struct import unpack_from

RATE = 48_000
HEAD = 27  # bytes of a page before its table


class Broken(ValueError):
    """Not such a recording, or not all of it."""


def seconds(data):
    """Its length. Raises Broken."""
    at, serial, last, skip = 0, None, 0, None
    while at < len(data):
        granule, this, start, end = _page(data, at)
        if serial is None:
            serial, skip = this, _opus_head(data[start:end])
        if this != serial:
            raise Broken  # a second stream
        last = granule if granule >= 0 else last
        at = end
    if skip is None or last <= skip:
        raise Broken
    return (last - skip) / RATE


def _page(data, at):
    """(position of the stream, its number, where the page's content starts and ends)."""
    if data[at : at + 5] != b"OggS\0" or at + HEAD > len(data):
        raise Broken
    granule, serial = unpack_from("<qI", data, at + 6)
    count = data[at + HEAD - 1]
    start = at + HEAD + count
    end = start + sum(data[at + HEAD : start])
    if end > len(data):
        raise Broken
    return granule, serial, start, end


def _opus_head(content):
    """The samples to be left out at the beginning."""
    if not content.startswith(b"OpusHead") or len(content) < 19:
        raise Broken
    return unpack_from("<H", content, 10)[0]

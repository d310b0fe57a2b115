"""How long a WebM recording is, and that there is nothing in it but one Opus voice (RFC 8794, RFC 9559)."""

HEADER, DOC_TYPE = 0x1A45DFA3, 0x4282
SEGMENT, INFO, TRACKS, CLUSTER, GROUP = 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0xA0
SCALE, TRACK, TRACK_TYPE, CODEC = 0x2AD7B1, 0xAE, 0x83, 0x86
TIME, SIMPLE_BLOCK, BLOCK = 0xE7, 0xA3, 0xA1
AUDIO = 2
FRAME = 0.02  # seconds of the last block, which does not say how long it is
# Cues, tags, seek head, void, checksum; inside of clusters: duration, reference, position, sizes, padding.
_HARMLESS = {0x1C53BB6B, 0x1254C367, 0x114D9B74, 0xEC, 0xBF, 0x9B, 0xFB, 0xAB, 0xA7, 0x75A2}


class Broken(ValueError):
    """Not such a recording, or not all of it."""


def seconds(data):
    """Its length. Raises Broken."""
    walk = Walk(data)
    while walk.at < len(data):
        walk.step()
    if not walk.opus or walk.last is None:
        raise Broken
    return walk.last * walk.scale / 1e9 + FRAME


class Walk:
    """One pass over the elements. Containers are entered, so that those of unknown size need no special case."""

    def __init__(self, data):
        self.data = data
        self.at = 0
        self.scale, self.cluster, self.last = 1_000_000, 0, None
        self.opus = False
        name, start, end = self.element(0)
        if name != HEADER or dict(self.children(start, end)).get(DOC_TYPE, b"").rstrip(b"\0") != b"webm":
            raise Broken
        self.at = end

    def step(self):
        name, start, end = self.element(self.at)
        self.at = start if name in (SEGMENT, CLUSTER, GROUP) else end
        if name in (SEGMENT, CLUSTER, GROUP):
            return
        content = self.data[start:end]
        if name == TIME:
            self.cluster = int.from_bytes(content)
        elif name in (SIMPLE_BLOCK, BLOCK):
            self.block(content)
        elif name == INFO:
            self.scale = int.from_bytes(dict(self.children(start, end)).get(SCALE, b"\x0f\x42\x40"))
        elif name == TRACKS:
            self.tracks(start, end)
        elif name not in _HARMLESS:
            raise Broken

    def block(self, content):
        if len(content) < 5:
            raise Broken
        self.last = self.cluster + int.from_bytes(content[1:3], signed=True)

    def tracks(self, start, end):
        found = [dict(self.children(*where)) for name, *where in self.inside(start, end) if name == TRACK]
        self.opus = [(int.from_bytes(t.get(TRACK_TYPE, b"")), t.get(CODEC, b"").rstrip(b"\0")) for t in found] == [
            (AUDIO, b"A_OPUS")
        ]

    def children(self, start, end):
        return [(name, self.data[first:last]) for name, first, last in self.inside(start, end)]

    def inside(self, start, end):
        while start < end:
            name, first, last = self.element(start)
            yield name, first, last
            start = last

    def element(self, at):
        """(id, first byte of the content, first byte after it); an unknown size reaches to the end."""
        name, at = self.number(at, keep_marker=True)
        size, start = self.number(at)
        end = len(self.data) if size is None else start + size
        if end > len(self.data):
            raise Broken
        return name, start, end

    def number(self, at, keep_marker=False):
        """A number of EBML and the position after it; None where all its bits are set."""
        first = self.data[at] if at < len(self.data) else 0
        length = 9 - first.bit_length()
        if not first or at + length > len(self.data):
            raise Broken
        raw = int.from_bytes(self.data[at : at + length])
        if keep_marker:
            return raw, at + length
        value = raw & ((1 << 7 * length) - 1)
        return (None if value == (1 << 7 * length) - 1 else value), at + length

"""Histograms of first responses: how many inquiries were first accepted within which lane of seconds.

Single seconds up to 256, then 128 lanes to each doubling: so narrow that few inquiries share a lane with a quantile;
those decide it. A histogram is one integer with 32 bits to a lane, so that adding two of them adds every lane. The
database keeps its bytes compressed.
"""

import struct
from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from itertools import accumulate, chain, repeat
from typing import NamedTuple
from zlib import compress, decompress

FINE = 7  # bits: so many of a number's highest tell its lane, the first excepted
BITS = 32
WIDTH = BITS // 8
FEW = 48  # responses that take less, and are read sooner, one by one


def lane(seconds):
    shift = max(seconds.bit_length() - FINE - 1, 0)
    return (shift << FINE) + (seconds >> shift)


def begin(lane):
    """The first of the lane's seconds; its last is the one before the next lane's first."""
    shift = max((lane >> FINE) - 1, 0)
    return (lane - (shift << FINE)) << shift


def one(seconds):
    """The histogram of a single response; nothing of none."""
    return 0 if seconds is None else 1 << BITS * lane(seconds)


def of(responses):
    """The histogram of many: each in seconds."""
    return _joined(Counter(map(lane, responses)))


def load(stored):
    return merged([stored])


def merged(stored):
    """The sum of what is stored in many rows."""
    lanes, total = [], 0
    for one in filter(None, stored):
        if one[0]:
            total += _unpacked(one)
        else:
            lanes.append(one[1:])
    return total + _listed(b"".join(lanes)) if lanes else total


@lru_cache(maxsize=8_192)  # 5 kB each: two years of months in forty cities, which change little from look to look
def _unpacked(stored):
    return int.from_bytes(decompress(stored), "little")


@lru_cache(maxsize=64)  # 100 kB each: the days by which a period is cut, which are over and change no more
def _listed(lanes):
    return _joined(Counter(struct.unpack(f"<{len(lanes) // 2}H", lanes)))


def _joined(lanes):
    """The histogram of ``{lane: count}``."""
    listed = bytearray((max(lanes, default=-1) + 1) * WIDTH)
    for lane, count in lanes.items():
        struct.pack_into("<I", listed, lane * WIDTH, count)
    return int.from_bytes(listed, "little")


def dump(histogram):
    """What to store: all lanes compressed or, of few responses, a zero and the lane of each. Nothing of none."""
    lanes = counts(histogram)
    number = sum(lanes)
    if not number:
        return None
    if number > FEW:
        return compress(_bytes(histogram), 1)
    each = chain.from_iterable(map(repeat, range(len(lanes)), lanes))
    return struct.pack(f"<B{number}H", 0, *each)


def _bytes(histogram):
    return histogram.to_bytes(-(-histogram.bit_length() // BITS) * WIDTH, "little")


def counts(histogram):
    """How many there are in each lane, from the first to the last that has any."""
    lanes = _bytes(histogram)
    return struct.unpack(f"<{len(lanes) // WIDTH}I", lanes)


def total(histogram):
    return sum(counts(histogram))


class Place(NamedTuple):
    """Where a quantile lies: the ``lanes`` of its one or two responses, the ``count`` of them after ``skip`` others."""

    lanes: list
    skip: int
    count: int


def places(histogram):
    """Where the median lies, of an even number the mean of two; and the response that nine in ten do not exceed."""
    passed = list(accumulate(counts(histogram)))
    number = passed[-1] if passed else 0
    ninth = -(-number * 9 // 10) - 1
    return _place(passed, (number - 1) // 2, number // 2), _place(passed, ninth, ninth)


def _place(passed, low, high):
    """Of the responses from rank ``low`` to ``high``, the fastest being 0; ``passed``: how many up to each lane."""
    if not passed:
        return Place([], 0, 0)
    first, last = bisect_right(passed, low), bisect_right(passed, high)
    skip = low - (passed[first - 1] if first else 0)
    return Place(sorted({first, last}), skip, high - low + 1)

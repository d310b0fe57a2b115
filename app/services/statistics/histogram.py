"""Histograms of first responses: how many inquiries were first accepted within which lane of seconds.

Single seconds up to 32, then sixteen lanes to each doubling. A histogram is one integer with 32 bits to a lane, so that
adding two of them adds every lane; the database keeps its bytes. It narrows a median down to few rows, which decide it.
"""

import struct
from typing import NamedTuple

BITS = 32


def lane(seconds):
    shift = max(seconds.bit_length() - 5, 0)
    return 16 * shift + (seconds >> shift)


def begin(lane):
    """The first of the lane's seconds; its last is the one before the next lane's first."""
    shift = max(lane // 16 - 1, 0)
    return (lane - 16 * shift) << shift


def one(seconds):
    """The histogram of a single response; nothing of none."""
    return 0 if seconds is None else 1 << BITS * lane(seconds)


def load(stored):
    return int.from_bytes(stored or b"", "little")


def dump(histogram):
    lanes = -(-histogram.bit_length() // BITS)
    return histogram.to_bytes(lanes * BITS // 8, "little") or None


def counts(histogram):
    """How many there are in each lane, from the first to the last that has any."""
    stored = dump(histogram) or b""
    return struct.unpack(f"<{len(stored) * 8 // BITS}I", stored)


def total(histogram):
    return sum(counts(histogram))


class Middle(NamedTuple):
    """Where a median lies: the ``lanes`` of its one or two responses, the ``count`` of them after ``skip`` others."""

    lanes: list
    skip: int
    count: int


def middle(histogram):
    lanes, skip, passed = [], 0, 0
    each = counts(histogram)
    low, high = (sum(each) - 1) // 2, sum(each) // 2
    for lane, count in enumerate(each):
        if passed <= high and low < passed + count:
            skip = skip if lanes else low - passed
            lanes.append(lane)
        passed += count
    return Middle(lanes, skip, high - low + 1)

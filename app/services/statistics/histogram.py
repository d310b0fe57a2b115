"""Histograms of first responses: how many inquiries were first accepted within which lane of seconds.

Single seconds up to 32, then sixteen lanes to each doubling. A histogram is one integer with 32 bits to a lane, so that
adding two of them adds every lane; the database keeps its bytes. It narrows a quantile down to few rows, which decide.
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


class Place(NamedTuple):
    """Where a quantile lies: the ``lanes`` of its one or two responses, the ``count`` of them after ``skip`` others."""

    lanes: list
    skip: int
    count: int


def middle(histogram):
    """The place of the median: of an even number the mean of two."""
    number = total(histogram)
    return _place(histogram, (number - 1) // 2, number // 2)


def ninth(histogram):
    """The place of the response that nine in ten are not slower than."""
    rank = -(-total(histogram) * 9 // 10) - 1
    return _place(histogram, rank, rank)


def _place(histogram, low, high):
    """Of the responses from rank ``low`` to ``high``, the fastest being 0."""
    lanes, skip, passed = [], 0, 0
    for lane, count in enumerate(counts(histogram)):
        if passed <= high and low < passed + count:
            skip = skip if lanes else low - passed
            lanes.append(lane)
        passed += count
    return Place(lanes, skip, high - low + 1)

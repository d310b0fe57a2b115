"""What is added up, wherever statistics are: the counts of some inquiries and the histogram of their responses."""

from operator import add
from typing import NamedTuple

from app.services.statistics import histogram


class Tally(NamedTuple):
    inquiries: int = 0
    accepted: int = 0
    acceptances: int = 0
    responses: int = 0  # a histogram

    def __add__(self, other):
        return Tally(*map(add, self, other))

    def __neg__(self):
        return Tally(*(-value for value in self))


def total(tallies):
    return Tally(*map(sum, zip(*tallies, strict=True)))


def of(acceptances, seconds):
    """One published inquiry; ``seconds`` to its first acceptance, None without any."""
    return Tally(1, int(acceptances > 0), acceptances, histogram.one(seconds))

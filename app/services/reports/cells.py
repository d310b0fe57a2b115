"""What is added up under each pair of a row and a column, and under every total."""

from array import array
from dataclasses import dataclass, field


@dataclass
class Cell:
    """``sums`` by their names; ``seconds`` are the response times, where quantiles are asked."""

    sums: dict
    seconds: array = field(default_factory=lambda: array("q"))
    is_sorted: bool = False

    @classmethod
    def empty(cls, names):
        return cls(dict.fromkeys(names, 0))

    def __getitem__(self, name):
        return self.sums[name]

    def add(self, sums, seconds):
        for name, more in zip(self.sums, sums, strict=True):
            self.sums[name] += more or 0
        self.seconds.extend(seconds)

    @property
    def median(self):
        """Minutes."""
        times = self._times()
        low, high = (len(times) - 1) // 2, len(times) // 2
        return (times[low] + times[high]) / 120 if times else None

    @property
    def ninth(self):
        """Minutes that nine in ten did not exceed: the nearest rank, as statistics have it."""
        times = self._times()
        return times[-(-len(times) * 9 // 10) - 1] / 60 if times else None

    def _times(self):
        if not self.is_sorted:
            self.seconds, self.is_sorted = array("q", sorted(self.seconds)), True
        return self.seconds


class Board:
    """Cells by (row, column), by row, by column, and of all: each answer is added to those it belongs to.

    ``several``: which of «rows» and «columns» count an inquiry several times. A total over these is counted for itself.
    """

    def __init__(self, names, several=frozenset()):
        self.names, self.several = names, several
        self.cells, self.rows, self.columns = {}, {}, {}
        self.total = Cell.empty(names)

    def add(self, row, column, sums, seconds, without=frozenset()):
        """``without``: those of ``several`` that were not told apart."""
        places = (
            (self.cells, (row, column), ()),
            (self.rows, row, ("columns",)),
            (self.columns, column, ("rows",)),
        )
        for cells, key, over in places:
            if self.several.intersection(over) == without:
                if key not in cells:
                    cells[key] = Cell.empty(self.names)
                cells[key].add(sums, seconds)
        if self.several == without:
            self.total.add(sums, seconds)

    def prune(self):
        """Leave out what nothing was counted under: a month less all of its days."""
        for cells in (self.cells, self.rows, self.columns):
            for key in [key for key, cell in cells.items() if not any(cell.sums.values())]:
                del cells[key]

"""A Spec → what it shows: rows, columns, a value for each measure, and totals that are counted, not guessed."""

from array import array
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations

from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput
from app.extensions import db
from app.services import statistics
from app.services.reports import labels, own, statements, subjects
from app.services.reports.bounds import TooMuch, bounded
from app.services.reports.cells import Board
from app.services.reports.spec import Spec
from app.services.statistics.periods import next_month

ALL = object()  # every row, or every column
CELLS = 20_000  # pairs of a row and a column, at most


@dataclass(frozen=True)
class Result:
    """``rows`` and ``columns`` are keys in the order they are shown in; without a second dimension the one column is
    ALL. A key may be None: that of what belongs to nothing. Names are in the language the report was made in.
    """

    spec: Spec
    span: statistics.Span
    board: Board
    rows: list
    columns: list
    names: labels.Names

    def value(self, word, row=ALL, column=ALL):
        """The measure ``word`` of a cell, of a whole row or column, or of everything."""
        cell = self._cell(row, column)
        return None if cell is None else self.spec.asked[word].of(cell)

    def _cell(self, row, column):
        if row is ALL:
            return self.board.total if column is ALL else self.board.columns.get(column)
        return self.board.rows.get(row) if column is ALL else self.board.cells.get((row, column))

    def row_name(self, key):
        return self.names.of(self.spec.rows, key)

    def column_name(self, key):
        return self.names.of(self.spec.columns, key)

    def dimension_name(self, word):
        return str(own.dimension(word).name)

    @cached_property
    def is_empty(self):
        return not self.board.rows


def run(spec, *, actor, today=None):
    """The Result that ``actor`` may see. ``today``: the business day it is asked on. Raises TooMuch, InvalidInput."""
    if spec.subject not in subjects.known_to(actor):
        raise InvalidInput(_l("Your role does not let you count this."), field="subject")
    today = today or statistics.today()
    span = spec.span(today)
    board = Board(spec.about.sums, spec.several)
    with bounded():
        for without in _left_out(spec.several):
            part = replace(spec, **dict.fromkeys(without))
            for statement in statements.of(part, span, actor, CELLS + 1):
                _fill(board, part, db.session.execute(statement), without)
    board.prune()
    names = labels.Names(spec.dimensions, _found(board, spec), actor)
    rows = _in_order(spec, spec.rows, board.rows, span, today, names)
    columns = _in_order(spec, spec.columns, board.columns, span, today, names) if spec.columns else [ALL]
    return Result(spec, span, board, rows, columns, names)


def _left_out(several):
    """Whatever an inquiry stands in several of is counted once more without: it is one in the total."""
    return [frozenset(some) for count in range(len(several) + 1) for some in combinations(sorted(several), count)]


def _fill(board, spec, found, without):
    count, sums = len(spec.dimensions), len(spec.about.sums)
    for answer in found:
        keys, rest = iter(answer[:count]), answer[count:]
        times = rest[sums] if len(rest) > sums else None
        # In order at once: where several are put together, sorted pieces are soon merged.
        seconds = array("q", sorted(map(int, times.split(",")))) if times else ()
        row, column = (next(keys) if word else ALL for word in (spec.rows, spec.columns))
        board.add(row, column, rest[:sums], seconds, without)
    _check_size(board)


def _check_size(board):
    if len(board.cells) > CELLS:
        raise TooMuch(
            _l("That is more than %(n)s cells. Choose a shorter period, a longer step of time or a filter.", n="20 000")
        )


def _found(board, spec):
    keys = {spec.rows: board.rows}
    return keys | ({spec.columns: board.columns} if spec.columns else {})


def _in_order(spec, dimension, found, span, today, names):
    """Time as it passes and without holes, numbers as they grow; the rest by the chosen measure, or by name."""
    if own.is_own(dimension) and own.dimension(dimension).ordered:
        return sorted(found, key=own.order(dimension))
    if own.dimension(dimension).ordered:
        return _all_times(dimension, found, span, today)
    if spec.sort == "name" or dimension != spec.rows:
        by_name = sorted(found, key=lambda key: names.of(dimension, key).casefold())
        return by_name if spec.sort == "name" else sorted(by_name, key=_by_first(spec, found))
    word, down = spec.sort.removeprefix("-"), not spec.sort.startswith("-")
    values = {key: spec.asked[word].of(cell) for key, cell in found.items()}
    return sorted(found, key=lambda key: _place(values[key], down) + (names.of(dimension, key).casefold(),))


def _by_first(spec, found):
    """Columns: those with the most under them come first."""
    name = spec.about.sums[0]
    return lambda key: -found[key][name]


def _place(value, down):
    """What has no value comes last, whichever way it is sorted."""
    if value is None:
        return 1, 0
    return 0, -value if down else value


def _all_times(dimension, found, span, today):
    if dimension in ("weekday", "hour"):
        return list(range(7 if dimension == "weekday" else 24))
    last = min(span.last, max([today, *found]))
    first, step = STEPS[dimension]
    at, times = first(span.first), []
    while at <= last:
        times.append(at)
        at = step(at)
    return times


STEPS = {
    "day": (lambda day: day, lambda day: day + timedelta(days=1)),
    "week": (lambda day: day - timedelta(days=day.weekday()), lambda day: day + timedelta(days=7)),
    "month": (lambda day: date(day.year, day.month, 1), next_month),
}

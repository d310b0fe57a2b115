"""A built report as a picture: upright bars or lines over time, rows of bars for the rest. Per cent, so any width fits.

One measure is drawn, that which sorts the rows; a second dimension makes series of it. The table says everything.
"""

from dataclasses import dataclass
from math import ceil

from flask_babel import lazy_gettext as _l

from app.admin.chart import scale
from app.services.reports import labels

SERIES = 5  # that an eye can tell apart
ROWS = 15  # of a picture that lies on its side
TICKS, TILE_TICKS = 8, 4  # names under the picture, at most
OTHERS = _l("the others")


@dataclass(frozen=True)
class Shape:
    """A bar, or the point of a line with where the one before it stands; ``series`` chooses its look."""

    series: int
    x: float
    y: float
    width: float = 0
    height: float = 0
    back: tuple | None = None


@dataclass(frozen=True)
class Slot:
    name: str
    tick: str
    text: str
    shapes: list


@dataclass(frozen=True)
class Picture:
    """``kind``: bars, lines or rows. ``more``: how many rows are left out."""

    kind: str
    measure: object
    series: list
    slots: list
    ticks: list
    more: int = 0

    def y(self, value):
        return round(100 - 100 * value / (self.ticks[-1] or 1), 2)


def picture(result, say, ticks=TICKS):
    """The Picture of a Result; ``say(measure, value)`` puts a value into words. None where the table is enough."""
    spec = result.spec
    if spec.view == "table" or result.is_empty:
        return None
    word = _drawn_measure(spec)
    series = _series(result, word)
    if not spec.is_ordered:
        return _rows(result, word, series, say)
    return _upright(result, word, series, say, ticks)


def _drawn_measure(spec):
    """The one that the rows are sorted by, so that the picture tells the same order; by name: the first."""
    word = spec.sort.removeprefix("-")
    return word if word in spec.measures else spec.measures[0]


def _series(result, word):
    """``[(name, values by row)]``: of the largest columns, the others as one where they can be added up."""
    measure = result.spec.asked[word]
    if not result.spec.columns:
        return [("", [result.value(word, row) for row in result.rows])]
    chosen = _largest(result)
    found = [(result.column_name(key), [result.value(word, row, key) for row in result.rows]) for key in chosen]
    if len(chosen) == len(result.columns) or not _adds_up(result, measure):
        return found
    sums = [sum(values[n] or 0 for _name, values in found) for n in range(len(result.rows))]
    rest = [(result.value(word, row) or 0) - shown for row, shown in zip(result.rows, sums, strict=True)]
    return [*found, (str(OTHERS), rest)]


def _adds_up(result, measure):
    """Whether the columns of a row make the whole of it: not where an inquiry stands in several of them."""
    return measure.kind == "count" and "columns" not in result.board.several


def _largest(result):
    """The columns with the most under them, in the order of the table."""
    name = result.spec.about.sums[0]
    by_size = sorted(result.columns, key=lambda key: -_size(result, key, name))
    room = SERIES if len(by_size) <= SERIES else SERIES - 1
    return [key for key in result.columns if key in set(by_size[:room])]


def _size(result, key, name):
    cell = result.board.columns.get(key)
    return cell[name] if cell else 0


def _drawn(value, measure):
    return (value or 0) * (100 if measure.kind == "rate" else 1)


def _upright(result, word, series, say, names):
    measure, lines = result.spec.asked[word], result.spec.view == "lines"
    stacked = _adds_up(result, measure) and not lines
    heights = [[_drawn(values[n], measure) for _name, values in series] for n in range(len(result.rows))]
    tops = [sum(values) if stacked else max(values) for values in heights]
    top, ticks = scale(ceil(max(tops, default=0)))
    width = 100 / max(len(result.rows), 1)
    every = max(-(-len(result.rows) // names), 1)
    draw = _points if lines else _stack if stacked else _group
    slots = []
    for n, row in enumerate(result.rows):
        shapes = draw(n, width, [round(100 * value / top, 2) for value in heights[n]], slots)
        tick = labels.short(result.spec.rows, row) if n % every == 0 else ""
        slots.append(Slot(result.row_name(row), tick, _text(series, n, measure, say), shapes))
    return Picture("lines" if lines else "bars", measure, _legend(series), slots, ticks)


def _stack(n, width, heights, _before):
    shapes, base = [], 0
    for series, height in enumerate(heights):
        base += height
        shapes.append(Shape(series, round((n + 0.14) * width, 3), round(100 - base, 2), round(0.72 * width, 3), height))
    return shapes


def _group(n, width, heights, _before):
    part = 0.72 * width / len(heights)
    left = (n + 0.14) * width
    return [
        Shape(series, round(left + series * part, 3), round(100 - height, 2), round(part, 3), height)
        for series, height in enumerate(heights)
    ]


def _points(n, width, heights, before):
    last = before[-1].shapes if before else [None] * len(heights)
    x = round((n + 0.5) * width, 3)
    return [
        Shape(series, x, round(100 - height, 2), back=(one.x, one.y) if one else None)
        for series, (height, one) in enumerate(zip(heights, last, strict=True))
    ]


def _rows(result, word, series, say):
    """Bars from left to right, a line of text to each: names of places and people need the room."""
    measure = result.spec.asked[word]
    if len(series) > 1 and not _adds_up(result, measure):
        series = [("", [result.value(word, row) for row in result.rows])]
    shown = result.rows[:ROWS]
    widths = [[_drawn(values[n], measure) for _name, values in series] for n in range(len(shown))]
    longest = max((sum(values) for values in widths), default=0) or 1
    slots = []
    for n, row in enumerate(shown):
        shapes, left = [], 0
        for number, value in enumerate(widths[n]):
            width = round(100 * value / longest, 2)
            shapes.append(Shape(number, round(left, 2), 0, width, 100))
            left += width
        text = say(measure, result.value(word, row))
        slots.append(Slot(result.row_name(row), text, _text(series, n, measure, say), shapes))
    return Picture("rows", measure, _legend(series), slots, [0, 1], len(result.rows) - len(shown))


def _text(series, n, measure, say):
    parts = [f"{name}: {say(measure, values[n])}" if name else say(measure, values[n]) for name, values in series]
    return ", ".join(parts)


def _legend(series):
    return [name for name, _values in series] if len(series) > 1 else []

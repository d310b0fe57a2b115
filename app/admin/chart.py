"""A bar chart as plain SVG: where each bar stands, in per cent, so that it fits any width without a script."""

from dataclasses import dataclass

STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    row: object
    x: float
    width: float
    height: float  # of all inquiries
    accepted: float  # of those accepted, inside the first
    slot: float  # the whole width that belongs to this bar
    ticked: bool  # has a label under it


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    ticks: list[int]
    top: int

    def y(self, value):
        """How far from the top ``value`` stands, in per cent."""
        return round(100 - 100 * value / self.top, 2)


def chart(rows, labels=8):
    """The Chart of figures.Row ``rows``; at most about ``labels`` of them get a label on the axis."""
    top, ticks = scale(max((row.counts.inquiries for row in rows), default=0))
    slot = 100 / max(len(rows), 1)
    every = max(-(-len(rows) // labels), 1)
    bars = [_bar(row, n, slot, top, n % every == 0) for n, row in enumerate(rows)]
    return Chart(bars, ticks, top)


def _bar(row, n, slot, top, ticked):
    height, accepted = (round(100 * count / top, 2) for count in (row.counts.inquiries, row.counts.accepted))
    return Bar(row, round((n + 0.14) * slot, 3), round(slot * 0.72, 3), height, accepted, round(slot, 3), ticked)


def scale(highest):
    """A round number not below ``highest``, and the lines to draw: three or four of them."""
    step, power = 1, 1
    while step * 4 < highest:
        for head in STEPS:
            step = head * power
            if step * 4 >= highest:
                break
        power *= 10
    count = max(-(-highest // step), 1)
    return step * count, [step * n for n in range(count + 1)]

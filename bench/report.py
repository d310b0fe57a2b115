"""The table that every part prints: what was measured, its floor or small peer, ours, and the ratio."""

HEAD = ("work", "floor", "ours", "ratio", "aim")


def show(title, rows):
    """``rows``: (work, floor or None, ours, unit[, aim]). Latencies: ours ÷ floor; rates: floor ÷ ours."""
    table(title, HEAD, [_line(*row) for row in rows])


def table(title, head, lines):
    """``lines``: as many words each as ``head`` has."""
    print(f"\n{title}")
    grid = [head, *lines]
    widths = [max(len(line[n]) for line in grid) for n in range(len(head))]
    for n, line in enumerate(grid):
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        print("  ".join(cells).rstrip())
        if n == 0:
            print("  ".join("-" * width for width in widths))


def _line(work, floor, ours, unit, aim=""):
    return (work, _number(floor, unit), _number(ours, unit), _ratio(floor, ours, unit), str(aim))


def _number(value, unit):
    if value is None:
        return ""
    digits = 0 if unit in ("/s", "count") else 1
    return f"{value:,.{digits}f} {'' if unit == 'count' else unit}".strip()


def _ratio(floor, ours, unit):
    if not floor or not ours or unit == "count":
        return ""
    return f"{floor / ours if unit == '/s' else ours / floor:.2f} ×"

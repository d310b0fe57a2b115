"""The table that every part prints: what was measured, its floor or small peer, ours, and the ratio."""

HEAD = ("work", "floor", "ours", "ratio", "aim")


def show(title, rows):
    """``rows``: (work, floor or None, ours, unit[, aim]). Latencies: ours ÷ floor; rates: floor ÷ ours."""
    table(title, HEAD, [_line(*row) for row in rows])


def table(title, head, lines):
    """``lines``: as many words each as ``head`` has."""
    grow(title, head, lines, [max(len(line[n]) for line in (head, *lines)) for n in range(len(head))])


def grow(title, head, lines, widths):
    """The same, each line as soon as it is there: ``widths`` are those of the columns."""
    print(f"\n{title}")
    _print(head, widths)
    print("  ".join("-" * width for width in widths))
    for line in lines:
        _print(line, widths)


def _print(line, widths):
    first, *others = zip(line, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    print("  ".join(cells).rstrip(), flush=True)


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

"""Which column is which field: as the owner named it last time, by its heading, else by what its cells look like."""

import re

from app import spelling
from app.later import later

OSA = later("rapidfuzz.distance.OSA")

CLOSE = 0.8  # of a heading with a slip in it
MOST = 0.7  # of a column's cells look like the field's
BRACKETS = re.compile(r"[(\[].*?[)\]]|[:*]")


def propose(fields, columns, samples, before=None):
    """``{field: number of a column}``; ``samples``: some rows; ``before``: heading → field of an earlier import."""
    before = before or {}
    headings = [spelling.key(BRACKETS.sub("", heading)) for heading in columns]
    found = {}
    ways = (
        lambda each, at: before.get(columns[at]) == each.name,
        lambda each, at: columns[at] not in before and headings[at] in each.keys | {spelling.key(str(each.label))},
        lambda each, at: columns[at] not in before and _resembles(each, headings[at]),
        lambda each, at: columns[at] not in before and _looks(each, [row[at] for row in samples if len(row) > at]),
    )
    for fits in ways:
        for each in fields:
            free = (at for at in range(len(columns)) if at not in found.values())
            if each.name not in found and (at := next((at for at in free if fits(each, at)), None)) is not None:
                found[each.name] = at
    return found


def _resembles(field, heading):
    if len(heading) < 4:
        return False
    return any(len(key) > 3 and OSA.normalized_similarity(key, heading) >= CLOSE for key in field.keys)


def _looks(field, cells):
    filled = [cell for cell in cells if cell]
    if field.looks is None or not filled:
        return False
    return sum(bool(field.looks.fullmatch(cell)) for cell in filled) >= MOST * len(filled)

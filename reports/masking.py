"""What may leave the house in a partner's workbook: no number from which a small group could be worked out.

docs/decisions/0011-partner-workbook.md says why: every count, totals included, is rounded by itself.
"""

LEAST = 3  # a smaller group is not told
BASE = 5  # what counts are rounded to
SPEAKS = 20  # inquiries from which on a share says something

SMALL, UNKNOWN = f"<{LEAST}", "—"


def count(number):
    """A group's size for strangers: «<3», or rounded to five."""
    return SMALL if number < LEAST else BASE * ((number + BASE // 2) // BASE)


def share(accepted, inquiries):
    """The share of the rounded numbers, never of the true ones; unknown for small groups."""
    accepted, inquiries = count(accepted), count(inquiries)
    if accepted == SMALL or inquiries == SMALL or inquiries < SPEAKS:
        return UNKNOWN
    return accepted / inquiries


def minutes(median, accepted):
    """Whole minutes, where they are the median of enough answers."""
    return UNKNOWN if median is None or accepted < LEAST else round(median)

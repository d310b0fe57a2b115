"""The buckets of first responses: exact minutes for the first half-hour, then eight to each doubling.

A bucket is named by its first minute. It narrows a median down to few rows; the rows themselves then decide it.
"""

import sqlalchemy as sa

EXACT = 32  # minutes counted one by one
PARTS = 8  # buckets between one power of two and the next
LONGEST = 1 << 20  # minutes; two years, longer than anything that can be answered


def width(minute):
    """How many minutes the bucket that holds ``minute`` spans."""
    return 1 if minute < EXACT else (1 << (minute.bit_length() - 1)) // PARTS


def bucket(minute):
    """The first minute of the bucket that holds ``minute``."""
    return minute - minute % width(minute)


def bucket_sql(minute):
    """``bucket`` as an SQL expression over an integer expression."""
    ladder = [(minute < EXACT, minute)]
    top = EXACT
    while top < LONGEST:
        ladder.append((minute < 2 * top, minute - minute % (top // PARTS)))
        top *= 2
    return sa.case(*ladder, else_=minute - minute % (top // PARTS))

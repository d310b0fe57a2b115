"""More inquiries than the demo generator tells in good time: the kept million copied, set-wise, in SQL.

Each copy has its own ids, numbers and public ids, another speed of the answer and other sources. What hangs on
inquiries (matches, conversations) stays that of the first million.
"""

import sqlite3

STEP = 1_000_000
SOURCE = "CASE (id * 7 + {n}) % 10 WHEN 0 THEN 'repeat' WHEN 1 THEN 'quick' WHEN 2 THEN 'quick' ELSE 'site' END"
SECONDS = "MAX(1, first_response_seconds * (90 + 2 * {n}) / 100 + id % 7)"
ACCEPTED = f"strftime('%Y-%m-%d %H:%M:%f000', published_at, '+' || {SECONDS} || ' seconds')"
OWN = {  # column → what stands there in the copy with the number {n}; the others are as they were
    "id": "id + {n} * {step}",
    "number": "number + {n} * {step}",
    "public_id": "printf('%08x', {n}) || substr(public_id, 9)",  # ascending, so that its index grows at the end
    "source": SOURCE,
    "first_response_seconds": f"CASE WHEN first_response_seconds IS NOT NULL THEN {SECONDS} END",
    "first_accepted_at": f"CASE WHEN first_accepted_at IS NOT NULL THEN {ACCEPTED} END",
}


def make(base, path, inquiries):
    """Copy the database of a million at ``base`` to ``path``, with ``inquiries`` (whole millions) in it."""
    connection = sqlite3.connect(path, isolation_level=None)
    with sqlite3.connect(base) as million:
        million.backup(connection)
    for word in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {word}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'inquiries' AND sql IS NOT NULL"
    ).fetchall()
    connection.execute("BEGIN")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.execute(f"UPDATE inquiries SET source = {SOURCE.format(n=0)}")
    for n in range(1, inquiries // STEP):
        connection.execute(_copy(connection, n))
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _copy(connection, n):
    columns = [row[1] for row in connection.execute("PRAGMA table_info(inquiries)")]
    values = ", ".join(OWN.get(column, column).format(n=n, step=STEP) for column in columns)
    return f"INSERT INTO inquiries ({', '.join(columns)}) SELECT {values} FROM inquiries WHERE id <= {STEP} ORDER BY id"

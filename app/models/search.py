"""The full-text indexes: made by the migration 0002_search, kept by services/search.py.

SQLite: FTS5 tables. PostgreSQL: a tsvector column under GIN. Both hold stems that Python has made, so that one rule
covers Russian endings and ё on either. They stand outside the metadata: no migration may be generated from them.
"""

import sqlalchemy as sa


def _index(name):
    return sa.table(name, sa.column("rowid", sa.Integer), sa.column("words", sa.Text))


inquiries_search = _index("inquiries_search")
people_search = _index("people_search")

"""The full-text indexes: made by the migration 0002_search, kept by services/search.py.

SQLite: FTS5 tables. PostgreSQL: a tsvector column under GIN. Both hold stems that Python has made, so that one rule
covers Russian endings and ё on either. They stand outside the metadata: no migration may be generated from them.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model


def _index(name):
    return sa.table(name, sa.column("rowid", sa.Integer), sa.column("words", sa.Text))


inquiries_search = _index("inquiries_search")
people_search = _index("people_search")
messages_search = _index("messages_search")  # of 0014_message_search, as is the next
messages_search_reach = sa.table("messages_search_reach", sa.column("upto", sa.Integer))  # one row


class Reindexing(Model):
    """A record with another name, whose rows are indexed anew in the order of their ids: those up to ``after`` are.

    ``what`` says which rows, and of which record ``row_id`` is (services/search.py: LATER).
    """

    __tablename__ = "reindexings"

    what: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    after: Mapped[int] = mapped_column(default=0)

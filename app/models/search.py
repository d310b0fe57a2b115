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
    """A city with another name whose inquiries are being indexed anew, in the order of their ids, up to ``after``."""

    __tablename__ = "reindexings"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"), primary_key=True)
    after: Mapped[int] = mapped_column(default=0)

"""Writing many rows: gathered per table, inserted in chunks, each chunk one short transaction."""

from collections import defaultdict
from uuid import UUID

import sqlalchemy as sa

from app.extensions import db
from app.services.transaction import transaction

CHUNK = 20_000  # rows gathered before they are written


class Store:
    """``add(Model, **values)`` gives the row its id; tables are written in the order of ``models``."""

    def __init__(self, models):
        self.models, self.rows, self.gathered = models, defaultdict(list), 0
        self.last = {model: db.session.scalar(sa.select(sa.func.max(_key(model)))) or 0 for model in models}
        self.keys = {model: _key(model).key for model in models}

    def add(self, model, **values):
        self.last[model] += 1
        values.setdefault(self.keys[model], self.last[model])
        self.rows[model].append(values)
        self.gathered += 1
        return self.last[model]

    def write_if_many(self):
        if self.gathered >= CHUNK:
            self.write()

    def write(self):
        with transaction() as session:
            for model in self.models:
                if self.rows[model]:
                    session.execute(sa.insert(model.__table__), self.rows[model])
        self.rows.clear()
        self.gathered = 0

    def finish(self):
        """Write the rest; PostgreSQL's own counters of ids go on after ours."""
        self.write()
        if db.engine.dialect.name != "postgresql":
            return
        with transaction() as session:
            for model in self.models:
                sequence = sa.func.pg_get_serial_sequence(model.__tablename__, self.keys[model])
                session.execute(sa.select(sa.func.setval(sequence, max(self.last[model], 1))))


def _key(model):
    return sa.inspect(model).primary_key[0]


def uuid_at(moment, random):
    """A UUIDv7 of that moment whose random part comes from ``random``: the same seed makes the same demo."""
    milliseconds = int(moment.timestamp() * 1000) & (2**48 - 1)
    bits = milliseconds << 80 | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62 | random.getrandbits(62)
    return UUID(int=bits)

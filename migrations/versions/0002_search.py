"""search: stems of inquiries and people"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("inquiries_search", "people_search")


def upgrade():
    for name in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            # No phrases are asked for: the index keeps which row has a word, not where in it.
            op.execute(
                f"CREATE VIRTUAL TABLE {name} USING fts5(words, detail=none, columnsize=0, prefix='3', "
                "tokenize='unicode61 remove_diacritics 2')"
            )
        else:
            op.execute(f"CREATE TABLE {name} (rowid bigint PRIMARY KEY, words tsvector NOT NULL)")
            op.execute(f"CREATE INDEX ix_{name}_words ON {name} USING gin (words)")


def downgrade():
    for name in TABLES:
        op.execute(f"DROP TABLE {name}")

"""message search: stems of messages, and up to which message they reach"""

from alembic import op

revision = "0014_message_search"
down_revision = "0013_push"
branch_labels = None
depends_on = None


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE messages_search USING fts5(words, detail=none, columnsize=0, prefix='3', "
            "tokenize='unicode61 remove_diacritics 2')"
        )
    else:
        op.execute("CREATE TABLE messages_search (rowid bigint PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_messages_search_words ON messages_search USING gin (words)")
    op.execute("CREATE TABLE messages_search_reach (upto bigint NOT NULL)")
    op.execute("INSERT INTO messages_search_reach (upto) VALUES (0)")


def downgrade():
    op.execute("DROP TABLE messages_search_reach")
    op.execute("DROP TABLE messages_search")

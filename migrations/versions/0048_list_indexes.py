"""indexes for the lists of messages, replies and people"""

import sqlalchemy as sa
from alembic import op

revision = "0048_list_indexes"
down_revision = "0047_behaviour"
branch_labels = None
depends_on = None

PARTIAL = (
    ("ix_messages_kind", "messages", ["kind", "id"], "kind <> 'text'"),
    ("ix_users_deleted", "users", ["id"], "deleted_at IS NOT NULL"),
    ("ix_matches_declined", "matches", ["id"], "declined_at IS NOT NULL"),
)


def upgrade():
    op.create_index("ix_messages_created_at", "messages", ["created_at"])
    for name, table, columns, held in PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(held), postgresql_where=sa.text(held))


def downgrade():
    for name, table, _columns, _held in PARTIAL:
        op.drop_index(name, table_name=table)
    op.drop_index("ix_messages_created_at", table_name="messages")

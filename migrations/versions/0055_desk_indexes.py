"""the queue of the support desk is read off indexes of what is open and of who waits"""

import sqlalchemy as sa
from alembic import op

revision = "0055_desk_indexes"
down_revision = "0054_moves"
branch_labels = None
depends_on = None

WAITING = sa.text("kind = 'support' AND waiting_since IS NOT NULL")
OPEN = sa.text("closed_at IS NULL")


def upgrade():
    waits = {"sqlite_where": WAITING, "postgresql_where": WAITING}
    op.create_index("ix_conversations_desk", "conversations", ["waiting_since", "id", "open"], **waits)
    columns = ["opened_at", "conversation_id", "taken_by_id"]
    op.create_index("ix_tickets_open", "tickets", columns, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade():
    op.drop_index("ix_tickets_open", "tickets")
    op.drop_index("ix_conversations_desk", "conversations")

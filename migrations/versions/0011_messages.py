"""messages: replies, edits, deletions, and a counter of changes"""

import sqlalchemy as sa
from alembic import op

revision = "0011_messages"
down_revision = "0010_media"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("conversations") as batch:
        batch.add_column(sa.Column("changes", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("messages") as batch:
        batch.add_column(sa.Column("reply_to_id", sa.Integer()))
        batch.add_column(sa.Column("edited_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("change", sa.Integer(), server_default="0", nullable=False))
        batch.create_foreign_key(op.f("fk_messages_reply_to_id_messages"), "messages", ["reply_to_id"], ["id"])
    changed = sa.text("change > 0")
    op.create_index(
        "ix_messages_change", "messages", ["conversation_id", "change"], sqlite_where=changed, postgresql_where=changed
    )


def downgrade():
    op.drop_index("ix_messages_change", "messages")
    with op.batch_alter_table("messages") as batch:
        batch.drop_constraint(op.f("fk_messages_reply_to_id_messages"), type_="foreignkey")
        for name in ("change", "deleted_at", "edited_at", "reply_to_id"):
            batch.drop_column(name)
    with op.batch_alter_table("conversations") as batch:
        batch.drop_column("changes")

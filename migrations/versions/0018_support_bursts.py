"""letters of support follow the rule of bursts: a ticket keeps no moment of its last letter, letters name the chat"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0018_support_bursts"
down_revision = "0017_notes"
branch_labels = None
depends_on = None

outbox = sa.table(
    "outbox", sa.column("id"), sa.column("kind"), sa.column("status"), sa.column("payload", sa.JSON(none_as_null=True))
)
conversations = sa.table("conversations", sa.column("id"), sa.column("public_id", sa.Uuid))
messages = sa.table(
    "messages", sa.column("conversation_id"), sa.column("public_id", sa.Uuid), sa.column("seq", sa.Integer)
)


def upgrade():
    op.drop_column("tickets", "mailed_at")
    _name_the_conversation(op.get_bind())


def downgrade():
    op.add_column("tickets", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))


def _name_the_conversation(connection):
    """Answers that still wait, for the end of a night or for an owner, name only their message."""
    waiting = sa.select(outbox.c.id, outbox.c.payload).where(
        outbox.c.kind == "support_reply", outbox.c.status.in_(("pending", "dead"))
    )
    for row_id, payload in connection.execute(waiting).all():
        said = connection.execute(
            sa.select(conversations.c.public_id, messages.c.seq)
            .join(messages, messages.c.conversation_id == conversations.c.id)
            .where(messages.c.public_id == uuid.UUID(payload["message"]))
        ).one()
        more = {"conversation": str(said.public_id), "after": said.seq - 1}
        connection.execute(sa.update(outbox).where(outbox.c.id == row_id).values(payload=payload | more))

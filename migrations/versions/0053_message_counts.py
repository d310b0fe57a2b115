"""how many messages each side has written, and indexes that reports are counted off"""

import sqlalchemy as sa
from alembic import op

revision = "0053_message_counts"
down_revision = "0052_list_walks"
branch_labels = None
depends_on = None

COUNTS = ("client_messages", "realtor_messages")
PUBLISHED = ["published_at", "id", "status", "deal", "city_id", "source", "acceptances", "awaiting_realtor"]
REPORTED = ["property_type", "published_day", "first_response_seconds"]


def upgrade():
    for name in COUNTS:
        op.add_column("conversations", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE conversations SET client_messages = said.by_client, realtor_messages = said.by_realtor "
        "FROM (SELECT m.conversation_id AS chat, "
        "COUNT(CASE WHEN m.sender_id = c.client_id THEN 1 END) AS by_client, "
        "COUNT(CASE WHEN m.sender_id <> c.client_id THEN 1 END) AS by_realtor "
        "FROM messages AS m JOIN conversations AS c ON c.id = m.conversation_id "
        "WHERE m.sender_id IS NOT NULL GROUP BY m.conversation_id) AS said "
        "WHERE said.chat = conversations.id"
    )
    op.create_index("ix_conversations_created", "conversations", ["created_at"])
    _publish([*PUBLISHED, *REPORTED])


def downgrade():
    _publish(PUBLISHED)
    op.drop_index("ix_conversations_created", table_name="conversations")
    with op.batch_alter_table("conversations") as batch:
        for name in COUNTS:
            batch.drop_column(name)


def _publish(columns):
    op.drop_index("ix_inquiries_published", table_name="inquiries")
    op.create_index("ix_inquiries_published", "inquiries", columns)

"""indexes that are walked where lists have several filters"""

from alembic import op

revision = "0052_list_walks"
down_revision = "0051_footer_links"
branch_labels = None
depends_on = None

FACETS = ["status", "deal", "city_id", "source", "acceptances", "awaiting_realtor"]
WIDENED = (  # name, table, columns before, columns now
    ("ix_inquiries_published", "inquiries", ["published_at"], ["published_at", "id", *FACETS]),
    (
        "ix_conversations_last",
        "conversations",
        ["last_message_at"],
        ["last_message_at", "id", "open", "waiting_since"],
    ),
)


def upgrade():
    op.create_index("ix_inquiries_walk", "inquiries", ["id", *FACETS])
    for name, table, _before, now in WIDENED:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, now)


def downgrade():
    for name, table, before, _now in WIDENED:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, before)
    op.drop_index("ix_inquiries_walk", table_name="inquiries")

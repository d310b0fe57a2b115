"""own numbers: a match keeps its inquiry's day and how long its answer took"""

import sqlalchemy as sa
from alembic import op

revision = "0006_own_numbers"
down_revision = "0005_month_counts"
branch_labels = None
depends_on = None

SECONDS = {
    "sqlite": "CAST((julianday(matches.accepted_at) - julianday(inquiries.published_at)) * 86400 AS integer)",
    "postgresql": "CAST(floor(extract(epoch FROM matches.accepted_at - inquiries.published_at)) AS integer)",
}


def upgrade():
    op.add_column("matches", sa.Column("published_day", sa.Date()))
    op.add_column("matches", sa.Column("response_seconds", sa.Integer()))
    op.execute(
        "UPDATE matches SET published_day = inquiries.published_day, "
        f"response_seconds = {SECONDS[op.get_bind().dialect.name]} "
        "FROM inquiries WHERE inquiries.id = matches.inquiry_id"
    )
    op.create_index(
        "ix_matches_numbers",
        "matches",
        ["realtor_id", "published_day", "response_seconds"],
        sqlite_where=sa.text("seen_at IS NOT NULL"),
        postgresql_where=sa.text("seen_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_realtor_open",
        "conversations",
        ["realtor_id"],
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )


def downgrade():
    op.drop_index("ix_conversations_realtor_open", "conversations")
    op.drop_index("ix_matches_numbers", "matches")
    op.drop_column("matches", "response_seconds")
    op.drop_column("matches", "published_day")

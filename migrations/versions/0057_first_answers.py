"""whose acceptance of an inquiry was the first, and an index that reports by agency are counted off"""

import sqlalchemy as sa
from alembic import op

revision = "0057_first_answers"
down_revision = "0056_departures"
branch_labels = None
depends_on = None

COLUMNS = ["first_realtor_id", "published_day", "city_id", "deal", "source", "acceptances", "first_response_seconds"]


def upgrade():
    # The reference comes with the column: SQLite would otherwise write the whole table anew.
    users = sa.ForeignKey("users.id", name=op.f("fk_inquiries_first_realtor_id_users"))
    op.add_column("inquiries", sa.Column("first_realtor_id", sa.Integer(), users), inline_references=True)
    op.execute(
        "UPDATE inquiries SET first_realtor_id = (SELECT m.realtor_id FROM matches AS m "
        "WHERE m.inquiry_id = inquiries.id AND m.accepted_at IS NOT NULL ORDER BY m.accepted_at, m.id LIMIT 1) "
        "WHERE acceptances > 0"
    )
    op.create_index("ix_inquiries_answered", "inquiries", COLUMNS)


def downgrade():
    op.drop_index("ix_inquiries_answered", table_name="inquiries")
    with op.batch_alter_table("inquiries") as batch:
        batch.drop_column("first_realtor_id")

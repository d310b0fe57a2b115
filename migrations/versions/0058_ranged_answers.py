"""answers to fields of numbers and days in the order of inquiries, and what lists and reports ask of indexes besides"""

import sqlalchemy as sa
from alembic import op

revision = "0058_ranged_answers"
down_revision = "0057_first_answers"
branch_labels = None
depends_on = None

RANGED = sa.text("number IS NOT NULL OR day IS NOT NULL")
WALK = ["id", "status", "deal", "city_id", "source", "acceptances", "awaiting_realtor"]
ANSWERED = ["first_realtor_id", "published_day", "city_id", "deal", "source", "acceptances", "first_response_seconds"]


def upgrade():
    op.create_index(
        "ix_request_answers_ranged",
        "request_answers",
        ["field_id", "inquiry_id", "number", "day"],
        sqlite_where=RANGED,
        postgresql_where=RANGED,
    )
    _anew("ix_inquiries_walk", [*WALK, "published_at"])
    _anew("ix_inquiries_answered", [*ANSWERED, "property_type"])


def downgrade():
    _anew("ix_inquiries_answered", ANSWERED)
    _anew("ix_inquiries_walk", WALK)
    op.drop_index("ix_request_answers_ranged", table_name="request_answers")


def _anew(name, columns):
    op.drop_index(name, table_name="inquiries")
    op.create_index(name, "inquiries", columns)

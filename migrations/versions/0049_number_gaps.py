"""stretches of human numbers whose inquiries were taken out"""

import sqlalchemy as sa
from alembic import op

revision = "0049_number_gaps"
down_revision = "0048_list_indexes"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "number_gaps",
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("first", name=op.f("pk_number_gaps")),
    )


def downgrade():
    op.drop_table("number_gaps")

"""what owners say in place of the program's own sentences"""

import sqlalchemy as sa
from alembic import op

revision = "0044_wordings"
down_revision = "0043_year_counts"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "wordings",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_wordings")),
    )


def downgrade():
    op.drop_table("wordings")

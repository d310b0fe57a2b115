"""what the rules of integrity found when they were last asked"""

import sqlalchemy as sa
from alembic import op

revision = "0022_diagnostics"
down_revision = "0021_announcements"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "checkups",
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule", name="pk_checkups"),
    )


def downgrade():
    op.drop_table("checkups")

"""reports that people have built and kept"""

import sqlalchemy as sa
from alembic import op

revision = "0034_reports"
down_revision = "0033_hints"
branch_labels = None
depends_on = None

SCHEDULED = sa.text("schedule IS NOT NULL")


def upgrade():
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("role", sa.String(32), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("schedule", sa.String(32), nullable=True),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("receivers", sa.JSON(), nullable=False),
        sa.Column("sent_for", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_reports_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reports_public_id")),
    )
    op.create_index("ix_reports_owner", "reports", ["owner_id"])
    op.create_index("ix_reports_schedule", "reports", ["schedule"], sqlite_where=SCHEDULED, postgresql_where=SCHEDULED)


def downgrade():
    op.drop_table("reports")

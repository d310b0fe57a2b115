"""bulk edits: what was planned, and what came of each row"""

import sqlalchemy as sa
from alembic import op

revision = "0025_bulk_edits"
down_revision = "0024_list_views"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "bulk_edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_bulk_edits_actor_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.id"], name=op.f("fk_bulk_edits_operation_id_operations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edits")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_edits_public_id")),
    )
    op.create_index("ix_bulk_edits_actor", "bulk_edits", ["actor_id", "id"])
    op.create_table(
        "bulk_rows",
        sa.Column("bulk_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_edits.id"], name=op.f("fk_bulk_rows_bulk_id_bulk_edits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bulk_id", "position", name=op.f("pk_bulk_rows")),
    )


def downgrade():
    op.drop_table("bulk_rows")
    op.drop_table("bulk_edits")

"""lists of the console under names"""

import sqlalchemy as sa
from alembic import op

revision = "0024_list_views"
down_revision = "0023_merges"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "list_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("list", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("role", sa.String(32), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_list_views_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_views")),
        sa.UniqueConstraint("public_id", name=op.f("uq_list_views_public_id")),
    )
    op.create_index("ix_list_views_list", "list_views", ["list", "id"])
    op.create_index("ix_list_views_owner", "list_views", ["owner_id"])


def downgrade():
    op.drop_table("list_views")

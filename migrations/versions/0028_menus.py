"""the links of the site's menus"""

import sqlalchemy as sa
from alembic import op

revision = "0028_menus"
down_revision = "0027_api"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "menu_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("label_ru", sa.String(60), nullable=False),
        sa.Column("label_en", sa.String(60), nullable=False),
        sa.Column("target", sa.String(300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("for_visitors", sa.Boolean(), nullable=False),
        sa.Column("for_clients", sa.Boolean(), nullable=False),
        sa.Column("for_realtors", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_items")),
        sa.UniqueConstraint("public_id", name=op.f("uq_menu_items_public_id")),
    )


def downgrade():
    op.drop_table("menu_items")

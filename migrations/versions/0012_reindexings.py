"""cities whose inquiries wait to be indexed under another name"""

import sqlalchemy as sa
from alembic import op

revision = "0012_reindexings"
down_revision = "0011_messages"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "reindexings",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_reindexings_city_id_cities")),
        sa.PrimaryKeyConstraint("city_id", name=op.f("pk_reindexings")),
    )


def downgrade():
    op.drop_table("reindexings")

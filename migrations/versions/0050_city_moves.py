"""inquiries of a large city that follow its merge"""

import sqlalchemy as sa
from alembic import op

revision = "0050_city_moves"
down_revision = "0049_number_gaps"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "city_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_city_moves_merge_id_merges")),
        sa.ForeignKeyConstraint(["source_id"], ["cities.id"], name=op.f("fk_city_moves_source_id_cities")),
        sa.ForeignKeyConstraint(["target_id"], ["cities.id"], name=op.f("fk_city_moves_target_id_cities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_moves")),
        sa.UniqueConstraint("merge_id", name=op.f("uq_city_moves_merge_id")),
    )


def downgrade():
    op.drop_table("city_moves")

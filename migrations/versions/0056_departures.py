"""accounts with much behind them that are being deleted a little at a time"""

import sqlalchemy as sa
from alembic import op

revision = "0056_departures"
down_revision = "0055_desk_indexes"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "departures",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["users.id"], name=op.f("fk_departures_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departures")),
    )


def downgrade():
    op.drop_table("departures")

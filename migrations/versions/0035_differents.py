"""pairs of records that look alike and are different things"""

import sqlalchemy as sa
from alembic import op

revision = "0035_differents"
down_revision = "0034_reports"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "differents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object_type", sa.String(40), nullable=False),
        sa.Column("first", sa.String(40), nullable=False),
        sa.Column("second", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_differents_actor_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_differents")),
        sa.UniqueConstraint("object_type", "first", "second", name=op.f("uq_differents_object_type_first_second")),
    )


def downgrade():
    op.drop_table("differents")

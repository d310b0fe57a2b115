"""what a merge moved, so that it can be taken back"""

import sqlalchemy as sa
from alembic import op

revision = "0023_merges"
down_revision = "0022_diagnostics"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("object_type", sa.String(40), nullable=False),
        sa.Column("loser", sa.String(40), nullable=False),
        sa.Column("winner", sa.String(40), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("moved", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_events.id"], name="fk_merges_event_id_audit_events"),
        sa.PrimaryKeyConstraint("id", name="pk_merges"),
        sa.UniqueConstraint("event_id", name="uq_merges_event_id"),
    )
    op.create_index("ix_merges_key", "merges", ["object_type", "key"])
    op.create_index("ix_merges_loser", "merges", ["object_type", "loser"])


def downgrade():
    op.drop_table("merges")

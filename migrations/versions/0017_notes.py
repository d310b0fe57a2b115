"""a realtor's own note on a conversation"""

import sqlalchemy as sa
from alembic import op

revision = "0017_notes"
down_revision = "0016_standings"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("standings", sa.Column("note", sa.Text(), server_default="", nullable=False))


def downgrade():
    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.drop_column("note")

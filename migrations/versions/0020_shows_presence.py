"""whether others see when a person was here"""

import sqlalchemy as sa
from alembic import op

revision = "0020_shows_presence"
down_revision = "0019_undo"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("users", sa.Column("shows_presence", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade():
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("shows_presence")

"""which fields of the form statistics are broken down by"""

import sqlalchemy as sa
from alembic import op

revision = "0042_counted_fields"
down_revision = "0041_list_columns"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("request_fields", sa.Column("counted", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade():
    with op.batch_alter_table("request_fields") as batch_op:
        batch_op.drop_column("counted")

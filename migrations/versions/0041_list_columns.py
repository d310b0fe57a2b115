"""the columns that a person wants to see of a list"""

import sqlalchemy as sa
from alembic import op

revision = "0041_list_columns"
down_revision = "0040_staff_roles"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("users", sa.Column("list_columns", sa.JSON(), nullable=True))


def downgrade():
    op.drop_column("users", "list_columns")

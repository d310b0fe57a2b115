"""hints beside fields"""

import sqlalchemy as sa
from alembic import op

revision = "0033_hints"
down_revision = "0032_request_fields"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "field_hints",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("text_ru", sa.String(300), nullable=False),
        sa.Column("text_en", sa.String(300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_field_hints")),
    )


def downgrade():
    op.drop_table("field_hints")

"""reports by state and kind of property are counted off an index"""

from alembic import op

revision = "0045_states_of_inquiries"
down_revision = "0044_wordings"
branch_labels = None
depends_on = None


def upgrade():
    columns = ["status", "property_type", "published_day", "acceptances"]
    op.create_index("ix_inquiries_states", "inquiries", columns)


def downgrade():
    op.drop_index("ix_inquiries_states", "inquiries")

"""how the site is used, as sums per day; the visit that an inquiry before sign-in belongs to"""

import sqlalchemy as sa
from alembic import op

revision = "0047_behaviour"
down_revision = "0046_shared_with_own_roles"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "not_found_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("text", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "place", "text", name=op.f("pk_not_found_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "form_refusal_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("screen", sa.String(32), nullable=False),
        sa.Column("deal", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "field", "screen", "deal", name=op.f("pk_form_refusal_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "form_step_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("screen", sa.String(32), nullable=False),
        sa.Column("deal", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "step", "screen", "deal", name=op.f("pk_form_step_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ready_answer_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answer", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "answer", name=op.f("pk_ready_answer_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wanted_city_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("city", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "city", name=op.f("pk_wanted_city_counts")),
        sqlite_with_rowid=False,
    )
    op.add_column("pending_inquiries", sa.Column("visit", sa.String(32), nullable=True))


def downgrade():
    op.drop_column("pending_inquiries", "visit")
    op.drop_table("wanted_city_counts")
    op.drop_table("ready_answer_counts")
    op.drop_table("form_step_counts")
    op.drop_table("form_refusal_counts")
    op.drop_table("not_found_counts")

"""pages of masked figures for agencies that might join"""

import sqlalchemy as sa
from alembic import op

revision = "0039_partner_pages"
down_revision = "0038_comments"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "partner_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=True),
        sa.Column("receiver", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(5), nullable=False),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("invitation", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("last_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_partner_pages_city_id_cities")),
        sa.ForeignKeyConstraint(["country_id"], ["countries.id"], name=op.f("fk_partner_pages_country_id_countries")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_partner_pages_created_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_pages")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partner_pages_public_id")),
    )


def downgrade():
    op.drop_table("partner_pages")

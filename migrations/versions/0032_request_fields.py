"""fields of the request form, and what clients answered"""

import sqlalchemy as sa
from alembic import op

revision = "0032_request_fields"
down_revision = "0031_exports"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "request_fields",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("label_ru", sa.String(length=80), nullable=False),
        sa.Column("label_en", sa.String(length=80), nullable=False),
        sa.Column("hint_ru", sa.String(length=200), nullable=False),
        sa.Column("hint_en", sa.String(length=200), nullable=False),
        sa.Column("unit_ru", sa.String(length=20), nullable=False),
        sa.Column("unit_en", sa.String(length=20), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("minimum", sa.Double(), nullable=True),
        sa.Column("maximum", sa.Double(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("deals", sa.JSON(), nullable=False),
        sa.Column("property_types", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_fields")),
        sa.UniqueConstraint("key", name=op.f("uq_request_fields_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_request_fields_public_id")),
    )
    op.create_table(
        "request_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_forms")),
    )
    op.create_table(
        "request_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=True),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["field_id"], ["request_fields.id"], name=op.f("fk_request_answers_field_id_request_fields")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiries.id"], name=op.f("fk_request_answers_inquiry_id_inquiries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_answers")),
    )
    op.create_index("ix_request_answers_inquiry", "request_answers", ["inquiry_id", "field_id", "word"])
    op.create_index("ix_request_answers_word", "request_answers", ["field_id", "word", "inquiry_id"])
    for name in ("number", "day"):
        some = sa.text(f"{name} IS NOT NULL")
        columns = ["field_id", name, "inquiry_id"]
        op.create_index(
            f"ix_request_answers_{name}", "request_answers", columns, sqlite_where=some, postgresql_where=some
        )
    op.add_column("inquiries", sa.Column("answers", sa.JSON(), server_default="{}", nullable=False))


def downgrade():
    op.drop_column("inquiries", "answers")
    op.drop_table("request_answers")
    op.drop_table("request_forms")
    op.drop_table("request_fields")

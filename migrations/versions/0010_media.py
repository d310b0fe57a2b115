"""media: photos, documents and voice of conversations"""

import sqlalchemy as sa
from alembic import op

revision = "0010_media"
down_revision = "0009_second_factor"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("state IN ('new', 'waiting', 'gone')")
WITH_MEDIA = sa.text("media_id IS NOT NULL")


def upgrade():
    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("uploader_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("seconds", sa.Double()),
        sa.Column("waveform", sa.JSON()),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("thumb_key", sa.String(200)),
        sa.Column("copy_key", sa.String(200)),
        sa.Column("copy_size", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_media_conversation_id_conversations"
        ),
        sa.ForeignKeyConstraint(["uploader_id"], ["users.id"], name="fk_media_uploader_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
        sa.UniqueConstraint("public_id", name="uq_media_public_id"),
    )
    op.create_index("ix_media_conversation_id", "media", ["conversation_id"])
    op.create_index("ix_media_uploader_id", "media", ["uploader_id"])
    op.create_index(
        "ix_media_unfinished", "media", ["state", "created_at"], sqlite_where=UNFINISHED, postgresql_where=UNFINISHED
    )
    with op.batch_alter_table("messages") as batch:
        batch.add_column(sa.Column("media_id", sa.Integer()))
        batch.create_foreign_key("fk_messages_media_id_media", "media", ["media_id"], ["id"])
    op.create_index(
        "ix_messages_media_id",
        "messages",
        ["media_id"],
        unique=True,
        sqlite_where=WITH_MEDIA,
        postgresql_where=WITH_MEDIA,
    )


def downgrade():
    op.drop_index("ix_messages_media_id", "messages")
    with op.batch_alter_table("messages") as batch:
        batch.drop_constraint("fk_messages_media_id_media", type_="foreignkey")
        batch.drop_column("media_id")
    op.drop_table("media")

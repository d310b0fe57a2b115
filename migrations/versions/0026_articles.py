"""articles with their versions, former addresses and pictures"""

import sqlalchemy as sa
from alembic import op

revision = "0026_articles"
down_revision = "0025_bulk_edits"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "former_addresses",
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("article", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_addresses")),
    )
    op.create_index(op.f("ix_former_addresses_article"), "former_addresses", ["article"])

    op.create_table(
        "article_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_ru", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("summary_ru", sa.String(400), nullable=False),
        sa.Column("summary_en", sa.String(400), nullable=False),
        sa.Column("body_ru", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("seo_title_ru", sa.String(120), nullable=False),
        sa.Column("seo_title_en", sa.String(120), nullable=False),
        sa.Column("seo_description_ru", sa.String(300), nullable=False),
        sa.Column("seo_description_en", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_article_versions_author_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_versions")),
        sa.UniqueConstraint("article", "version", name=op.f("uq_article_versions_article_version")),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("cover", sa.Uuid(), nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_ru", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("summary_ru", sa.String(400), nullable=False),
        sa.Column("summary_en", sa.String(400), nullable=False),
        sa.Column("body_ru", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("seo_title_ru", sa.String(120), nullable=False),
        sa.Column("seo_title_en", sa.String(120), nullable=False),
        sa.Column("seo_description_ru", sa.String(300), nullable=False),
        sa.Column("seo_description_en", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_articles_author_id_users")),
        sa.ForeignKeyConstraint(["topic_id"], ["faq_topics.id"], name=op.f("fk_articles_topic_id_faq_topics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("public_id", name=op.f("uq_articles_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_articles_slug")),
    )
    op.create_index("ix_articles_published", "articles", ["section", "publish_at", "id"])

    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("article", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("thumb_key", sa.String(200), nullable=False),
        sa.Column("content_type", sa.String(40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("uploader_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["uploader_id"], ["users.id"], name=op.f("fk_pictures_uploader_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pictures_public_id")),
    )
    op.create_index(op.f("ix_pictures_article"), "pictures", ["article"])


def downgrade():
    op.drop_table("pictures")
    op.drop_table("articles")
    op.drop_table("article_versions")
    op.drop_table("former_addresses")

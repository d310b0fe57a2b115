"""imports of files, row by row; large operations being taken back by the worker"""

import sqlalchemy as sa
from alembic import op

revision = "0030_imports"
down_revision = "0029_counts_by_source"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_imports_actor_id_users"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.id"], name=op.f("fk_imports_operation_id_operations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_imports_public_id")),
    )
    op.create_index("ix_imports_actor", "imports", ["actor_id", "id"])
    op.create_index("ix_imports_state", "imports", ["state", "id"])

    op.create_table(
        "takebacks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("own_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_takebacks_actor_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.id"], name=op.f("fk_takebacks_operation_id_operations")),
        sa.ForeignKeyConstraint(["own_id"], ["operations.id"], name=op.f("fk_takebacks_own_id_operations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takebacks")),
        sa.UniqueConstraint("public_id", name=op.f("uq_takebacks_public_id")),
    )
    op.create_index("ix_takebacks_operation", "takebacks", ["operation_id", "id"])
    op.create_index(
        "ix_takebacks_waiting",
        "takebacks",
        ["id"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )

    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("mark", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id_imports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_import_rows")),
    )
    op.create_index("ix_import_rows_mark", "import_rows", ["import_id", "mark"])
    op.create_index("ix_import_rows_verdict", "import_rows", ["import_id", "verdict", "position"])

    op.create_table(
        "takeback_refusals",
        sa.Column("takeback_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_events.id"], name=op.f("fk_takeback_refusals_event_id_audit_events")
        ),
        sa.ForeignKeyConstraint(
            ["takeback_id"],
            ["takebacks.id"],
            name=op.f("fk_takeback_refusals_takeback_id_takebacks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("takeback_id", "event_id", name=op.f("pk_takeback_refusals")),
    )


def downgrade():
    for table in ("takeback_refusals", "import_rows", "takebacks", "imports"):
        op.drop_table(table)

"""changes can be taken back: where they came from, what belongs together, and the bin"""

import sqlalchemy as sa
from alembic import op

revision = "0019_undo"
down_revision = "0018_support_bursts"
branch_labels = None
depends_on = None

PARTIAL = {"operation": ["operation_id", "id"], "undoes": ["undoes_id"]}


def upgrade():
    op.create_table(
        "bin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("object_type", sa.String(40), nullable=False),
        sa.Column("object_id", sa.String(40), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["users.id"], name="fk_bin_deleted_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_bin"),
        sa.UniqueConstraint("public_id", name="uq_bin_public_id"),
    )
    op.create_index("ix_bin_deleted_at", "bin", ["deleted_at"])
    op.create_index("ix_bin_object", "bin", ["object_type", "object_id"])
    op.create_table(
        "operations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name="fk_operations_actor_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_operations"),
        sa.UniqueConstraint("public_id", name="uq_operations_public_id"),
    )
    with op.batch_alter_table("audit_events") as batch:
        batch.add_column(sa.Column("keys", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("door", sa.String(16), nullable=True))
        batch.add_column(sa.Column("address", sa.String(45), nullable=True))
        batch.add_column(sa.Column("operation_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("undoes_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_audit_events_undoes_id_audit_events", "audit_events", ["undoes_id"], ["id"])
        batch.create_foreign_key("fk_audit_events_operation_id_operations", "operations", ["operation_id"], ["id"])
    for name, columns in PARTIAL.items():
        has = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(f"ix_audit_events_{name}", "audit_events", columns, sqlite_where=has, postgresql_where=has)


def downgrade():
    for name in PARTIAL:
        op.drop_index(f"ix_audit_events_{name}", "audit_events")
    with op.batch_alter_table("audit_events") as batch:
        batch.drop_constraint("fk_audit_events_operation_id_operations", type_="foreignkey")
        batch.drop_constraint("fk_audit_events_undoes_id_audit_events", type_="foreignkey")
        for name in ("undoes_id", "operation_id", "address", "door", "keys"):
            batch.drop_column(name)
    op.drop_table("operations")
    op.drop_table("bin")

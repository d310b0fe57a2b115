"""own roles of the console, and who has which"""

import sqlalchemy as sa
from alembic import op

revision = "0040_staff_roles"
down_revision = "0039_partner_pages"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "staff_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("title_ru", sa.String(60), nullable=False),
        sa.Column("title_en", sa.String(60), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_roles")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_roles_public_id")),
    )
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("staff_role_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_users_staff_role_id_staff_roles"), "staff_roles", ["staff_role_id"], ["id"])
        batch.create_index(op.f("ix_users_staff_role_id"), ["staff_role_id"])


def downgrade():
    op.execute(
        "UPDATE users SET role = 'agent', blocked_at = COALESCE(blocked_at, CURRENT_TIMESTAMP) WHERE role = 'staff'"
    )
    with op.batch_alter_table("users") as batch:
        batch.drop_index(op.f("ix_users_staff_role_id"))
        batch.drop_constraint(op.f("fk_users_staff_role_id_staff_roles"), type_="foreignkey")
        batch.drop_column("staff_role_id")
    op.drop_table("staff_roles")

"""views of lists and reports are shared with own roles too"""

import sqlalchemy as sa
from alembic import op

revision = "0046_shared_with_own_roles"
down_revision = "0045_states_of_inquiries"
branch_labels = None
depends_on = None

SHARED = ("list_views", "reports")


def upgrade():
    for table in SHARED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("staff_role_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_{table}_staff_role_id_staff_roles"), "staff_roles", ["staff_role_id"], ["id"]
            )
            batch.create_index(op.f(f"ix_{table}_staff_role_id"), ["staff_role_id"])


def downgrade():
    for table in SHARED:
        op.execute(f"UPDATE {table} SET role = NULL WHERE role = 'staff'")
        with op.batch_alter_table(table) as batch:
            batch.drop_index(op.f(f"ix_{table}_staff_role_id"))
            batch.drop_constraint(op.f(f"fk_{table}_staff_role_id_staff_roles"), type_="foreignkey")
            batch.drop_column("staff_role_id")

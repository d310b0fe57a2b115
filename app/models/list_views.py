"""Lists of the console as people like to see them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import Role
from app.models.base import Model, created_at, enum_type, public_id
from app.models.roles import StaffRole


class ListView(Model):
    """The filters, words and order of a list under a name. ``list`` is the endpoint of its view.

    ``role``: whoever has it (of Role.STAFF: that own role) sees the view too; none: its owner alone. Pinned ones stand
    as tabs above the list.
    """

    __tablename__ = "list_views"
    __table_args__ = (
        sa.Index("ix_list_views_list", "list", "id"),
        sa.Index("ix_list_views_owner", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    list: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.Text)
    role: Mapped[Role | None] = mapped_column(enum_type(Role))
    staff_role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_roles.id"), index=True)  # with Role.STAFF
    pinned: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = created_at()

    staff_role: Mapped[StaffRole | None] = relationship()

    def __str__(self):
        return self.name

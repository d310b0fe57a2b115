"""Files of people, agencies, places or inquiries brought in by owners: what was in each row, and what came of it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import ImportOutcome, ImportState
from app.models.accounts import User
from app.models.audit import Operation
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id


class Import(Model):
    """``columns``: the file's headings; ``mapping``: field → number of a column; ``choices``: what else was asked."""

    __tablename__ = "imports"
    __table_args__ = (
        sa.Index("ix_imports_actor", "actor_id", "id"),
        sa.Index("ix_imports_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState, 16), default=ImportState.COLUMNS)
    columns: Mapped[list] = mapped_column(sa.JSON)
    mapping: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    choices: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    rows: Mapped[int] = mapped_column(default=0)
    address: Mapped[str | None] = mapped_column(sa.String(45))  # from where it was begun, for the journal
    operation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("operations.id"))  # none: nothing is changed yet
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a worker is at it; see services/leases.py
    created_at: Mapped[datetime] = created_at()

    actor: Mapped[User] = relationship()
    operation: Mapped[Operation | None] = relationship()


class ImportRow(Model):
    """``position``: the row's number in the file. ``verdict``: what the check foresaw; ``outcome``: what came of it.

    ``key`` and ``version``: the record it is about, as the check saw it. ``changes``: field → [old, new].
    ``mark``: what makes a new record unique, so that a second row of the same is found.
    """

    __tablename__ = "import_rows"
    __table_args__ = (
        sa.Index("ix_import_rows_verdict", "import_id", "verdict", "position"),
        sa.Index("ix_import_rows_mark", "import_id", "mark"),
    )

    import_id: Mapped[int] = mapped_column(sa.ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list] = mapped_column(sa.JSON)
    verdict: Mapped[ImportOutcome | None] = mapped_column(enum_type(ImportOutcome, 16))
    outcome: Mapped[ImportOutcome | None] = mapped_column(enum_type(ImportOutcome, 16))
    field: Mapped[str] = mapped_column(sa.String(40), default="")
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    key: Mapped[UUID | None] = mapped_column(sa.Uuid)
    version: Mapped[int | None]
    changes: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    mark: Mapped[str | None] = mapped_column(sa.String(300))

"""What owners say in place of the sentences that the program brings (app/wordings)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, created_at


class Wording(Model):
    """The own texts of one letter, notification or message; ``texts``: name of a text → what stands there."""

    __tablename__ = "wordings"

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    texts: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = created_at()

    def __str__(self):
        return self.key

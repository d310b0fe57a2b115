"""One file per domain word. Importing the package loads every table."""

from app.models import (  # noqa: F401
    accounts,
    audit,
    content,
    conversations,
    inquiries,
    notifications,
    outbox,
    partners,
    places,
    settings,
    statistics,
)

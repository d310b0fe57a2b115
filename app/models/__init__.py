"""One file per domain word. Importing the package loads every table."""

from app.models import (  # noqa: F401
    accounts,
    audit,
    content,
    conversations,
    diagnostics,
    faq,
    inquiries,
    media,
    notifications,
    outbox,
    partners,
    passkeys,
    places,
    ready_answers,
    search,
    second_factor,
    settings,
    statistics,
    support,
    telegram,
)

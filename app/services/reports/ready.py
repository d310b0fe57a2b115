"""Reports to begin with: one press shows what can be asked, another keeps it."""

from flask_babel import lazy_gettext as _l

READY = {
    "cities": (
        _l("Inquiries by city this month"),
        _l("How many came, how many were accepted, how fast"),
        "map-pin",
        {"rows": "city", "when": "month", "measure": ["inquiries", "accepted", "acceptance_rate", "first_response"]},
    ),
    "slow": (
        _l("Who answers slowly"),
        _l("Realtors by the median of their responses over the last 28 days"),
        "hourglass",
        {
            "subject": "answers",
            "rows": "realtor",
            "when": "days_28",
            "measure": ["received", "seen", "accepted", "response"],
            "sort": "response",
        },
    ),
    "hours": (
        _l("Demand by weekday and hour"),
        _l("When clients send their inquiries: when somebody has to be there"),
        "clock",
        {"rows": "weekday", "columns": "hour", "when": "days_28", "measure": ["inquiries"], "view": "table"},
    ),
    "months": (
        _l("A year by months"),
        _l("Rent and purchase over the last 12 months"),
        "chart-line",
        {"rows": "month", "columns": "deal", "when": "months_12", "measure": ["inquiries"], "view": "bars"},
    ),
    "agencies": (
        _l("Agencies: received and accepted"),
        _l("Which agencies use what we send them"),
        "handshake",
        {
            "subject": "answers",
            "rows": "agency",
            "when": "last_month",
            "measure": ["received", "seen", "accepted", "accepted_share", "response"],
            "sort": "received",
        },
    ),
    "talks": (
        _l("How much people write"),
        _l("Conversations and messages by week"),
        "messages-square",
        {
            "subject": "conversations",
            "rows": "week",
            "when": "months_12",
            "measure": ["conversations", "messages", "mean", "answered_share"],
            "view": "lines",
        },
    ),
}

"""Logs are JSON lines of facts and ids; nothing personal is ever bound to them (DESIGN rule 12)."""

import structlog


def init_app(app, settings):
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )

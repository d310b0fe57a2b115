"""A letter as its receiver would see it, harmless inside a page of the console."""

import re

from flask import current_app
from flask_babel import force_locale

from app.channels.email import compose
from app.models.base import utcnow
from app.services.wordings import samples, trying

# The frame's own policy: colours that stand in the letter itself, and nothing that runs, loads or leads away.
SAFE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-same-origin; frame-ancestors 'self'"
LINK = re.compile(r'\shref="[^"]*"')


def render(document, texts, locale):
    """``{subject, preheader, html, text}`` with made-up values."""
    kind = trying.INSTEAD.get(document.word, document.word)
    settings = current_app.config["SETTINGS"]
    stop = f"{settings.public_url}/unsubscribe/…" if document.word in samples.STOPPABLE else None
    with force_locale(locale):
        values = trying.values(kind, texts, locale)
        letter = compose(
            kind,
            address="a@example.com",
            locale=locale,
            key="trial",
            values=values,
            created_at=utcnow(),
            unsubscribe=stop,
        )
    html = letter.get_body(("html",)).get_content()
    return {
        "subject": letter["Subject"],
        "preheader": _preheader(html),
        "html": LINK.sub("", html),
        "text": letter.get_body(("plain",)).get_content(),
    }


def _preheader(html):
    found = re.search(r'<div class="preheader"[^>]*>(.*?)</div>', html, re.DOTALL)
    words = re.sub(r"&#847;|&zwnj;|&nbsp;|[\u034f\u200c\xa0]", "", found[1]) if found else ""
    return " ".join(words.split())

"""Letters whose words need rows: each kind's function turns the stored payload into the template's values.

Called at sending time in the receiver's language; a kind without a function gets its payload as it is.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import format_datetime

from app.extensions import db
from app.models.inquiries import Inquiry
from app.services import inquiry_text, settings
from app.services.device_names import words
from app.services.notifications import in_this_language, sentence
from app.wordings.letters import Words


def _notification(payload):
    return {"sentence": sentence(payload["notification"], payload)}


def _new_device(payload):
    at = datetime.fromisoformat(payload["at"])
    return {"device": words(payload["browser"], payload["system"]), "when": format_datetime(at, "d MMMM y, HH:mm z")}


def _inquiry(payload):
    """Every parameter as it stands when the letter leaves."""
    inquiry = db.session.scalar(sa.select(Inquiry).where(Inquiry.public_id == UUID(payload["inquiry"])))
    return {
        "headline": inquiry_text.headline(inquiry),
        "summary": inquiry_text.summary(inquiry),
        "rows": inquiry_text.rows(inquiry, wishes=False),
        "wishes": inquiry.wishes,
    }


def _unserved(payload):
    return _inquiry(payload) | {"days": settings.get("waiting_days")}


# kind → function(payload) → dict of further values
CONTEXTS = {
    "notification": _notification,
    "new_device": _new_device,
    "inquiry_new": _inquiry,
    "inquiry_published": _inquiry,
    "inquiry_expired": _inquiry,
    "inquiry_unserved": _unserved,
    "city_served": _inquiry,
}


def context(kind, payload):
    """All the values of a letter's template, in the current language; its words among them."""
    values = in_this_language(payload) | Words(kind).names()
    extend = CONTEXTS.get(kind)
    return values | extend(payload) if extend else values

"""Who asks not to be counted, and what a form that came says of the visit it ends."""

from flask import request

from app.services import behaviour
from app.services.behaviour import visits


def may_count():
    """Do Not Track and Global Privacy Control: whoever sends either is not counted at all."""
    return request.headers.get("DNT") != "1" and request.headers.get("Sec-GPC") != "1" and behaviour.is_on()


def note(form, *, wrong):
    """Count that this form was sent, and why it was not taken; the Visit, or None where nobody is to be counted."""
    visit = visits.read(form.visit.data) if may_count() else None
    complaints = [name for name, field in form._fields.items() if field.errors] if wrong else ()
    visit = visits.sent(visit, form.nonce.data, complaints)
    form.visit.data = str(visit or "")
    return visit

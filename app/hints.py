"""Which hint of the owners belongs beside a field of the form that this page shows."""

from flask import request
from flask_babel import get_locale

from app.services import hints

# The pages of each form, by blueprint or by endpoint.
FORMS = {
    "home": "inquiry",
    "inquiry": "inquiry",
    "inquiries": "inquiry",
    "accounts.register": "register",
    "accounts.create": "register",
    "join": "join",
}


def beside(field):
    """HTML, or None."""
    form = FORMS.get(request.endpoint) or FORMS.get(request.blueprint)
    return hints.of(f"{form}.{field.name}", get_locale()) if form else None

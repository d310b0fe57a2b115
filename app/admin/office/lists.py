"""What the office's lists share: where a page continues, which filter is chosen, which inquiry is meant."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.constants import FieldKind
from app.doors import current_actor
from app.models.inquiries import Inquiry
from app.services import request_fields


def received(public_id):
    """An inquiry of the realtor's city, or one the realtor has accepted; others do not exist."""
    return get_visible(current_actor(), Inquiry, public_id, P.INQUIRY_RECEIVE)


def cursor(name):
    """The inquiry that a page continues from, or None on the first one."""
    value = request.args.get(name)
    return received(value) if value else None


def chosen(name, allowed):
    """One of ``allowed``; the first when the address says something else."""
    value = request.args.get(name)
    return value if value in allowed else allowed[0]


@dataclass(frozen=True)
class Narrowed:
    """``fields``: [(field, its options, the chosen word or None)] of what owners added; ``args``: as in the address."""

    fields: list

    @property
    def args(self):
        return {field.name: word for field, _options, word in self.fields if word}

    @property
    def clauses(self):
        return [request_fields.chosen(field, word, dense=True) for field, _options, word in self.fields if word]


def narrowed():
    """By which answers the address narrows the list."""
    choosing = [(field, _options(field)) for field in request_fields.live() if _options(field)]
    return Narrowed([(field, options, _word(field, options)) for field, options in choosing])


def _options(field):
    if field.kind == FieldKind.YES_NO:
        return [("yes", _("yes")), ("no", _("no"))]
    return [(option.key, option.label) for option in field.offered()]


def _word(field, options):
    value = request.args.get(field.name)
    return value if value in dict(options) else None

"""The fields that owners added, in the console's list of inquiries: filters, columns, forms."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

from flask import has_app_context
from flask_babel import gettext as _

from app.admin import ahead, cells, leads
from app.admin.export import Filed
from app.admin.filters import Filter
from app.constants import FieldKind
from app.extensions import db
from app.formatting import language
from app.forms import own_fields
from app.forms.inquiries import parse_number
from app.models.inquiries import Inquiry
from app.services import request_fields

SOME = "1"  # of a text: any


def known():
    """All of them; none while the views are only being registered."""
    return tuple(request_fields.known().values()) if has_app_context() else ()


class Own(Filter):
    scans = sized = streams = True

    def _counted(self, select):
        return ahead.answer(leads.key(self, leads.MANY), lambda: db.session.scalar(select))


@dataclass(frozen=True, kw_only=True, eq=False)
class Chosen(Own):
    """One of the options, retired ones too; of a text whether there is one."""

    kind = "choice"
    field: Any

    def ids(self, view, value):
        return self.stream(value)

    def stream(self, value):
        return request_fields.answering(self.field, None if self.field.kind == FieldKind.TEXT else value)

    @property
    def options(self):
        if self.field.kind == FieldKind.TEXT:
            return [(SOME, _("filled in"))]
        if self.field.kind == FieldKind.YES_NO:
            return [("yes", _("yes")), ("no", _("no"))]
        return [(option.key, option.label) for option in self.field.options]

    def read(self, args):
        value = args.get(self.name, "")
        return value if value and value in {word for word, _label in self.options} else None

    def said(self, value):
        return dict(self.options)[value]

    def clause(self, value, *, dense=False):
        if self.field.kind == FieldKind.TEXT:
            return request_fields.answered(self.field, dense=dense, count=self._counted)
        return request_fields.chosen(self.field, value, dense=dense, count=self._counted)


@dataclass(frozen=True, kw_only=True, eq=False)
class Between(Own):
    """A number or a day from one end to the other, both included."""

    gauged = True
    field: Any

    def ids(self, view, value):
        return request_fields.ranging(self.field, *value)

    def stream(self, value):
        return request_fields.ranging(self.field, *value, in_order=True)

    @property
    def kind(self):
        return "days" if self.field.kind == FieldKind.DATE else "numbers"

    @property
    def words(self):
        return f"{self.name}_from", f"{self.name}_to"

    def read(self, args):
        ends = tuple(self._end(args.get(word, "").strip()) for word in self.words)
        return ends if ends != (None, None) else None

    def said(self, value):
        ends = (("" if end is None else self._plain(end)) for end in value)
        return "–".join(ends)

    def _plain(self, end):
        return end.isoformat() if isinstance(end, date) else f"{end:g}"

    def _end(self, text):
        try:
            if self.field.kind == FieldKind.DATE:
                return date.fromisoformat(text)
            value = parse_number(text)
            return None if value is None else float(value)
        except ValueError:
            return None

    def clause(self, value, *, dense=False):
        return request_fields.between(self.field, *value, dense=dense, count=self._counted)


@dataclass(frozen=True)
class _Made:
    """What lists make of the fields of one edition, in one language: a page asks for it twenty times."""

    filters: tuple
    labels: dict


def _made():
    return _of_edition(request_fields.known_edition(), language()) if has_app_context() else _Made((), {})


@lru_cache(maxsize=8)
def _of_edition(_edition, _language):
    return _Made(tuple(map(_filter, known())), {field.name: field.caption for field in known()})


def filters():
    return _made().filters


def _filter(field):
    ranged = field.kind in (FieldKind.NUMBER, FieldKind.DATE)
    return (Between if ranged else Chosen)(name=field.name, label=field.caption, field=field, rare=True)


def columns():
    """Their names, for files."""
    return tuple(labels())


def formatter(name):
    """Of its cells, or None."""
    field = request_fields.field_of(name)
    return field and cells.of(lambda inquiry: field.words(inquiry.answers.get(field.key)))


def labels():
    return _made().labels


def filed():
    """What files keep: numbers and days as themselves, the rest in words."""
    return {field.name: Filed((Inquiry.answers[field.key],), partial(_kept, field)) for field in known()}


def _kept(field, answer):
    if answer is None or field.kind == FieldKind.NUMBER:
        return answer
    return date.fromisoformat(answer) if field.kind == FieldKind.DATE else field.words(answer)


def of_one(base):
    """The form that corrects one inquiry."""
    return own_fields.extended(base, known(), own_fields.Corrected) if known() else base


def of_many(base):
    """The form that changes many: each field is left alone by default."""
    asked = tuple(field for field in known() if not field.retired)
    return own_fields.extended(base, asked, own_fields.Shape) if asked else base


def prune(form, row):
    """Take out what is not asked of such an inquiry and was not answered either."""
    for field in known():
        unasked = field.retired or not field.applies(row.deal, row.property_type)
        if unasked and field.key not in row.answers and field.name in form:
            del form[field.name]


def typed(values):
    """``values`` of such a form, with the answers as they are kept."""
    fields = {name: request_fields.field_of(name) for name in values}
    return {name: own_fields.typed(fields[name], value) if fields[name] else value for name, value in values.items()}


def initial(row):
    return own_fields.filled(known(), row.answers)

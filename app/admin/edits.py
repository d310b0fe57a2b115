"""Forms of the console: from a row to a form, from a form to a service, and two people at the same record."""

import json
from urllib.parse import parse_qsl
from uuid import UUID

import sqlalchemy as sa
from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from app.doors import current_actor
from app.error_pages import TEXTS
from app.errors import DomainError, EditConflict, InvalidInput
from app.services.transaction import transaction


class NoForm(FlaskForm):
    """Nothing to fill in. (The CSRF token is asked of every POST before it gets here.)"""

    class Meta:
        csrf = False


def names_of(form_class):
    return tuple(name for name in dir(form_class) if hasattr(getattr(form_class, name), "field_class"))


def initial(view, row):
    values = {name: getattr(row, name, None) for name in view.form_fields()}
    for name in values.keys() & view._form_ajax_refs.keys():
        values[name] = view._form_ajax_refs[name].key_of(values[name])
    return values


def form_of(view, row, *, only=None):
    """The form of ``row`` (None: a new one) with what was posted in it; ``only`` keeps a single field."""
    data = view.initial(row) if row is not None else {}
    posted = _resolved(request.form) if request.method == "POST" else None
    form = view.form(posted, data=data)
    view.prune(form, row)
    for name in list(form._fields):
        if only and name != only:
            del form[name]
    if row is not None:
        form.version, form.original = _basis(view, row, posted)
    return form


def _resolved(posted):
    """What was posted, with ``keep-<field>=theirs`` of the conflict page carried out."""
    theirs = _snapshot_sent(posted)
    posted = MultiDict(posted)
    for name, value in theirs.items():
        if posted.get(f"keep-{name}") == "theirs":
            posted.setlist(name, value if isinstance(value, list) else [value])
    return posted


def _snapshot_sent(posted):
    try:
        sent = json.loads(posted.get("original", "{}"))
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _basis(view, row, posted):
    """``(version, snapshot)`` that the person began from: as posted, else the row as it is."""
    if posted and posted.get("version", "").isdigit():
        return int(posted["version"]), _snapshot_sent(posted)
    return getattr(row, "version", None), snapshot(view, row)


def snapshot(view, row):
    """The row as its form would post it: field → text, or a list of texts."""
    form = view.form(None, data=view.initial(row))
    view.prune(form, row)
    return {field.name: texts_of(field) for field in form}


def texts_of(field):
    """What ``field`` would send from a browser."""
    if field.type == "BooleanField":
        return ["y"] if field.data else []
    if isinstance(field.data, list):
        return [str(item) for item in field.data]
    if hasattr(field, "_value"):
        return field._value()
    return "" if field.data is None else str(field.data)


def raw(loader, value):
    """``{value, text}`` of one value for an inline field: the text is what a look-up field shows."""
    if loader:
        return {"value": loader.key_of(value), "text": "" if value is None else loader.text(value)}
    if isinstance(value, bool):
        return {"value": "y" if value else ""}
    return {"value": "" if value is None else str(getattr(value, "value", value))}


def values_of(view, form):
    """Field → value for the service; look-up fields as rows. Raises InvalidInput where a key leads nowhere."""
    values = {}
    for field in form:
        loader = view._form_ajax_refs.get(field.name)
        values[field.name] = _row_of(loader, field) if loader else field.data
    return values


def _row_of(loader, field):
    row = loader.get_one(field.data) if field.data else None
    if field.data and row is None:
        raise InvalidInput(_("Choose from the list."), field=field.name)
    return row


def attempt(view, form, row):
    """Save; the saved row, or None when a rule said no, which then stands at its field."""
    try:
        return store(view, form, row)
    except EditConflict:
        raise
    except DomainError as error:
        blame(form, error)
        return None


def blame(form, error):
    field = form._fields.get(error.field or "")
    message = error.message or TEXTS[error.status]()
    if field is not None:
        field.errors = [*field.errors, message]
    else:
        form.form_errors.append(message)


def store(view, form, row):
    """Check the version and save in one transaction. Raises EditConflict, or whatever DomainError the service does."""
    values = values_of(view, form)
    with transaction():
        if row is not None and form.version is not None and form.version != getattr(row, "version", form.version):
            raise EditConflict(
                _("Somebody saved this record while you were editing it."),
                original=form.original,
                theirs=snapshot(view, row),
                mine={field.name: texts_of(field) for field in form},
            )
        return view.save(row, values, actor=current_actor())


def differences(view, form, conflict):
    """``[(field, original, theirs, mine, which)]`` in words, for the fields where mine and theirs part."""
    rows = []
    for field in form:
        original, theirs, mine = (side.get(field.name) for side in (conflict.original, conflict.theirs, conflict.mine))
        if mine != theirs:
            which = "theirs" if mine == original else "mine"
            rows.append((field, *(words(view, field, side) for side in (original, theirs, mine)), which))
    return rows


def words(view, field, sent):
    """What was sent, as the reader knows it: labels of choices, names of rows, yes and no."""
    sent = sent if isinstance(sent, list) else [sent]
    if field.type == "BooleanField":
        return _("yes") if sent else _("no")
    loader = view._form_ajax_refs.get(field.name)
    if loader:
        return ", ".join(loader.text_of(key) for key in sent if key)
    labels = (
        {str(choice.value): choice.label for choice in field.iter_choices()} if hasattr(field, "iter_choices") else {}
    )
    return ", ".join(str(labels.get(str(item), item)) for item in sent if item not in (None, ""))


def typed_keys(column, keys):
    """Keys as the column's type; those that cannot be one are dropped."""
    if not isinstance(column.type, sa.Uuid):
        return keys
    found = []
    for key in keys:
        try:
            found.append(UUID(key))
        except ValueError:
            continue
    return found


def query_of(text):
    """A list's query string as arguments of ``url_for`` (whose own begin with an underscore)."""
    return {key: value for key, value in parse_qsl(text) if not key.startswith("_")}

"""Rules that said no, shown at the field they are about."""

from app.errors import InvalidInput


def show(form, error):
    """Put a DomainError's message at the form's field of that name, else above the form."""
    field = form._fields.get(error.field)
    if field is None:
        form.form_errors.append(error.message)
    else:
        field.errors = [*field.errors, error.message]


def all_hold(form, rules):
    """``rules``: field → function that raises InvalidInput. Shows every refusal at once, so that nobody is sent back
    for one error after the other; a field that is wrong already is left alone. Returns whether there was none.
    """
    for name, rule in rules.items():
        if not form[name].errors:
            try:
                rule(form[name].data)
            except InvalidInput as error:
                form[name].errors = [*form[name].errors, error.message]
    return not form.errors

"""Rules that said no, shown at the field they are about."""


def show(form, error):
    """Put a DomainError's message at the form's field of that name, else above the form."""
    field = form._fields.get(error.field)
    if field is None:
        form.form_errors.append(error.message)
    else:
        field.errors = [*field.errors, error.message]

"""Two people at one record: the second to save is told, not obeyed."""

from flask_babel import lazy_gettext as _l

from app.errors import EditConflict


def check_version(row, version, values, original=None, theirs=None):
    """Inside transaction(). ``version`` is what the editor had loaded (None: not asked), ``original`` those values.

    Raises EditConflict with original, theirs (by default read from ``row``) and mine of the fields in ``values``.
    """
    if version is None or row.version == version:
        return
    raise EditConflict(
        _l("Somebody saved this record while you were editing it."),
        original=original or {},
        theirs=theirs or {name: getattr(row, name) for name in values},
        mine=dict(values),
    )

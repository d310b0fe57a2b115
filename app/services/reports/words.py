"""A Spec in one line of the current language, for lists, the journal and workbooks."""

from uuid import UUID

from flask_babel import get_locale
from flask_babel import gettext as _

from app.errors import InvalidInput
from app.extensions import db
from app.formatting import decimals, number
from app.models.places import City, Country
from app.services.reports import labels, own, partners
from app.services.reports.spec import WHENS, parse
from app.services.reports.subjects import COUNT, MEAN, MINUTES, RATE


def describe(words):
    """«Запросы: по городам, по месяцам; этот год; аренда»; takes the words of a kept report."""
    try:
        return of(parse(words))
    except InvalidInput as error:  # what it asks for may be gone
        return str(error.message)


def of(spec):
    parts = ", ".join(lowered(own.dimension(word).name) for word in spec.dimensions)
    return "; ".join([f"{spec.about.name}: {parts}", period(spec), *conditions(spec)])


def conditions(spec):
    """The filters, each a few words. A place says itself what it is; whose name it is has to be said."""
    for word, (name, value) in zip(spec.filters, filters(spec), strict=True):
        yield f"{lowered(name)}: {value}" if word in partners.MODELS or own.is_own(word) else value


def period(spec):
    if spec.when == "range":
        return f"{spec.first:%d.%m.%Y}–{spec.last:%d.%m.%Y}"
    return str(WHENS[spec.when][0])


def filters(spec):
    """``[(name, value)]`` of what is let through."""
    names = {"country": _("Country"), "city": _("City"), "deal": _("Deal"), "source": _("Source")}
    names |= {"property": _("Property"), "status": _("State")} | partner_names(spec.subject)
    names |= {name: own.field(name).label for name in spec.filters if own.is_own(name)}
    return [(names[name], _values(name, values)) for name, values in spec.filters.items()]


def _values(name, values):
    return own.filter_said(name, values) if own.is_own(name) else ", ".join(_value(name, value) for value in values)


def partner_names(subject):
    """An inquiry has no realtor of its own: it is asked who accepted it."""
    if subject == "inquiries":
        return {"agency": _("Accepted by the agency"), "realtor": _("Accepted by the realtor")}
    return {"agency": _("Agency"), "realtor": _("Realtor")}


def say(measure, value):
    """A value of a measure; nothing counted is a nought, nothing to speak of is a dash."""
    if value is None:
        return "0" if measure.kind == COUNT else "—"
    if measure.kind == RATE:
        return _("%(value)s%%", value=decimals(value * 100, 1))
    if measure.kind == MINUTES:
        return _minutes(value)
    return decimals(value, 1) if measure.kind == MEAN else number(value)


def _minutes(value):
    if value < 1:
        return _("under 1 min")
    if value < 90:
        return _("%(value)s min", value=decimals(value, 0))
    return _("%(value)s h", value=decimals(value / 60, 1))


def _value(name, value):
    if name in labels.WORDS:
        return str(labels.WORDS[name].get(value, value))
    if name in partners.MODELS:
        row = partners.find(name, value)
        return row.name if row else "—"
    model, key = (Country, Country.code) if name == "country" else (City, City.public_id)
    row = db.session.scalar(db.select(model).where(key == (value if model is Country else UUID(value))))
    return row.name(str(get_locale())) if row else "—"


def lowered(text):
    text = str(text)
    return text[:1].lower() + text[1:]

"""What every kind of record gives an import: how a row is read, found, judged and carried out."""

from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa
import structlog
from flask_babel import lazy_gettext as _l

from app import spelling
from app.access.permissions import Permission
from app.constants import ImportOutcome as Outcome
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import User
from app.models.places import City, CityAlias, Country
from app.services import contacts
from app.services.imports import words
from app.services.places import matching, spellings

log = structlog.get_logger()
UNFORESEEN = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
UNREADABLE = _l("This row could not be read.")


@dataclass(frozen=True)
class Kind:
    word: str
    label: object
    permission: Permission
    own: tuple  # of fields.Field
    keys: dict  # match key → its label, the surest first
    read: Callable  # ({field: text}, Context) → {name: value}; raises InvalidInput(field)
    find: Callable  # (key, values, Context) → rows, at most a few
    now: Callable  # (row, name) → its value
    check_found: Callable  # (row, values, Context) → {name: value} that may be given to it; raises InvalidInput
    check_new: Callable  # (values, Context); raises InvalidInput
    mark: Callable  # (values) → what no two new records share
    make: Callable  # (values, Context) → row
    change: Callable  # (row, {name: value}, Context)
    look_up: Callable = lambda several, context: None  # ([values], Context): what find() is going to want of them
    make_all: Callable | None = None  # ([values], Context) → rows; None: one by one only
    marks: Callable = lambda values: set()  # (values) → all that a new record is found by
    title: Callable = str
    needed: tuple = ()  # columns without which no record is new
    added: Callable = tuple  # () → further fields.Field: those that owners made
    shown: Callable = lambda name, value: words.shown(value)
    note: object = ""

    @property
    def fields(self):
        return (*self.own, *self.added())


@dataclass
class Context:
    """What one import was asked, and what a slice of it has looked up already.

    ``known``: what look_up() found for the rows that are judged together; ``held``: records that are at hand meanwhile.
    """

    actor: User
    choices: dict
    cache: dict = field(default_factory=dict)
    known: dict = field(default_factory=dict)
    held: list = field(default_factory=list)

    def once(self, key, make):
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]

    def get(self, model, id):
        """A record by its id. A session forgets what nobody holds, and would ask for it again at the next row."""
        found = db.session.get(model, id)
        self.held.append(found)
        return found

    def begin_anew(self):
        self.known.clear()
        self.held.clear()


@dataclass
class Verdict:
    outcome: Outcome
    row: object = None
    values: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)  # name → [old, new] in words
    field: str = ""
    reason: str = ""
    mark: str | None = None


def judge(kind, raw, context):
    """The Verdict on one row ``{field: text}``; nothing is changed."""
    return judge_all(kind, [raw], context)[0]


def judge_all(kind, raws, context):
    """The Verdicts on several rows, each as if the others were not there: what is here already is looked up at once."""
    context.begin_anew()
    read = [_verdict(kind, lambda raw=raw: kind.read(raw, context)) for raw in raws]
    kind.look_up([values for values in read if not isinstance(values, Verdict)], context)
    return [
        values if isinstance(values, Verdict) else _verdict(kind, lambda values=values: _judged(kind, values, context))
        for values in read
    ]


def _verdict(kind, do):
    """What ``do`` returns, or the Verdict on what it refuses."""
    try:
        return do()
    except Unclear as error:
        return Verdict(Outcome.UNCLEAR, field=error.field, reason=str(error.message))
    except InvalidInput as error:
        return Verdict(Outcome.WRONG, field=error.field or "", reason=str(error.message))
    except UNFORESEEN:  # one row that nobody thought of stops no others
        log.exception("import_row_failed", kind=kind.word)
        return Verdict(Outcome.WRONG, reason=str(UNREADABLE))


def _judged(kind, values, context):
    found = _found(kind, values, context)
    if len(found) > 1:
        names = ", ".join(f"«{kind.title(row)}»" for row in found[:3])
        return Verdict(Outcome.UNCLEAR, reason=str(_l("Several records fit: %(names)s", names=names)))
    if found:
        return _of_found(kind, found[0], values, context)
    kind.check_new(values, context)
    return Verdict(Outcome.NEW, values=values, mark=kind.mark(values))


class Unclear(InvalidInput):
    """What is written may mean several things: somebody has to say which."""


def _found(kind, values, context):
    """By the first of the chosen keys that finds anything."""
    for key in kind.keys:
        if key in context.choices["keys"] and (found := kind.find(key, values, context)):
            return found
    return []


def _of_found(kind, row, values, context):
    if not context.choices.get("update"):
        return Verdict(Outcome.LEFT, row)
    given = kind.check_found(row, values, context)
    differing = {name: value for name, value in given.items() if kind.now(row, name) != value}
    if not differing:
        return Verdict(Outcome.SAME, row)
    changes = {
        name: [kind.shown(name, kind.now(row, name)), kind.shown(name, value)] for name, value in differing.items()
    }
    return Verdict(Outcome.CHANGED, row, differing, changes)


def needed(values, *names):
    for name in names:
        if values.get(name) in (None, "", []):
            raise InvalidInput(_l("Please fill this in."), field=name)


def phone_of(text, country, context):
    """A number without its code belongs to the row's country, else to that of the owner's language."""
    home = contacts.REGION_OF_LOCALE[context.actor.locale]
    try:
        return contacts.phone_number(text, country.code if country else home)
    except InvalidInput:
        return contacts.phone_number(text, home)


# Places


def country_of(text, context):
    """The Country of a code or a name; of nothing the one chosen for the whole file, or None."""
    text = text or context.choices.get("country", "")
    if not text:
        return None
    known = context.once("countries", _countries)
    if (id := known.get(spelling.key(text))) is None:
        raise InvalidInput(_l("There is no such country."), field="country")
    return context.get(Country, id)


def _countries():
    rows = db.session.execute(sa.select(Country.id, Country.code, Country.name_ru, Country.name_en)).all()
    return {spelling.key(name): id for id, *names in rows for name in names}


def city_of(text, country, context):
    """The City that is written; raises InvalidInput with those it may mean, Unclear when it is several."""
    if not text:
        return None
    found = context.once(("city", text, country and country.id), lambda: _city(text, country))
    if isinstance(found, InvalidInput):
        raise found
    city = context.get(City, found)
    return city.merged_into or city


def _city(text, country):
    cities = spellings.cities_spelled(country.id, text) if country else _anywhere(text)
    if len(cities) == 1:
        return cities[0].id
    if cities:
        if country and cities[0].population > 10 * cities[1].population:
            return cities[0].id
        return Unclear(_l("There are several: %(names)s. Add the country.", names=_names(cities)), field="city")
    like = [candidate.city for candidate in matching.alike(country, text, 3)] if country else []
    if like:
        return InvalidInput(_l("There is no such city. Is it %(names)s?", names=_names(like)), field="city")
    return InvalidInput(_l("There is no such city in the directory."), field="city")


def _anywhere(text):
    found = sa.select(City).join(CityAlias, CityAlias.city_id == City.id).where(CityAlias.key == spelling.key(text))
    return list(db.session.scalars(found.order_by(City.population.desc(), City.id).limit(5)).unique())


def _names(cities):
    return ", ".join(f"{words.shown(city)} ({words.shown(city.country)})" for city in cities[:3])

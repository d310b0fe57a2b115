"""What a report is asked for: words of its address and of its row, read into a Spec that always makes sense.

A word that does not suit the subject gives way to one that does: whoever changes the subject keeps what fits. Only
what somebody typed (days) and what may be gone (a city, an agency, a field of the form) is refused.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from app.constants import Deal, InquirySource, InquiryStatus, Period, PropertyType
from app.services import statistics
from app.services.reports import own, partners
from app.services.reports.subjects import SUBJECTS
from app.services.statistics.periods import containing, next_month, parse_span

NOTHING = "-"
VIEWS = {"bars": _l("Bars"), "lines": _l("Lines"), "table": _l("Table")}
SETS = {"deal": Deal, "source": InquirySource, "property": PropertyType, "status": InquiryStatus}
SETS = {name: tuple(member.value for member in members) for name, members in SETS.items()}
SETS["status"] = tuple(word for word in SETS["status"] if word != InquiryStatus.DRAFT)


def _month(day, back):
    """The first of the month that lies ``back`` months before the one of ``day``."""
    month = day.year * 12 + day.month - 1 - back
    return date(month // 12, month % 12 + 1, 1)


def _last_days(count):
    return lambda today: statistics.Span(Period.RANGE, today - timedelta(days=count - 1), today)


def _whole(period, back=0):
    return lambda today: containing(period, today).shifted(-1) if back else containing(period, today)


def _months(count):
    return lambda today: statistics.Span(Period.RANGE, _month(today, count - 1), next_month(today) - timedelta(days=1))


WHENS = {
    "today": (_l("today"), _whole(Period.DAY)),
    "yesterday": (_l("yesterday"), _whole(Period.DAY, 1)),
    "week": (_l("this week"), _whole(Period.WEEK)),
    "last_week": (_l("last week"), _whole(Period.WEEK, 1)),
    "days_28": (_l("the last 28 days"), _last_days(28)),
    "month": (_l("this month"), _whole(Period.MONTH)),
    "last_month": (_l("last month"), _whole(Period.MONTH, 1)),
    "months_12": (_l("the last 12 months"), _months(12)),
    "year": (_l("this year"), _whole(Period.YEAR)),
    "last_year": (_l("last year"), _whole(Period.YEAR, 1)),
    "range": (_l("from … to …"), None),
}


@dataclass(frozen=True)
class Spec:
    """``when`` is one of WHENS; only a range has days of its own. ``filters``: word → the values that are let through.

    ``sort``: a measure, largest first; with «-» before it, smallest first; or "name".
    """

    subject: str
    rows: str
    columns: str | None
    measures: tuple
    when: str
    sort: str
    view: str = "bars"
    first: date | None = None
    last: date | None = None
    filters: dict = field(default_factory=dict)

    @property
    def about(self):
        return SUBJECTS[self.subject]

    @property
    def dimensions(self):
        return tuple(filter(None, (self.rows, self.columns)))

    @property
    def asked(self):
        """The measures as ``{word: Measure}``."""
        return {word: self.about.measures[word] for word in self.measures}

    @property
    def quantiles(self):
        return any(measure.quantile for measure in self.asked.values())

    @property
    def is_ordered(self):
        return own.dimension(self.rows).ordered

    @property
    def several(self):
        """Which of rows and columns an inquiry may stand in several of."""
        asked = {"rows": self.rows, "columns": self.columns}
        return frozenset(place for place, word in asked.items() if word and own.dimension(word).several)

    def span(self, today):
        """The days it is about when it is asked on ``today``."""
        if self.when == "range":
            return statistics.Span(Period.RANGE, self.first, self.last)
        return WHENS[self.when][1](today)

    @property
    def words(self):
        """As JSON, and as the arguments of an address; ``parse(words)`` is this again."""
        words = {"subject": self.subject, "rows": self.rows, "columns": self.columns, "measure": list(self.measures)}
        words |= {"when": self.when, "sort": self.sort, "view": self.view}
        if self.when == "range":
            words |= {"from": self.first.isoformat(), "to": self.last.isoformat()}
        for name, values in self.filters.items():
            words |= own.words(name, values) if own.is_own(name) else {name: list(values)}
        return {name: value for name, value in words.items() if value not in (None, "")}


def parse(words):
    """A Spec from ``{word: value or list of values}``. Raises InvalidInput(field)."""
    one, many = _one(words), _many(words)
    subject = _known(one("subject"), SUBJECTS)
    about = SUBJECTS[subject]
    rows = own.asked(subject, one, "rows") or _known(one("rows"), about.dimensions)
    columns = own.asked(subject, one, "columns") or _known(one("columns"), about.dimensions, NOTHING)
    measures = tuple(word for word in about.measures if word in many("measure")) or tuple(about.measures)[:1]
    when = _known(one("when"), WHENS, "month")
    first, last = _range(one) if when == "range" else (None, None)
    sorts = [*measures, *(f"-{word}" for word in measures), "name"]
    return Spec(
        *(subject, rows, None if columns in (rows, NOTHING) else columns, measures, when),
        sort=_known(one("sort"), sorts, measures[0]),
        view=_known(one("view"), VIEWS),
        first=first,
        last=last,
        filters=_filters(about, one, many) | own.filters(subject, words, one, many),
    )


def _one(words):
    def one(name):
        value = words.get(name)
        return (value[0] if value else None) if isinstance(value, list | tuple) else value

    return one


def _many(words):
    def many(name):
        value = words.get(name) or []
        return list(value) if isinstance(value, list | tuple) else [value]

    return many


def _known(word, words, otherwise=None):
    return word if word in words else otherwise or next(iter(words))


def _range(one):
    span = parse_span({"period": "range", "from": one("from"), "to": one("to")}, today=statistics.today())
    return span.first, span.last


def _filters(about, one, many):
    """Sets keep what is known of them; a set of all lets everything through, so it is none."""
    places = {name: one(name) for name in ("country", "city") if one(name)}
    found = {name: (value,) for name, value in _places(places).items()} if places else {}
    found |= {
        name: (partners.known(name, one(name)),) for name in partners.MODELS if name in about.filters and one(name)
    }
    for name in about.filters:
        if name in SETS:
            chosen = tuple(word for word in SETS[name] if word in many(name))
            found |= {name: chosen} if chosen and chosen != SETS[name] else {}
    return found


def _places(words):
    """As they are spelled today: a city that was merged is the one it became. Raises InvalidInput."""
    asked = statistics.parse(words)
    named = {"country": asked.country and asked.country.code, "city": asked.city and str(asked.city.public_id)}
    return {name: value for name, value in named.items() if value}

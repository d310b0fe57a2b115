"""The figures of the statistics page, by the same definition."""

from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission as P
from app.constants import ApiScope as S
from app.constants import Deal, InquirySource, Period
from app.services import statistics
from app.views.api.v1.common import CITY, COUNTRY, place
from app.views.api.v1.operations import Answer, Operation, Param
from app.views.api.v1.schemas import DAY, words


def show(ask):
    found = statistics.figures(statistics.parse(ask.query), actor=ask.actor)
    span = found.filters.span
    return Answer(
        {
            "period": span.period.value,
            "first": span.first.isoformat(),
            "last": span.last.isoformat(),
            "timezone": found.zone,
            "realtors": found.realtors,
            "total": _counts(found.total),
            "previous": _counts(found.previous),
            "countries": [_row(row, "country", row.subject.code, realtors=row.realtors) for row in found.countries],
            "cities": [_row(row, "city", place(row.subject), realtors=row.realtors) for row in found.cities],
            "deals": [_row(row, "deal", row.subject.value) for row in found.deals],
            "sources": [_row(row, "source", row.subject.value) for row in found.sources],
            "days": [_row(row, "day", row.subject.isoformat()) for row in found.days],
        }
    )


def _row(row, name, subject, **more):
    return {name: subject, **more, **_counts(row.counts)}


def _counts(counts):
    return {
        "inquiries": counts.inquiries,
        "accepted": counts.accepted,
        "acceptances": counts.acceptances,
        "acceptance_rate": counts.acceptance_rate,
        "first_response_minutes": counts.first_response,
        "ninth_response_minutes": counts.slow_response,
    }


OPERATIONS = (
    Operation(
        name="getStatistics",
        method="GET",
        path="/statistics",
        group=_l("Statistics"),
        about=_l("The figures of a period"),
        more=_l("Of the current month unless told; days are days of the business time zone."),
        scope=S.STATISTICS_READ,
        permission=P.STATISTICS,
        params=(
            Param("period", words(Period)),
            Param("day", DAY, _l("A day of the period; today unless told.")),
            Param("from", DAY, _l("First day of a range.")),
            Param("to", DAY, _l("Last day of a range.")),
            COUNTRY,
            CITY,
            Param("deal", words(Deal)),
            Param("source", words(InquirySource)),
        ),
        gives="Statistics",
        do=show,
    ),
)

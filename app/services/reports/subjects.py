"""What a report can be about: one table of subjects, each with its dimensions, its measures and its filters."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may

COUNT, RATE, MINUTES, MEAN = "count", "rate", "minutes", "mean"


@dataclass(frozen=True)
class Dimension:
    """``ordered``: has an order of its own, as the days have. ``several``: one inquiry may stand in several places."""

    name: object
    ordered: bool = False
    several: bool = False


DIMENSIONS = {
    "day": Dimension(_l("By day"), True),
    "week": Dimension(_l("By week"), True),
    "month": Dimension(_l("By month"), True),
    "weekday": Dimension(_l("By weekday"), True),
    "hour": Dimension(_l("By hour"), True),
    "country": Dimension(_l("By country")),
    "city": Dimension(_l("By city")),
    "deal": Dimension(_l("Rent and purchase")),
    "source": Dimension(_l("By source")),
    "property": Dimension(_l("By kind of property")),
    "status": Dimension(_l("By state of the inquiry")),
    "agency": Dimension(_l("By agency")),
    "realtor": Dimension(_l("By realtor")),
}


@dataclass(frozen=True)
class Measure:
    """``of(cell)`` → the value, None where there is nothing to speak of; see cells.Cell.

    ``quantile``: of the response times, the only ones that cannot be added up.
    """

    name: object
    kind: str
    of: Callable
    hint: object = ""
    quantile: bool = False


def _sum(*names):
    return lambda cell: sum(cell[name] for name in names)


def _share(part, whole):
    return lambda cell: cell[part] / cell[whole] if cell[whole] else None


def _median(hint):
    return Measure(_l("First response, median"), MINUTES, lambda cell: cell.median, hint, True)


def _ninth(hint):
    return Measure(_l("9 of 10 within"), MINUTES, lambda cell: cell.ninth, hint, True)


@dataclass(frozen=True)
class Subject:
    """``sums``: what the statement adds up, in its order (statements.py). ``own``: fields that owners added, too."""

    name: object
    about: object
    dimensions: tuple
    sums: tuple
    measures: dict
    filters: tuple
    needs: object = None  # the Permission besides that of reports
    own: bool = False


_TIME, _PLACE = ("day", "week", "month", "weekday"), ("country", "city")

SUBJECTS = {
    "inquiries": Subject(
        _l("Inquiries"),
        _l("What clients ask for, and how it is answered"),
        (*_TIME, "hour", *_PLACE, "deal", "source", "property", "status", "agency"),
        ("inquiries", "accepted", "acceptances"),
        {
            "inquiries": Measure(_l("Inquiries"), COUNT, _sum("inquiries")),
            "accepted": Measure(_l("Accepted"), COUNT, _sum("accepted"), _l("by one realtor at least")),
            "acceptances": Measure(_l("Acceptances"), COUNT, _sum("acceptances"), _l("by all realtors together")),
            "acceptance_rate": Measure(_l("Share accepted"), RATE, _share("accepted", "inquiries")),
            "first_response": _median(_l("from publishing to the first acceptance")),
            "slow_response": _ninth(_l("nine inquiries in ten were accepted faster")),
        },
        ("country", "city", "agency", "realtor", "deal", "source", "property", "status"),
        own=True,
    ),
    "answers": Subject(
        _l("Work of realtors"),
        _l("Who receives inquiries, opens and accepts them, and how fast"),
        (*_TIME, *_PLACE, "agency", "realtor"),
        ("received", "seen", "accepted", "declined"),
        {
            "received": Measure(
                _l("Received"), COUNT, _sum("received"), _l("inquiries of the realtor's city since joining")
            ),
            "seen": Measure(_l("Opened by them"), COUNT, _sum("seen")),
            "accepted": Measure(_l("Accepted"), COUNT, _sum("accepted")),
            "declined": Measure(_l("Declined by them"), COUNT, _sum("declined")),
            "accepted_share": Measure(_l("Accepted of received"), RATE, _share("accepted", "received")),
            "response": Measure(_l("Response, median"), MINUTES, lambda cell: cell.median, "", True),
            "slow_response": _ninth(_l("nine acceptances in ten were faster")),
        },
        ("country", "city", "agency", "realtor"),
    ),
    "conversations": Subject(
        _l("Conversations"),
        _l("How much clients and realtors write to each other"),
        (*_TIME, "hour", *_PLACE, "deal", "agency", "realtor"),
        ("conversations", "by_client", "by_realtor", "answered"),
        {
            "conversations": Measure(_l("Conversations"), COUNT, _sum("conversations"), _l("begun in the period")),
            "messages": Measure(_l("Messages"), COUNT, _sum("by_client", "by_realtor")),
            "by_client": Measure(_l("Messages of clients"), COUNT, _sum("by_client")),
            "by_realtor": Measure(_l("Messages of realtors"), COUNT, _sum("by_realtor")),
            "mean": Measure(
                _l("Messages to a conversation"),
                MEAN,
                lambda cell: (cell["by_client"] + cell["by_realtor"]) / (cell["conversations"] or 1),
            ),
            "answered": Measure(_l("The realtor wrote"), COUNT, _sum("answered")),
            "answered_share": Measure(_l("Share where the realtor wrote"), RATE, _share("answered", "conversations")),
        },
        ("country", "city", "agency", "realtor", "deal"),
        needs=Permission.CONVERSATION_SUPERVISE,
        own=True,
    ),
}


def known_to(actor):
    """The subjects that ``actor`` may ask about: ``{word: Subject}``."""
    return {word: one for word, one in SUBJECTS.items() if one.needs is None or may(actor, one.needs)}

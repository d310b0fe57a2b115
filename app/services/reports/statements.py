"""A Spec as SQL: one statement over the rows a reader may see, or over the rollup where that holds what is asked.

Every statement gives rows of ``(dimensions…, sums…)``; one over raw rows with quantiles asked ends with the response
times of its group as one text, «833,912»: thousands of rows would cost more to fetch than all the rest.
"""

from uuid import UUID

import sqlalchemy as sa

from app.access.scopes import clause
from app.constants import ConversationKind
from app.models.accounts import Realtor
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match
from app.models.places import City, Country
from app.models.statistics import DailyCount
from app.services.reports import calendar, own, partners
from app.services.reports.subjects import SUBJECTS
from app.services.statistics.cube import Stretch, stretches

ROLLED = {"day", "week", "month", "weekday", "country", "city", "deal", "source"}
TIMES = {"day", "week", "month", "weekday"}
ANSWERED = {*TIMES, "country", "city", "deal", "source", "property", "agency"}  # and ix_inquiries_answered, by agency
INDEXED = {"status", "property"}  # what an index over all inquiries tells without looking at any of them …
LONG = 92  # … which pays from so many days on


def is_rolled(spec):
    """Whether the rollup can answer: it holds these dimensions and what the filters ask of."""
    return spec.subject == "inquiries" and {*spec.dimensions, *spec.filters} <= ROLLED and not spec.quantiles


def of(spec, span, actor, limit):
    """The statements whose rows, put together, are the answer; at most ``limit`` rows of each."""
    make = _rollup if is_rolled(spec) else RAW[spec.subject]
    return [statement.limit(limit) for statement in make(spec, span, actor)]


def _grouped(dimensions, *columns):
    """By position: PostgreSQL takes an expression with bound values for another one where it stands again."""
    keys = [column.label(f"key{n}") for n, column in enumerate(dimensions)]
    rest = [column.label(f"value{n}") for n, column in enumerate(columns)]
    return sa.select(*keys, *rest).group_by(*(sa.text(str(n + 1)) for n in range(len(keys))))


def _word(column):
    return sa.type_coerce(column, sa.String)


def _count(condition):
    return sa.func.count(sa.case((condition, 1)))


def _times(spec, seconds):
    return [sa.func.aggregate_strings(sa.cast(seconds, sa.String), ",")] if spec.quantiles else []


def _in_places(spec, city_id):
    """The clauses of lying in the country and the city asked for."""
    if "city" in spec.filters:
        yield city_id.in_(sa.select(City.id).where(City.public_id.in_(map(UUID, spec.filters["city"]))))
    elif "country" in spec.filters:
        within = sa.select(City.id).join(Country, Country.id == City.country_id)
        yield city_id.in_(within.where(Country.code.in_(spec.filters["country"])))


def _country(city_id):
    return sa.select(City.country_id).where(City.id == city_id).scalar_subquery()


# Inquiries


def _rollup(spec, span, actor):
    """Years and months from their own rows, unless a shorter time is told apart; days too many are taken off again."""
    sums = SUBJECTS["inquiries"].sums
    times = TIMES & {*spec.dimensions}
    pieces = [Stretch(DailyCount, span.first, span.last)] if times - {"month"} else stretches(span, years=not times)
    for model, first, last, sign in pieces:
        columns = {"country": _country(model.city_id), "city": model.city_id}
        columns |= {name: _word(getattr(model, name)) for name in ("deal", "source")}
        keys = [columns[word] if word in columns else calendar.bucket(word, model.day) for word in spec.dimensions]
        where = [clause(actor, model), model.day.between(first, last), *_in_places(spec, model.city_id)]
        where += [getattr(model, name).in_(spec.filters[name]) for name in ("deal", "source") if name in spec.filters]
        yield _grouped(keys, *(sign * sa.func.sum(getattr(model, name)) for name in sums)).where(*where)


def _inquiries(spec, span, actor):
    answers = own.answers(spec)
    keys = [own.key(word, answers[word]) if word in answers else _inquiry_key(word, span) for word in spec.dimensions]
    sums = sa.func.count(), _count(Inquiry.acceptances > 0), sa.func.sum(Inquiry.acceptances)
    where = [clause(actor, Inquiry), *_in_places(spec, Inquiry.city_id), *_in_sets(spec), *own.clauses(spec)]
    where += _accepted_by(partners.chosen(spec, actor))
    if _is_indexed(spec) and span.length > LONG:
        yield _in_order_of_index(keys, sums).where(_on_days(span), *where)
    elif _is_answered(spec) and span.length > LONG:
        yield _by_first_answers(spec, sums, [Inquiry.published_day.between(span.first, span.last), *where])
    else:
        grouped = _grouped(keys, *sums, *_times(spec, Inquiry.first_response_seconds)).select_from(Inquiry)
        # Counted off ix_inquiries_published, which holds all that is asked but goes by the moment.
        within = _on_days(span), calendar.around(Inquiry.published_at, span)
        yield own.join(grouped, answers).where(*within, *where)


def _accepted_by(chosen):
    """Whoever else has accepted the inquiry, and whether before them or after."""
    if chosen := [*chosen]:
        answers = sa.select(Match.inquiry_id).join(Realtor, Realtor.user_id == Match.realtor_id)
        yield Inquiry.id.in_(answers.where(Match.accepted_at.is_not(None), *chosen))


def _is_indexed(spec):
    return {*spec.dimensions, *spec.filters} <= INDEXED and not spec.quantiles


def _in_order_of_index(keys, sums):
    """Grouped as ix_inquiries_states lies, even where less is asked: rows of one key are added up by whoever reads."""
    return sa.select(*keys, *sums).group_by(Inquiry.status, Inquiry.property_type)


def _is_answered(spec):
    return "agency" in spec.dimensions and {*spec.dimensions, *spec.filters} <= ANSWERED


def _by_first_answers(spec, sums, where):
    """Counted by realtor first, as ix_inquiries_answered lies, which holds all that is asked; then by agency."""
    asked = {Inquiry.first_realtor_id: None} | {_held(word): None for word in spec.dimensions}
    sums = [column.label(name) for name, column in zip(SUBJECTS["inquiries"].sums, sums, strict=True)]
    times = [text.label("times") for text in _times(spec, Inquiry.first_response_seconds)]
    off_index = sa.select(*asked, *sums, *times).where(*where).group_by(*asked)
    each = off_index.with_hint(Inquiry, "INDEXED BY ix_inquiries_answered", "sqlite").subquery().c
    keys = [_answer_key(word, each) for word in spec.dimensions]
    times = [sa.func.aggregate_strings(each.times, ",")] if spec.quantiles else []
    totals = (sa.func.sum(each[name]) for name in SUBJECTS["inquiries"].sums)
    return _grouped(keys, *(sa.cast(total, sa.BigInteger) for total in totals), *times)  # of counts they are NUMERIC


def _held(word):
    if word in TIMES:
        return Inquiry.published_day
    columns = {"agency": Inquiry.first_realtor_id, "deal": Inquiry.deal, "source": Inquiry.source}
    return (columns | {"property": Inquiry.property_type}).get(word, Inquiry.city_id)


def _answer_key(word, each):
    if word in TIMES:
        return calendar.bucket(word, each.published_day)
    if word == "agency":
        return _agency(each.first_realtor_id)
    if word == "country":
        return _country(each.city_id)
    return each.city_id if word == "city" else _word(each["property_type" if word == "property" else word])


def _on_days(span):
    """SQLite would go by the day, and look at every row, where an index that goes otherwise answers alone."""
    within = Inquiry.published_day.between(span.first, span.last)
    return sa.func.likely(within) if calendar.is_sqlite() else within


def _inquiry_key(word, span):
    if word in TIMES:
        return calendar.bucket(word, Inquiry.published_day)
    return {
        "hour": lambda: calendar.hour(Inquiry.published_at, span),
        "country": lambda: _country(Inquiry.city_id),
        "city": lambda: Inquiry.city_id,
        "deal": lambda: _word(Inquiry.deal),
        "source": lambda: _word(Inquiry.source),
        "property": lambda: _word(Inquiry.property_type),
        "status": lambda: _word(Inquiry.status),
        "agency": lambda: _agency(Inquiry.first_realtor_id),
    }[word]()


def _agency(realtor_id):
    """Of the realtor who accepted first, so that every inquiry is counted under one agency."""
    return sa.select(Realtor.agency_id).where(Realtor.user_id == realtor_id).scalar_subquery()


def _in_sets(spec):
    columns = {
        "deal": Inquiry.deal,
        "source": Inquiry.source,
        "property": Inquiry.property_type,
        "status": Inquiry.status,
    }
    return [column.in_(spec.filters[name]) for name, column in columns.items() if name in spec.filters]


# Realtors


def _answers(spec, span, actor):
    """Two statements: a match is made when a realtor opens an inquiry, so what was received is counted by the city."""
    keys = [_realtor_key(word, Match.published_day) for word in spec.dimensions]
    # All of it stands in ix_matches_numbers, refusals excepted: they are looked for only where they are asked for.
    declined = _count(Match.declined_at.is_not(None)) if "declined" in spec.measures else sa.literal(0)
    marks = sa.func.count(), sa.func.count(Match.response_seconds), declined
    opened = _grouped(keys, sa.literal(0), *marks, *_times(spec, Match.response_seconds))
    yield (
        opened.select_from(Match)
        .join(Realtor, Realtor.user_id == Match.realtor_id)
        .where(
            *(clause(actor, Match), Match.seen_at.is_not(None)),
            Match.realtor_id.in_(sa.select(Realtor.user_id).where(*_realtors(spec, actor))),
            Match.published_day.between(span.first, span.last),
        )
    )
    yield _received(spec, span, actor)


def _received(spec, span, actor):
    """As services/office_numbers.py tells each realtor: the city's inquiries since the day of joining."""
    keys = [_realtor_key(word, DailyCount.day) for word in spec.dimensions]
    none = [sa.literal(0)] * 3 + [sa.null()] * spec.quantiles
    joined = calendar.day(Realtor.created_at, calendar.always(span))
    received = _grouped(keys, sa.func.sum(DailyCount.inquiries), *none)
    return (
        received.select_from(DailyCount)
        .join(Realtor, Realtor.city_id == DailyCount.city_id)
        .where(
            *(clause(actor, DailyCount), clause(actor, Realtor)),
            DailyCount.day.between(span.first, span.last),
            DailyCount.day >= joined,
            *_realtors(spec, actor),
        )
    )


def _realtors(spec, actor):
    yield from _in_places(spec, Realtor.city_id)
    yield from partners.chosen(spec, actor)


def _realtor_key(word, day):
    if word in TIMES:
        return calendar.bucket(word, day)
    columns = {"city": Realtor.city_id, "agency": Realtor.agency_id, "realtor": Realtor.user_id}
    return columns[word] if word in columns else _country(Realtor.city_id)


# Conversations


def _conversations(spec, span, actor):
    answers = own.answers(spec)
    keys = [
        own.key(word, answers[word]) if word in answers else _conversation_key(word, span) for word in spec.dimensions
    ]
    where = [
        *(clause(actor, Conversation), Conversation.kind == ConversationKind.INQUIRY),
        calendar.within(Conversation.created_at, span),
        *_in_places(spec, Inquiry.city_id),
        *partners.chosen(spec, actor),
        *own.clauses(spec),
    ]
    if "deal" in spec.filters:
        where.append(Inquiry.deal.in_(spec.filters["deal"]))
    by_client, by_realtor = Conversation.client_messages, Conversation.realtor_messages
    sums = sa.func.count(), sa.func.sum(by_client), sa.func.sum(by_realtor), _count(by_realtor > 0)
    yield own.join(_with_others(spec, _grouped(keys, *sums)), answers).where(*where)


def _with_others(spec, statement):
    """Of inquiries and realtors no row is read that nothing is asked of."""
    asked, joined = {*spec.dimensions, *spec.filters}, statement.select_from(Conversation)
    if asked & {"country", "city", "deal"} or any(map(own.is_own, asked)):
        joined = joined.join(Inquiry, Inquiry.id == Conversation.inquiry_id)
    if asked & {"agency", "realtor"}:
        joined = joined.join(Realtor, Realtor.user_id == Conversation.realtor_id, isouter=True)
    return joined


def _conversation_key(word, span):
    if word in TIMES:
        return calendar.bucket(word, calendar.day(Conversation.created_at, span))
    return {
        "hour": lambda: calendar.hour(Conversation.created_at, span),
        "country": lambda: _country(Inquiry.city_id),
        "city": lambda: Inquiry.city_id,
        "deal": lambda: _word(Inquiry.deal),
        "agency": lambda: Realtor.agency_id,
        "realtor": lambda: Conversation.realtor_id,
    }[word]()


RAW = {"inquiries": _inquiries, "answers": _answers, "conversations": _conversations}

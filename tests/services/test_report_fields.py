"""Reports by the fields that owners added, against a recount; and what a kept report says when its field is gone."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.constants import FieldKind
from app.errors import InvalidInput
from app.extensions import db
from app.models.base import utcnow
from app.models.inquiries import Inquiry
from app.models.request_fields import RequestField
from app.services import reports, request_fields
from app.services.reports import ALL, own, ranges
from app.services.reports import words as in_words
from app.services.request_fields import editing
from app.services.transaction import transaction

FAR = {"when": "range", "from": "2026-01-01", "to": "2026-12-31"}
DAY = date(2026, 11, 2)
WORDS = {"heating": ("gas", "wood"), "extras": ("lift", "balcony", "garden")}
ANSWERS = {
    "heating": st.sampled_from(WORDS["heating"]),
    "extras": st.lists(st.sampled_from(WORDS["extras"]), min_size=1, unique=True),
    "pets": st.booleans(),
    "metro": st.integers(0, 90),
    "viewing": st.dates(date(2026, 11, 1), date(2027, 2, 1)).map(str),
    "purpose": st.text("ab", min_size=1, max_size=3),
}
KINDS = {
    "heating": FieldKind.CHOICE,
    "extras": FieldKind.SEVERAL,
    "pets": FieldKind.YES_NO,
    "metro": FieldKind.NUMBER,
    "viewing": FieldKind.DATE,
    "purpose": FieldKind.TEXT,
}
LABELS = {"heating": "Тип отопления", "metro": "До метро"}
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "x-heating": st.lists(st.sampled_from(["gas", "wood", own.NONE]), min_size=1, max_size=2, unique=True),
        "x-extras": st.lists(st.sampled_from(["lift", "garden", own.NONE]), min_size=1, max_size=2, unique=True),
        "x-pets": st.just(["no"]),
        "x-purpose": st.just([own.FILLED_IN]),
        "x-metro_from": st.integers(0, 40).map(str),
        "x-viewing_to": st.just("2026-12-15"),
    },
)


@pytest.fixture
def fields(build):
    """A field of each kind; ``build.boss`` owns them all."""
    build.boss = build.supervisor()
    for key, kind in KINDS.items():
        options = [{"ru": f"ru-{word}", "en": word} for word in WORDS.get(key, ())]
        unit = {"unit_ru": "мин", "unit_en": "min"} if kind == FieldKind.NUMBER else {}
        words = {"label_ru": LABELS.get(key, key), "label_en": key, "kind": kind, "options": options}
        editing.save(None, words | unit, actor=build.boss)
    return request_fields.known()


@pytest.fixture
def answered(build, fields):
    """``answered(**answers)``: an inquiry with these."""
    client = build.client()

    def make(acceptances=0, **answers):
        seconds = 60 * acceptances if acceptances else None
        facts = {"published_day": DAY, "acceptances": acceptances, "first_response_seconds": seconds}
        inquiry = build.inquiry(client, **facts, answers=request_fields.checked(answers))
        with transaction():
            request_fields.index(inquiry)
        return inquiry

    return make


def ask(build, **words):
    return reports.run(reports.parse(words | FAR), actor=build.boss)


def keys_of(word, answer, found):
    """Where an inquiry with this answer stands; ``found``: the keys of the report, of which a number's is one."""
    if answer is None:
        return {None}
    kind = KINDS[word.removeprefix("x-")]
    return {
        FieldKind.CHOICE: lambda: {answer},
        FieldKind.SEVERAL: lambda: set(answer),
        FieldKind.YES_NO: lambda: {"yes" if answer else "no"},
        FieldKind.NUMBER: lambda: {key for key in found if key is not None and _within(answer, *ranges.ends(key))},
        FieldKind.DATE: lambda: {date.fromisoformat(answer).replace(day=1)},
        FieldKind.TEXT: lambda: {own.FILLED_IN},
    }[kind]()


def _within(number, low, high):
    return (low is None or low <= number) and (high is None or number <= high)


def passes(name, value, answers):
    base = name.removesuffix("_from").removesuffix("_to").removeprefix("x-")
    answer = answers.get(base)
    if name.endswith("_from"):
        return answer is not None and answer >= int(value)
    if name.endswith("_to"):
        return answer is not None and answer <= value
    return bool({own.NONE if key is None else key for key in keys_of(base, answer, ())} & set(value))


@pytest.mark.every_database
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 2), st.fixed_dictionaries({}, optional=ANSWERS)), max_size=6),
    st.lists(st.sampled_from([f"x-{key}" for key in KINDS] + ["deal", "month"]), min_size=2, max_size=2),
    FILTERS,
)
def test_every_cell_and_total_equals_a_recount(build, answered, new, dimensions, only):
    for acceptances, answers in new:
        answered(acceptances, **answers)
    asked = {"measure": ["inquiries", "accepted", "first_response"], **only}
    result = ask(build, rows=dimensions[0], columns=dimensions[1], **asked)
    assert reports.parse(result.spec.words) == result.spec
    groups, whole = defaultdict(list), []
    for inquiry in db.session.scalars(sa.select(Inquiry)):
        if all(passes(name, value, inquiry.answers) for name, value in only.items()):
            whole.append(inquiry)
            places = [_places(result, word, inquiry, n) for n, word in enumerate(dimensions)]
            for row in places[0] | {ALL}:
                for column in (places[1] | {ALL}) if result.spec.columns else {ALL}:
                    groups[row, column].append(inquiry)
    for (row, column), group in groups.items():
        assert result.value("inquiries", row, column) == len(group)
        assert result.value("accepted", row, column) == sum(i.acceptances > 0 for i in group)
    assert set(result.rows) >= {row for row, _column in groups if row is not ALL}
    assert result.value("inquiries") == len(whole)


def _places(result, word, inquiry, n):
    if word == "deal":
        return {inquiry.deal}
    if word == "month":
        return {DAY.replace(day=1)}
    found = (result.rows, result.columns)[n] if n == 0 or result.spec.columns else ()
    return keys_of(word, inquiry.answers.get(word.removeprefix("x-")), found)


@pytest.mark.every_database
def test_conversations_too(build, answered):
    realtor = build.realtor()
    for heating in ("gas", "gas", None):
        build.conversation(answered(**({"heating": heating} if heating else {})), realtor)
    wide = {"when": "range", "from": "2026-01-01", "to": (utcnow() + timedelta(days=1)).date().isoformat()}
    asked = {"subject": "conversations", "rows": "x-heating", "measure": "conversations"}
    result = reports.run(reports.parse(asked | wide), actor=build.boss)
    assert {key: result.value("conversations", key) for key in (*result.rows, ALL)} == {"gas": 2, None: 1, ALL: 3}
    asked |= {"x-heating": "gas", "rows": "city"}
    assert reports.run(reports.parse(asked | wide), actor=build.boss).value("conversations") == 2


def test_numbers_stand_in_steps_that_one_who_typed_a_million_does_not_squeeze(build, answered):
    for minutes in (*range(100), 1_000_000):
        answered(metro=minutes)
    result = ask(build, rows="x-metro")
    names = [result.row_name(row) for row in result.rows]
    assert names == [*(f"{n}–{n + 9} мин" for n in range(0, 100, 10)), "100 и больше мин"]
    assert [result.value("inquiries", row) for row in result.rows] == [10] * 10 + [1]


def test_fractions_fall_into_the_step_they_begin(build, answered):
    for metres in (0.5, 2, 2.5, 9.9):
        answered(metro=metres)
    result = ask(build, rows="x-metro")
    assert sum(result.value("inquiries", row) for row in result.rows) == 4
    assert "~" in result.rows[0] and "–" in result.row_name(result.rows[1])


def test_a_renamed_field_a_retired_option_and_a_removed_field_are_told(build, fields, answered):
    answered(heating="gas")
    by_heating = reports.save("Отопление", {"rows": "x-heating", **FAR}, actor=build.boss)
    by_pets = reports.save("Звери", {"rows": "city", "x-pets": "yes", **FAR}, actor=build.boss)
    by_wood = reports.save("Дрова", {"rows": "city", "x-heating": "wood", **FAR}, actor=build.boss)
    assert in_words.describe(by_heating.spec).startswith("Запросы: тип отопления")
    assert in_words.describe(by_pets.spec).endswith("pets: да")
    heating = _row("heating")
    gas = [option for option in heating.options if option["key"] == "gas"]
    more = [{"ru": "Пеллеты", "en": "Pellets"}]
    editing.save(heating, {"label_ru": "Отопление дома", "options": gas + more}, actor=build.boss)
    editing.retire(_row("heating"), actor=build.boss)
    editing.remove(_row("pets"), actor=build.boss)
    result = reports.show(by_heating)
    assert (result.dimension_name("x-heating"), [result.row_name(row) for row in result.rows]) == (
        "Отопление дома",
        ["ru-gas"],
    )
    for report, said in ((by_pets, "удалили"), (by_wood, "Отопление дома")):
        with pytest.raises(InvalidInput):
            reports.show(report)
        assert said in in_words.describe(report.spec)


def _row(key):
    return db.session.scalar(sa.select(RequestField).where(RequestField.key == key))


def test_subjects_without_inquiries_leave_the_fields_out(build, fields):
    spec = reports.parse({"subject": "answers", "rows": "x-heating", "x-heating": "gas"})
    assert (spec.rows, spec.filters) == ("day", {})


@pytest.mark.parametrize("words", [{"x-metro_from": "много"}, {"x-viewing_to": "завтра"}, {"x-metro_to": "nan"}])
def test_an_end_that_cannot_be_read_is_told_at_its_field(fields, words):
    with pytest.raises(InvalidInput) as refused:
        reports.parse(words)
    assert refused.value.field == next(iter(words))

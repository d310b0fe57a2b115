"""However a list is narrowed, its pages hold the same rows as asking for all of them plainly; and SQLite asks well."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from flask import current_app
from flask_login import login_user
from werkzeug.datastructures import MultiDict

from app.admin import leads, listing
from app.admin.supervisor.inquiries import InquiryAdmin
from app.constants import Deal, FieldKind, InquirySource, InquiryStatus
from app.extensions import db
from app.models.engine import reading
from app.models.inquiries import Inquiry
from app.models.places import City, Country
from app.services import request_fields, search
from app.services.request_fields import editing
from app.services.transaction import transaction

CITIES = ("Прага", "Брно", "Берлин")
OPTIONS = [{"ru": word, "en": word} for word in ("park", "yard", "water")]
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def of(name):
    return next(view for admin in current_app.extensions["admin"] for view in admin._views if view.endpoint == name)


@pytest.fixture
def console(app, build):
    """The list of inquiries, as an owner asks it."""
    owner = build.supervisor()
    with app.test_request_context():
        login_user(owner)
        yield of("inquiries_admin")


@pytest.fixture
def scattered(build):
    """Sixty inquiries of every kind, the later ones more often new."""
    chance, owner = Random(4), build.supervisor()
    editing.save(None, {"kind": FieldKind.YES_NO, "label_ru": "Pets", "label_en": "Pets"}, actor=owner)
    editing.save(
        None, {"kind": FieldKind.SEVERAL, "label_ru": "View", "label_en": "View", "options": OPTIONS}, actor=owner
    )
    editing.save(None, {"kind": FieldKind.NUMBER, "label_ru": "Walk", "label_en": "Walk"}, actor=owner)
    people = [build.client(name) for name in ("Анна Степанова", "Пётр Степанов", "Олег Королёв")]
    for n in range(60):
        status = InquiryStatus.NEW if n > 40 and n % 2 else chance.choice([InquiryStatus.DONE, InquiryStatus.EXPIRED])
        build.inquiry(
            chance.choice(people),
            build.city(chance.choice(CITIES)),
            deal=chance.choice([Deal.RENT, Deal.RENT, Deal.BUY]),
            status=status,
            source=chance.choice([InquirySource.SITE, InquirySource.QUICK]),
            acceptances=chance.choice([0, 0, 1, 2]),
            published_at=BEGAN + timedelta(hours=chance.randrange(400)),
            answers={"pets": chance.random() < 0.5, "view": chance.sample(["park", "yard", "water"], 2), "walk": n % 7},
        )
    with transaction():
        for inquiry in db.session.scalars(sa.select(Inquiry)):
            request_fields.index(inquiry)
    search.rebuild()


def asked(view, **words):
    return listing.Asked.of(view, MultiDict(words))


def plainly(view, wanted):
    """The ids of ``wanted``, every clause tried on every row."""
    clauses = [each.clause(wanted.values[each.name], dense=True) for each in view.filters if each.name in wanted.values]
    found = sa.select(Inquiry.id).where(*clauses)
    if wanted.text:
        key, match = view.search.matching(wanted.text)
        found = found.where(Inquiry.id.in_(sa.select(key).where(match)))
    order = listing.source(view, wanted).order.by()
    return db.session.scalars(found.order_by(*order)).all()


WORDS = {
    "status": ("new", "done", "expired"),
    "deal": ("rent", "buy"),
    "country": ("CZ", "DE"),
    "source": ("site", "quick"),
    "accepted": ("1",),
    "day_from": ("2026-03-03", "2026-03-10"),
    "x-pets": ("yes", "no"),
    "x-view": ("park", "water"),
    "x-walk_to": ("1", "4"),
    "q": ("степанова", "прага", "королев брно", "абракадабра"),
}


@pytest.mark.every_database
@pytest.mark.parametrize("cap", [3, 12, 10_000])
def test_pages_of_any_filters_hold_what_asking_plainly_finds(console, scattered, monkeypatch, cap):
    monkeypatch.setattr(listing, "CAP", cap)
    monkeypatch.setattr(leads, "MANY", cap)
    monkeypatch.setattr(InquiryAdmin, "page_size", 5)
    chance = Random(cap)
    for _ in range(40):
        names = chance.sample(list(WORDS), chance.randint(1, 3))
        words = {name: chance.choice(WORDS[name]) for name in names}
        everything = plainly(console, asked(console, **words))
        for number in (1, 2, -1):
            page = listing.page(console, asked(console, page=str(number), **words))
            ids = [row.id for row in page.rows]
            exact = len(everything) <= cap
            assert (page.total, page.exact) == (min(len(everything), cap), exact), words
            begin = (len(everything) - 1) // 5 * 5 if exact else max(len(everything) - 5, 0)
            last = min(max(0, len(everything) - 1) // 5, number - 1) * 5
            assert ids == (
                everything[begin:]
                if number < 0
                else everything[last:][:5]
                if exact
                else everything[number * 5 - 5 :][:5]
            ), (words, number)


def plans(make):
    """How SQLite answers each question of ``make()``, in words."""
    told = []

    def explain(_connection, cursor, statement, parameters, *_rest):
        if statement.startswith(("SELECT", "WITH")):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            told.append([row[3] for row in cursor.fetchall()])

    sa.event.listen(db.engine, "before_cursor_execute", explain)
    try:
        make()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", explain)
    return told


def test_what_else_is_asked_is_tried_on_what_the_search_has_found(driver_statements, console, scattered):
    """Never the other way round: the full-text index asked for each row took half a minute at a million."""
    wanted = asked(console, q="степанова", status="done")
    assert wanted.values
    listing.page(console, wanted)
    asked_for = [sql for sql in driver_statements if sql.startswith(("SELECT", "WITH")) and "inquiries_search" in sql]
    with reading(db.engine) as raw:
        lines = [row[3] for sql in asked_for for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
    of_search = [line for line in lines if "VIRTUAL TABLE" in line and "inquiries_search" in line]
    assert len(of_search) >= 2
    assert all(line.startswith("SCAN inquiries_search") for line in of_search)
    [first, *_] = plans(lambda: db.session.execute(listing.source(console, wanted).ids).all())[-1]
    assert first.startswith("SCAN inquiries_search")


def test_two_filters_walk_one_index_and_read_no_row(console, scattered, monkeypatch):
    """Neither gathers half the table for a state, nor reads a row to try the other filter."""
    monkeypatch.setattr(listing, "CAP", 3)
    for words in ({"status": "done", "accepted": "1"}, {"status": "done", "day_from": "2026-03-01"}):
        wanted = asked(console, **words)
        ids = listing.source(console, wanted)
        plan = plans(lambda ids=ids: db.session.scalars(ids.ids.order_by(*ids.order.by())).all())[-1]
        [line] = plan
        assert "USING COVERING INDEX ix_inquiries_" in line and ("walk" in line or "published" in line), plan


def test_many_with_each_answer_are_read_side_by_side_in_order(console, scattered, monkeypatch):
    """Neither is one answer looked for in the index of another, nor what a range leaves sorted."""
    monkeypatch.setattr(leads, "MANY", 3)
    monkeypatch.setattr(listing, "CAP", 3)
    wanted = asked(
        console, **{"x-pets": "yes", "x-view": "park", "x-walk_to": "5", "deal": "rent", "day_from": "2026-03-01"}
    )
    found = listing.source(console, wanted)
    plan = plans(lambda: db.session.scalars(found.ids.order_by(*found.id_order.by())).all())[-1]
    assert plan.count("MERGE (INTERSECT)") == 3
    walked = [line for line in plan if line.startswith(("SEARCH", "SCAN"))]
    assert [line.split()[5] for line in walked] == [
        "ix_request_answers_word",
        "ix_request_answers_word",
        "ix_request_answers_ranged",
        "ix_inquiries_walk",
    ]
    assert all("COVERING" in line for line in walked) and not any("TEMP" in line for line in plan)


def test_an_answer_to_an_own_field_gives_the_list_its_order(console, scattered, monkeypatch):
    monkeypatch.setattr(listing, "CAP", 3)
    wanted = asked(console, **{"x-pets": "yes"})
    found = listing.source(console, wanted)
    plan = plans(lambda: db.session.scalars(found.ids.order_by(*found.id_order.by())).all())[-1]
    assert plan == [plan[0]] and "COVERING INDEX ix_request_answers_word" in plan[0], plan


@pytest.mark.every_database
def test_pages_of_one_value_begin_at_it_and_end_with_it(console, scattered, monkeypatch):
    """From either end, whatever stands behind the value in its index."""
    monkeypatch.setattr(InquiryAdmin, "page_size", 7)
    monkeypatch.setattr(listing, "CAP", 3)
    everything = db.session.execute(sa.select(Inquiry.id, Inquiry.status).order_by(Inquiry.id)).all()
    for status in ("done", "expired", "new", "cancelled"):
        ids = [id for id, found in everything if found.value == status]
        for sort, wanted in (("number", ids), ("", ids[::-1])):
            for number in (1, 2, 9, -1, -2):
                page = listing.page(console, asked(console, status=status, sort=sort, page=str(number)))
                end = len(wanted) + 7 * (number + 1)
                begin = end - 7 if number < 0 else 7 * (number - 1)
                rows = wanted[max(begin, 0) : max(end, 0)] if number < 0 else wanted[begin : begin + 7]
                assert [row.id for row in page.rows] == rows, (status, sort, number)


def test_an_offset_passes_entries_without_comparing_their_value(driver_statements, console, scattered, monkeypatch):
    monkeypatch.setattr(listing, "CAP", 3)
    listing.page(console, asked(console, status="done", page="2"))
    with reading(db.engine) as raw:
        statement = next(sql for sql in driver_statements if sql.startswith("WITH page"))
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()]
    assert any("ix_inquiries_status (status<?)" in line for line in plan), plan
    assert not any("SCAN inquiries" in line for line in plan), plan


def test_a_statement_is_made_once_for_all_values_of_its_filters(console, scattered, monkeypatch):
    there = Inquiry.city_id.in_(sa.select(City.id).join(Country).where(Country.code == "DE"))
    words = ({"status": "new"}, {"status": "done"}, Inquiry.status == InquiryStatus.DONE)
    for first, second, plainly in (words, ({"country": "CZ"}, {"country": "DE"}, there)):
        listing.page(console, asked(console, **first))
        with monkeypatch.context() as patch:
            patch.setattr(type(console), "get_query", lambda view: pytest.fail("built again"))
            page = listing.page(console, asked(console, **second))
        assert page.total == db.session.scalar(sa.select(sa.func.count(Inquiry.id)).where(plainly)) > 0


def test_a_statement_of_a_narrower_scope_is_not_kept(console, scattered, monkeypatch):
    wanted = asked(console, status="done")
    assert listing.source(console, wanted, keep=True).kept
    monkeypatch.setattr(type(console), "sees_all", lambda view: False)
    assert listing.source(console, wanted, keep=True).kept is None


def test_an_index_of_a_part_of_the_table_is_not_begun_at_a_value(driver_statements, console):
    """Texts are not in that of kinds: to begin at them without it sorted all messages, 0.7 s at a million."""
    view = of("talk_messages")
    listing.page(view, asked(view, kind="text", page="2"))
    [statement] = [sql for sql in driver_statements if sql.startswith("WITH page")]
    assert "kind = 'text'" in statement and "kind <=" not in statement

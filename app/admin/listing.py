"""Pages of a list that cost the same at a thousand rows and at a million.

A page is cut from ids alone, off an index; only then are its rows loaded, with their relations.
Nothing is counted beyond a cap. The last pages are read from the other end: page -1 is the last, -2 the one before.
"""

from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from operator import attrgetter, eq
from urllib.parse import urlencode

import sqlalchemy as sa

from app.admin import ahead, leads, many
from app.doors import current_actor
from app.extensions import db
from app.models.json_rows import json_rows

CAP = 10_000  # the most that is ever counted
ALL = "all"  # in place of the names of columns: whatever a file can have
FARTHEST = 10**9  # no page has a higher number; databases refuse to count much further
SIZE = 50


@dataclass(frozen=True)
class Order:
    """What a list is sorted by: indexed columns only, the primary key last."""

    columns: tuple
    descending: bool = True
    counting: bool = False  # rows are counted in this order too: the other end of the table may have none for long
    index: str | None = None  # walks the rows in this order and holds what filters ask of them, so that no row is read

    def by(self, *, backwards=False):
        descending = self.descending != backwards
        return [column.desc() if descending else column.asc() for column in self.columns]


@dataclass(frozen=True, eq=False)
class Source:
    """Where a list comes from: ``ids`` selects the primary keys, filtered but in no order yet."""

    view: object
    ids: sa.Select
    order: Order
    id_order: Order | None = None  # how ``ids`` itself spells the order, when its key is not a column of the model
    columns: tuple = ()  # of the view, that are going to be shown
    settled: bool = False  # however many rows there are, they are asked for in this way
    values: dict = field(default_factory=dict)  # of the parameters of ``ids``
    kept: "Source | None" = None  # the same for any values, where its statements are made once

    def rows(self, *, backwards, offset, limit):
        return self.cut(backwards=backwards, offset=offset, limit=limit)[0]

    def cut(self, *, backwards, offset, limit, counting=False):
        """``(rows, total)`` in one statement; total as count() says it, or None where it was not asked or no row came.

        The page is cut from the ids alone, and its rows are looked up and sorted afterwards: else a planner may rather
        walk the whole table.
        """
        beyond = offset > CAP  # whoever stands there has so many before them: nobody has to count
        waiting, needed = ahead.waiting(), self.view.needed(self.columns)
        how = backwards, counting and not beyond, needed, _is_sqlite(), tuple(waiting.values())
        statement = _cutting(self.kept, *how) if self.kept and not waiting else _cutting.__wrapped__(self, *how)
        upto = max(CAP + 1, offset + limit) if self.id_order else CAP + 1
        rows, last = self.view.cut(statement, self.values | {"limit": limit, "offset": offset, "upto": upto}, needed)
        if last and waiting:
            ahead.told(waiting, last[-len(waiting) :])
        if last is None or not counting:
            return rows, None
        return rows, CAP + 1 if beyond else last[0]

    def count(self):
        """How many rows there are, never looking further than CAP: then it is one more."""
        return db.session.scalar(capped(self.counted), self.values)

    @property
    def counted(self):
        return self.ids.order_by(*self.walk.by()) if self.walk.counting else self.ids

    @property
    def walk(self):
        return self.id_order or self.order


LIMIT, OFFSET, UPTO = (sa.bindparam(name, type_=sa.Integer) for name in ("limit", "offset", "upto"))


@lru_cache(maxsize=512)
def _cutting(source, backwards, counting, needed, told, besides):
    """The statement of Source.cut(), LIMIT, OFFSET and UPTO being its parameters. ``told``: SQLite is to answer it."""
    ids, besides = source.ids.order_by(*source.walk.by(backwards=backwards)), list(besides)
    keys = _run_on(source, backwards) if told else None
    if keys is None:
        keys = _named(ids.limit(LIMIT).offset(OFFSET)).cte("page")
    if counting and source.id_order:  # what is found is walked once, for the page and for the count
        found = _named(ids.limit(UPTO)).cte("found")
        by = Order((*reversed(found.c),), source.order.descending).by(backwards=backwards)
        keys = sa.select(found.c.key).order_by(*by).limit(LIMIT).offset(OFFSET).cte("page")
        besides.insert(0, sa.select(sa.func.count()).select_from(found).scalar_subquery())
    elif counting:
        besides.insert(0, capped(source.counted, UPTO).scalar_subquery())
    return source.view.cutting(keys, besides, source.order.by(backwards=backwards), needed)


def _run_on(source, backwards):
    """The page of what has one value of a column whose index is in the list's order; None where it is not such.

    SQLite compares the value of each entry that an OFFSET passes. To begin at the value and go on to the index's end
    is four times as fast; what is of another value stands behind all of this one, and is left out of the page.
    """
    asked, key = None if source.id_order else source.ids.whereclause, source.view.primary_key
    if getattr(asked, "operator", None) is not eq or not isinstance(asked.left, sa.Column):
        return None
    column, value = asked.left, asked.right
    wanted = [column.key, *(each.key for each in source.order.columns if each.key != key.key)]
    whole = [index for index in column.table.indexes if index.dialect_options["sqlite"]["where"] is None]
    if not any([each.key for each in index.columns] in (wanted, [*wanted, key.key]) for index in whole):
        return None
    descending = source.order.descending != backwards
    entries = sa.select(key.label("key"), column.label("value")).where(
        column <= value if descending else column >= value
    )
    walk = column.desc() if descending else column, *source.order.by(backwards=backwards)
    found = entries.order_by(*walk).limit(LIMIT).offset(OFFSET).subquery()
    return sa.select(found.c.key).where(found.c.value == value).cte("page")


@dataclass(frozen=True)
class Page:
    rows: list
    number: int
    size: int
    total: int
    exact: bool  # False: there are more than ``total``, and nobody counted them
    more: bool  # rows follow, away from the end the page is counted from

    @property
    def last(self):
        """The number of the last page: -1 where nobody counted them."""
        return pages_of(self.total, self.size) if self.exact else -1

    @property
    def short(self):
        """Whether all of the list can be had at once."""
        return self.exact and self.total <= CAP

    @property
    def previous(self):
        if self.number < 0:
            return self.number - 1 if self.more else None
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self):
        if self.number < 0:
            return self.number + 1 if self.number < -1 else None
        return self.number + 1 if self.more else None

    @property
    def first_row(self):
        """Which row of all this page begins with; none when it was counted from the other end."""
        return (self.number - 1) * self.size + 1 if self.number > 0 and self.rows else None


@dataclass(frozen=True)
class Asked:
    """What the address asks of a list, or else its reader likes. ``values``: filter name → its checked value."""

    number: int = 1
    text: str = ""
    sort: str = ""
    values: dict = field(default_factory=dict)
    columns: tuple = ()  # their names, in their order; none: ALL

    @classmethod
    def of(cls, view, args, read=lambda each, args: each.read(args)):
        """``read``: what gives the value of a filter."""
        values = {each.name: read(each, args) for each in view.filters}
        return cls(
            number=max(-FARTHEST, min(args.get("page", 1, type=int) or 1, FARTHEST)),
            text=args.get("q", "").strip()[:200] if view.search else "",
            sort=args.get("sort", "") if args.get("sort", "").removeprefix("-") in view.orders else "",
            values={name: value for name, value in values.items() if value is not None},
            columns=_columns(view, args.get("columns")),
        )

    def __bool__(self):
        """Whether the list is narrowed at all."""
        return bool(self.values or self.text)


def _columns(view, text):
    """Those of the address (``text``), else as this reader likes the list, else as it comes.

    The first leads to the record: it stays where it is.
    """
    if text == ALL:
        return ()
    first, *others = view.column_list
    wanted = own_columns(view) if text is None else text.split(",")
    chosen = [name for name in dict.fromkeys(wanted) if name in view.offered_columns[1:]]
    return (first, *(chosen or others))


def own_columns(view):
    return (getattr(current_actor(), "list_columns", None) or {}).get(view.endpoint, [])


def address(view, args):
    """What of ``args`` makes the list what it is, spelled one way: the same list has the same address."""
    words = ["q", *(word for each in view.filters for word in each.words), "sort", "columns"]
    return urlencode([(word, text) for word in words if (text := args.get(word, "").strip())])


def source(view, asked, *, dense=False, keep=False):
    """The rows that ``asked`` means. ``dense``: more than CAP of them are known to be there; ``keep``: what is made of
    it is kept for whatever values such filters have.
    """
    active = _active(view, asked)
    if _is_searched(view, asked):
        return _among(view, asked, active) if hasattr(view.search, "ways") else _found(view, asked, active)
    order = _order(view, asked)
    told = _is_sqlite()  # PostgreSQL knows what stands in its tables, and finds its own way
    lead = leads.choose(view, active, CAP) if told and not dense else None
    made = _kept if keep and not asked.text and view.sees_all() else _anew
    if lead and [column.key for column in order.columns] == [view.primary_key.key]:
        return made(_led, view, active, active.index(lead), order, _shown(view, asked))
    if told and not lead and any(each.streams for each, _value in active):
        return _merged(view, asked, active)
    along, few = told and order.index is not None, lead is not None
    walked = along and (_is_walked(active, dense, few) or (few and lead[0].order is order))
    settled = dense or walked or not _is_asked_otherwise(active, few, along)
    found = made(_plain, view, active, order, walked, dense or walked, settled, _shown(view, asked))
    return replace(found, ids=found.ids.where(view.search.clause(asked.text))) if asked.text else found


def _anew(make, view, active, *how):
    return make.__wrapped__(view, active, *how)


def _kept(make, view, active, *how):
    """_anew(), but made once for all values of filters that have places for them (Filter.held)."""
    held = [each.held(value) for each, value in active]
    if None in held:
        return _anew(make, view, active, *how)
    places = tuple((each, place) for (each, _value), (place, _values) in zip(active, held, strict=True))
    found = make(view, places, *how)
    return replace(found, kept=found, values={name: value for _, values in held for name, value in values.items()})


@lru_cache(maxsize=256)
def _plain(view, active, order, walked, dense, settled, columns):
    ids = view.get_query().where(*(each.clause(value, dense=dense) for each, value in active))
    if walked:
        ids, order = _along(ids, view, order), replace(order, counting=True)
    return Source(view, ids, order, columns=columns, settled=settled)


def _active(view, asked):
    return [(each, asked.values[each.name]) for each in view.filters if each.name in asked.values]


def _is_searched(view, asked):
    """Whether a full-text index gives the ids."""
    return bool(asked.text) and not hasattr(view.search, "clause")


def _is_asked_otherwise(active, few, along):
    """Whether more than CAP rows are asked for in another way than few, so that they are counted first."""
    counted = along and len(active) > 1 and leads.are_counted(active)
    return any(each.scans for each, _value in active) or (counted and not few)


def foreseen(view, asked):
    """What page() is going to ask before it can cut a page, for admin/ahead.py; filters may have stand-ins."""
    active = _active(view, asked)
    if _is_searched(view, asked):
        few = _is_sqlite() and not hasattr(view.search, "ways")
        return view.search.asking(asked.text) | (leads.few_foreseen(view, active) if few else {})
    order = _order(view, asked)
    told = _is_sqlite()
    questions = leads.foreseen(view, active, CAP) if told else {}
    alone = len(active) == 1 or not told or (order.index is not None and leads.are_counted(active))
    if alone and _is_asked_otherwise(active, False, told and order.index is not None):
        question = _question(view, asked)
        if not (view.sees_all() and many.known(question)):
            questions |= _foreseen_total(view, active, question)
    return questions


def _foreseen_total(view, active, question):
    if len(active) == 1 and view.sees_all():
        [(each, value)] = active
        return {} if each.streams and _is_sqlite() else {question: capped(each.ids(view, value))}
    if any(each.sized for each, _value in active):  # their clauses ask for themselves
        return {}
    return {question: capped(view.get_query().where(*(each.clause(value) for each, value in active)))}


def _is_walked(active, dense, few):
    """Whether the list's own order is walked and each row tried, off an index that holds what is asked."""
    if any(each.gathered for each, _value in active):
        return False
    if len(active) == 1:
        [(only, _value)] = active
        return not only.own or (dense and only.scan is not None)
    return len(active) > 1 and not few and (dense or not leads.are_counted(active))


def _along(ids, view, order):
    return ids.with_hint(view.model, f"INDEXED BY {order.index}", "sqlite")


@lru_cache(maxsize=256)
def _led(view, active, place, order, columns):
    """One filter's own index gives the ids, in their order; the others are tried on each of them."""
    lead, value = active[place]
    begun = lead.ids(view, value).subquery()
    key = begun.columns[0]
    ids = sa.select(key).where(*_tried(view, key, [pair for pair in active if pair[0] is not lead]))
    by = Order((key,), order.descending, counting=True)
    return Source(view, ids, order, by, columns=columns, settled=True)


def _merged(view, asked, active):
    """Indexes that all have the list's own order give the ids; SQLite walks them side by side, for what stands in each.

    Trying the others on each id of the first took five times as long. What is asked of days goes by the list's own
    order too, not by that of the days.
    """
    ids = [each.stream(value) for each, value in active if each.streams]
    rest = [each.clause(value, dense=True) for each, value in active if not each.streams]
    own = next(iter(view.orders.values()))
    if rest or not view.sees_all():
        ids.append(_along(view.get_query().where(*rest), view, own))
    order = _sorted(view, asked) or own
    by = Order((sa.literal_column("1"),), order.descending, counting=True)  # the first column: there is one alone
    ids = sa.intersect(*map(_named, ids)) if len(ids) > 1 else ids[0]
    return Source(view, ids, order, by, columns=_shown(view, asked), settled=True)


def _named(ids):
    """As light.KEYS has them. What is compound is named by its first."""
    return ids if isinstance(ids, sa.CompoundSelect) else ids.with_only_columns(ids.selected_columns[0].label("key"))


def _tried(view, key, active):
    """The clauses of what has this key being one of them: its row is looked up only for what no stream tells."""
    for stream in (each.stream(value) for each, value in active if each.streams):
        yield stream.where(stream.selected_columns[0] == key).exists()
    clauses = [each.clause(value, dense=True) for each, value in active if not each.streams]
    if clauses or not view.sees_all():
        row = view.get_query().where(view.primary_key == key, *clauses)
        order = next(iter(view.orders.values()))
        yield (_along(row, view, order) if order.index else row).exists()


def _found(view, asked, active):
    """The search index gives the ids in their order; what else is asked is tried on each of them.

    As a join, SQLite walks the rows in one state and asks the index anew for each: half a minute.
    """
    index_key, match = view.search.matching(asked.text, ahead.answer)
    ids = sa.select(index_key).where(match)
    few = leads.few(view, active) if _is_sqlite() else None
    if few:  # gathered once and looked up: the key plus nothing keeps SQLite from asking the index for each
        ids = ids.where((index_key + 0).in_(few[0].ids(view, few[1])))
    ids = ids.where(*_tried(view, index_key, [pair for pair in active if not few or pair[0] is not few[0]]))
    found = Order((index_key,), counting=True)
    return Source(view, ids, Order((view.primary_key,)), found, columns=_shown(view, asked), settled=True)


def _among(view, asked, active):
    """The search tells ways to what is looked for, each off an index of its own in the list's own order.

    Together and sorted by number of column, databases walk them side by side; in a subquery, SQLite first gathered all.
    """
    ways, many = view.search.ways(asked.text, ahead.answer)
    own = _order(view, asked)
    rest = [each.clause(value, dense=True) for each, value in active]
    if many:
        order = replace(next(iter(view.orders.values())), descending=own.descending, counting=True)
        ids = view.get_query().where(sa.or_(*ways), *rest)
        ids = _along(ids, view, order) if _is_sqlite() else ids
        return Source(view, ids, order, columns=_shown(view, asked), settled=True)
    ids = sa.union(*(_named(view.get_query().where(way, *rest)).add_columns(own.columns[0]) for way in ways))
    by = Order((sa.literal_column("2"), sa.literal_column("1")), own.descending, counting=True)
    return Source(view, ids, own, by, columns=_shown(view, asked), settled=True)


def _is_sqlite():
    return db.session.get_bind().dialect.name == "sqlite"


def _shown(view, asked):
    return tuple(asked.columns or view.column_list)


def _sorted(view, asked):
    word = asked.sort.removeprefix("-")
    return Order(view.orders[word].columns, asked.sort.startswith("-")) if word else None


def _order(view, asked):
    if order := _sorted(view, asked):
        return order
    walked = [each.order for each in view.filters if each.name in asked.values and getattr(each, "order", None)]
    return walked[0] if walked else next(iter(view.orders.values()))


def page(view, asked):
    """The Page that ``asked`` means."""
    if is_numbered(view, asked):
        return numbered(view, asked, ascending=asked.sort == view.dense)
    found, question = source(view, asked, keep=True), _question(view, asked)
    if view.sees_all() and many.known(question):
        return _of_many(view, asked, found)
    if found.settled:
        return _at_once(found, asked.number, question)
    total = ahead.answer(question, found.count)
    if total <= CAP:
        return counted(found, asked.number, total, view.page_size)
    _note(view, question)
    return _of_many(view, asked, found)


def is_numbered(view, asked):
    plain = not asked and asked.sort.removeprefix("-") in ("", view.dense)
    return view.dense is not None and view.light is not None and plain and view.sees_all()


def _question(view, asked):
    """What admin/many.py and admin/ahead.py know the whole list by."""
    return many.asking(view, _active(view, asked), asked.text, CAP)


def _note(view, question):
    """That there are more than CAP, where no reader's scope narrows the list."""
    if view.sees_all():
        many.note(question)


def _of_many(view, asked, found):
    found = found if found.settled else source(view, asked, dense=True, keep=True)
    return uncounted(found, asked.number, view.page_size)


def _at_once(found, number, question):
    """The page and how many rows there are, in one statement wherever that page is there."""
    size, backwards = found.view.page_size, number < 0
    # Of a list that is counted to its end, the last page but one and those before begin up to a page later.
    offset = max(-number - 2, 0) * size if backwards else (number - 1) * size
    limit = size + 1 if number >= -1 else 2 * size + 1
    rows, total = found.cut(backwards=backwards, offset=offset, limit=limit, counting=True)
    if total is None:
        total = found.count() if offset else 0
    if total > CAP:
        _note(found.view, question)
        return _uncounted(rows[(abs(number) - 1) * size - offset :], number, size)
    last = pages_of(total, size)
    if not total or abs(number) > last:
        return counted(found, number, total, size)
    here = last + 1 + number if backwards else number
    if backwards:
        begin, end = (here - 1) * size, min(here * size, total)
        rows = rows[total - end - offset : total - begin - offset][::-1]
    return Page(rows[:size], here, size, total, True, here < last)


def numbered(view, asked, *, ascending=False):
    """A page of a whole table numbered without holes: the numbers themselves say what stands on it."""
    number, column, size = asked.number, view.model.__table__.c[view.dense], view.page_size
    low, high, *found = ahead.answers(ends(column, view.gaps), {})
    gaps = [gap for gap in found[0] or () if low < gap[0] and gap[1] < high] if high and found else []
    gaps.sort(reverse=True)
    total = 0 if high is None else high - low + 1 - sum(last - first + 1 for first, last in gaps)
    last = pages_of(total, size)
    number = min(number, last) if number > 0 else max(last + 1 + number, 1)
    start = max(total - number * size, 0) if ascending else (number - 1) * size
    end = total - (number - 1) * size if ascending else number * size
    top, below = (_ranked(high or 0, rank, gaps) for rank in (start, end))
    rows = view.light.between(column, below, top, view.needed(_shown(view, asked)))
    rows = sorted(rows, key=attrgetter(view.dense), reverse=not ascending)
    return Page(rows, number, size, total, True, number < last)


@cache
def ends(column, gaps):
    """The questions of numbered(), made once for each list: the lowest number, the highest, the gaps between them."""
    # Two questions: asked for both at once, SQLite reads the whole index.
    found = {end: sa.select(function(column)) for end, function in (("low", sa.func.min), ("high", sa.func.max))}
    return found if gaps is None else found | {"gaps": json_rows(gaps)}


def _ranked(high, rank, gaps):
    """The number that ``rank`` others stand above; ``gaps``: stretches that nobody has, the highest first."""
    number = high - rank
    for first, last in gaps:
        if last < number:
            break
        number -= last - first + 1
    return number


def capped(ids, upto=None):
    return sa.select(sa.func.count()).select_from(ids.limit(CAP + 1 if upto is None else upto).subquery())


def pages_of(total, size):
    return max(1, -(-total // size))


def counted(source, number, total, size):
    if not total:
        return Page([], 1, size, 0, True, False)
    last = pages_of(total, size)
    number = min(number, last) if number > 0 else max(last + 1 + number, 1)
    start = (number - 1) * size
    here = min(size, total - start)
    if start > total // 2:  # nearer from the end
        rows = source.rows(backwards=True, offset=total - start - here, limit=here)[::-1]
    else:
        rows = source.rows(backwards=False, offset=start, limit=size)
    return Page(rows, number, size, total, True, number < last)


def uncounted(source, number, size):
    return _uncounted(source.rows(backwards=number < 0, offset=(abs(number) - 1) * size, limit=size + 1), number, size)


def _uncounted(found, number, size):
    rows = found[:size]
    return Page(rows[::-1] if number < 0 else rows, number, size, CAP, False, len(found) > size)

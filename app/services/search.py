"""Finding inquiries and people by any word about them, Russian endings and ё aside.

An index is written in the transaction of what it describes: ``index_inquiry`` and ``index_person`` belong into every
service that changes one. Words are stemmed here, so SQLite and PostgreSQL find the same.
"""

import re
import threading
from functools import lru_cache

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.absent import bare
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.inquiries import Inquiry
from app.models.partners import Agency
from app.models.places import City
from app.models.prepared import Prepared
from app.models.search import Reindexing, inquiries_search, people_search
from app.services import request_fields
from app.services.transaction import insert_once, transaction

with bare("snowballstemmer"):  # thirty languages
    from snowballstemmer.russian_stemmer import RussianStemmer

WORD = re.compile(r"[^\W_]+")
PHONE = re.compile(r"[\d\s()+./–-]+")
CYRILLIC = re.compile("[а-я]")
PHONE_TAILS = (10, 9)  # national numbers: people leave out the country's code, or write 8 for +7
CHUNK = 2_000
AT_ONCE = 200  # rows: some 50 ms; more of them are written by the worker, as many at a time

_russian = RussianStemmer()
_one_at_a_time = threading.Lock()  # a stemmer keeps the word it works on


@lru_cache(maxsize=65_536)
def stem(word):
    """A folded word's stem; words of other alphabets stay as they are."""
    if not CYRILLIC.search(word):
        return word
    with _one_at_a_time:
        return _russian.stemWord(word)


def words_of(*texts):
    """Every distinct stem of ``texts``, as one line of words."""
    found = {stem(word): None for text in texts if text for word in WORD.findall(fold(str(text)))}
    return " ".join(found)


def _text(value):
    """Of the answers to fields that owners added only the client's own words."""
    return request_fields.texts(value) if isinstance(value, dict) else value


def fold(text):
    return text.casefold().replace("ё", "е")


def phone_words(phone):
    """A phone as the words it is found by: all digits, and the national number alone."""
    digits = re.sub(r"\D", "", phone or "")
    return " ".join(dict.fromkeys([digits, *(digits[-tail:] for tail in PHONE_TAILS)])) if digits else ""


class Searched:
    """One searchable table. ``placeholder``: what can be looked for; ``terms``: what of a text is, as terms_of()."""

    def __init__(self, table, placeholder, terms=None):
        self.table, self.placeholder, self.terms = table, placeholder, terms or terms_of

    def matching(self, text, answer=lambda key, ask: ask()):
        """``(key column, WHERE clause)`` of the rows that have every word of ``text``.

        Where there is none, the last word is taken as only begun: to read all words that begin so costs much more.
        ``answer(key, ask)``: what was answered to asking(), where that was asked beside other questions.
        """
        key, terms = self.table.c.rowid, self.terms(text)
        if not terms:
            return key, sa.false()
        [(name, found)] = self.asking(text).items()
        if answer(name, lambda: db.session.scalar(found)) is not None:
            return key, self._clause(terms, begun=False)
        return key, self._clause(terms, begun=len(terms[-1]) == 1 and len(terms[-1][0]) >= 3)

    def asking(self, text):
        """What matching() has to ask: nothing, or ``{key: Select}`` of a row that has every word."""
        terms = self.terms(text)
        found = sa.select(self.table.c.rowid).where(self._clause(terms, begun=False)).limit(1) if terms else None
        return {} if found is None else {(self.table.name, text): found}

    def ids(self, terms, *, begun=False):
        """Those of the rows that have all ``terms``, whole or the last one only ``begun``."""
        return sa.select(self.table.c.rowid).where(self._clause(terms, begun=begun))

    def _clause(self, terms, *, begun):
        if _dialect() == "sqlite":
            return sa.literal_column(self.table.name).op("MATCH")(fts5_query(terms, begun))
        return self.table.c.words.op("@@")(sa.func.to_tsquery("simple", ts_query(terms, begun)))


class Index(Searched):
    """``columns`` selects a row's primary key first, then the texts; phones come last."""

    def __init__(self, table, placeholder, model, columns):
        super().__init__(table, placeholder)
        self.model, self.columns = model, columns
        self._one = {name: Prepared(self._insert(name).returning(table.c.rowid)) for name in ("sqlite", "postgresql")}

    def write(self, condition):
        """(Re)write the rows of the model that meet ``condition``. Inside transaction()."""
        for chunk in db.session.execute(self.columns.where(condition)).partitions(CHUNK):
            rows = list(chunk)
            db.session.execute(sa.delete(self.table).where(self.table.c.rowid.in_([row[0] for row in rows])))
            self.add(rows)

    def add(self, rows):
        """Write what is not there yet; ``rows`` as ``columns`` selects them. Inside transaction()."""
        db.session.execute(self._insert(_dialect()), [_stems(row) for row in rows])

    def add_one(self, row):
        """add() for one of the many that come all day."""
        self._one[_dialect()].within(db.session(), **_stems(row))

    def _insert(self, dialect):
        words = sa.bindparam("stems", type_=sa.Text)
        if dialect != "sqlite":
            words = sa.func.to_tsvector("simple", words)
        return sa.insert(self.table).values(rowid=sa.bindparam("id"), words=words)

    def rebuild(self):
        """Everything anew, a short transaction for each chunk; returns how many rows. After bulk loads."""
        key, last, count = sa.inspect(self.model).primary_key[0], 0, 0
        with transaction() as session:
            session.execute(sa.delete(self.table))
        while True:
            ids = db.session.scalars(sa.select(key).where(key > last).order_by(key).limit(CHUNK)).all()
            if not ids:
                return count
            with transaction():
                self.write(sa.and_(key > last, key <= ids[-1]))
            last, count = ids[-1], count + len(ids)


def _dialect():
    return db.session.get_bind().dialect.name


def _stems(row):
    return {"id": row[0], "stems": words_of(*map(_text, row[1:-1]), phone_words(row[-1]))}


def terms_of(text):
    """What is looked for: lists of alternatives, each a stem; the last one may be only begun."""
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 7 and PHONE.fullmatch(text.strip()):
        return [phone_words(digits).split()]
    return [[stem(word)] for word in WORD.findall(fold(text))][:12]


def fts5_query(terms, begun):
    groups = ["(" + " OR ".join(f'"{word}"' for word in words) + ")" for words in terms]
    if begun:
        groups[-1] = f'"{terms[-1][0]}"*'
    return " AND ".join(groups)


def ts_query(terms, begun):
    groups = ["(" + " | ".join(f"'{word}'" for word in words) + ")" for words in terms]
    if begun:
        groups[-1] = f"'{terms[-1][0]}':*"
    return " & ".join(groups)


INQUIRIES = Index(
    inquiries_search,
    _l("number, name, e-mail, phone, city or words of the wish"),
    Inquiry,
    sa.select(
        Inquiry.id,
        Inquiry.number,
        User.name,
        User.email,
        City.name_ru,
        City.name_en,
        Inquiry.wishes,
        Inquiry.answers,
        User.phone,
    )
    .join(User, User.id == Inquiry.client_id)
    .join(City, City.id == Inquiry.city_id),
)
PEOPLE = Index(
    people_search,
    _l("Name, e-mail, phone, agency or city"),
    User,
    sa.select(User.id, User.name, User.email, Agency.name, City.name_ru, City.name_en, User.phone)
    .outerjoin(Realtor, Realtor.user_id == User.id)
    .outerjoin(Agency, Agency.id == Realtor.agency_id)
    .outerjoin(City, City.id == Realtor.city_id),
)


def index_inquiry(inquiry):
    """Inside transaction(), after the inquiry is made or changed."""
    db.session.flush()
    INQUIRIES.write(Inquiry.id == inquiry.id)


def index_new_inquiry(inquiry, client):
    """Inside transaction(), of one that is only being made: nothing to look up, nothing to replace."""
    db.session.flush()
    city = inquiry.city
    who, where = (client.name, client.email), (city.name_ru, city.name_en)
    INQUIRIES.add_one((inquiry.id, inquiry.number, *who, *where, inquiry.wishes, inquiry.answers, client.phone))


def index_person(user):
    """Inside transaction(), after the person is made or changed; their inquiries are found by the name, too."""
    db.session.flush()
    PEOPLE.write(User.id == user.id)
    _write_or_later("inquiries of client", user.id)


def index_new_people(users):
    """Inside transaction(), of those who are only being made: nothing to replace, and no inquiries yet."""
    db.session.flush()
    ids = [user.id for user in users]
    PEOPLE.add(list(db.session.execute(PEOPLE.columns.where(User.id.in_(ids)))))


def index_city(city):
    """Inside transaction(), after the city is renamed."""
    db.session.flush()
    for what in ("people of city", "inquiries of city"):
        _write_or_later(what, city.id)


def index_agency(agency):
    """Inside transaction(), after the agency is renamed."""
    db.session.flush()
    _write_or_later("people of agency", agency.id)


LATER = {  # what a name is said in → its index, its rows by their keys, whose they are
    "inquiries of city": (INQUIRIES, Inquiry.id, Inquiry.city_id),
    "inquiries of client": (INQUIRIES, Inquiry.id, Inquiry.client_id),
    "people of city": (PEOPLE, Realtor.user_id, Realtor.city_id),
    "people of agency": (PEOPLE, Realtor.user_id, Realtor.agency_id),
}


def _write_or_later(what, row_id):
    """At once where there are few; more than AT_ONCE follow by the worker within minutes."""
    index = LATER[what][0]
    ids = _next(what, row_id, 0, AT_ONCE + 1)
    if len(ids) > AT_ONCE:
        _put_off(what, row_id)
    else:
        index.write(_of(index, ids))


def _put_off(what, row_id):
    """From the beginning if the worker is at it already."""
    task = {"what": what, "row_id": row_id}
    insert_once(Reindexing, task, ["what", "row_id"])
    db.session.execute(sa.update(Reindexing).filter_by(**task).values(after=0))


def _next(what, row_id, after, count):
    _index, key, owner = LATER[what]
    return db.session.scalars(sa.select(key).where(owner == row_id, key > after).order_by(key).limit(count)).all()


def _of(index, ids):
    return sa.inspect(index.model).primary_key[0].in_(ids)


def index_more():
    """The next rows that were put off, in one short transaction; whether there were any."""
    if db.session.scalar(sa.select(Reindexing.row_id).limit(1)) is None:
        return False
    with transaction() as session:
        first = sa.select(Reindexing).order_by(Reindexing.what, Reindexing.row_id).limit(1)
        task = session.scalar(first.with_for_update())
        if task is None:
            return False
        index, ids = LATER[task.what][0], _next(task.what, task.row_id, task.after, AT_ONCE)
        index.write(_of(index, ids))
        if ids:
            task.after = ids[-1]
        else:
            session.delete(task)
    return True


def rebuild():
    """Both indexes anew; returns ``{table name: rows}``."""
    return {index.table.name: index.rebuild() for index in (INQUIRIES, PEOPLE)}

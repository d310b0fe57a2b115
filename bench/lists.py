"""Lists of the console and of the office on many inquiries, beside the same on few: a page costs the same on both."""

from sqlalchemy import event, select

from app.demo.people import OWNER, PETR
from app.extensions import db
from app.models.inquiries import OPEN, Inquiry
from app.models.places import City
from bench.data import application, browser, milliseconds

INQUIRIES, PEOPLE, CONVERSATIONS = "/supervisor/inquiries/", "/supervisor/people/", "/supervisor/conversations/"
OFFICE = (
    ("new inquiries", "/office/inquiries/"),
    ("new inquiries to buy", "/office/inquiries/?show=buy"),
    ("new inquiries, last page", "/office/inquiries/?before={early}"),
    ("my inquiries", "/office/my-inquiries/"),
    ("conversations", "/office/conversations/"),
    ("own numbers", "/office/numbers/"),
)
# "(full)": a thousand inquiries hold fifty of these too, so that both pages show as many rows and only the search for
# them differs. The same question without it finds a few rows on the small side: its ratio is mostly that of the rows.
LISTS = (
    ("inquiries, first page", INQUIRIES),
    ("inquiries, a page deep inside", INQUIRIES + "?page={deep}"),
    ("inquiries, last page", INQUIRIES + "?page=-1"),
    ("inquiries of one city", INQUIRIES + "?city={city}"),
    ("inquiries of one city, last page", INQUIRIES + "?city={city}&page=-1"),
    ("inquiries in one state", INQUIRIES + "?status=done"),
    ("inquiries by state, deal and country", INQUIRIES + "?status=in_work&deal=buy&country=CZ"),
    ("inquiries by state, deal and country (full)", INQUIRIES + "?status=done&deal=rent&country=CZ"),
    ("inquiries, search for a word", INQUIRIES + "?q=кофейня"),
    ("inquiries, search for a word (full)", INQUIRIES + "?q=прага"),
    ("inquiries, search for two words", INQUIRIES + "?q=лабрадор прага"),
    ("inquiries, search for two words (full)", INQUIRIES + "?q=ищу квартиру"),
    ("inquiries, search for a number", INQUIRIES + "?q={number}"),
    ("people, first page", PEOPLE),
    ("people, search", PEOPLE + "?q=соколова"),
    ("people, search (full)", PEOPLE + "?q=mail"),
    ("conversations, first page", CONVERSATIONS),
    ("conversations, search", CONVERSATIONS + "?q=соколова"),
    ("journal, first page", "/supervisor/journal/"),
)


def run(small, large):
    """Rows for bench.report, in milliseconds: on ``small`` inquiries and on ``large`` ones."""
    before, after = (_measure(inquiries) for inquiries in (small, large))
    rows = []
    for work, (time, statements) in after.items():
        rows.append((f"{work} ({statements} statements)", before[work][0], time, "ms", "≤ 1.50 ×"))
    return rows


def _measure(inquiries):
    app = application(inquiries)
    with app.app_context():
        city = db.session.scalar(select(City).where(City.name_en == "Prague", City.population > 100_000))
        words = {"deep": min(10_000, inquiries // 100), "city": city.public_id, "number": 1000 + inquiries // 2}
        words["early"] = _early(city)
    owner, realtor = browser(app, OWNER[0]), browser(app, PETR[0])
    found = {work: _page(app, owner, url.format(**words)) for work, url in LISTS}
    return found | {f"office: {work}": _page(app, realtor, url.format(**words)) for work, url in OFFICE}


def _early(city):
    """One of the city's first open inquiries: what comes before it is the last page."""
    some = select(Inquiry.public_id).where(Inquiry.city_id == city.id, OPEN).order_by(Inquiry.published_at)
    return db.session.scalars(some.limit(10)).all()[-1]


def _page(app, client, url):
    """(milliseconds, statements) of one page."""
    statements = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", counted := lambda *call: statements.append(call[2]))
    client.get(url)
    event.remove(engine, "before_cursor_execute", counted)
    return milliseconds(client, url), len(statements)

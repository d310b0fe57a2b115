"""The console's lists beside the same in stock Flask-Admin and in Django admin (bench/peers): the same rows, the same
kind of server with one process, everybody signed in, each question put to all three before the next.

Times are those of an HTTP client on the same machine; what the server itself took stands beside ours.
"""

import http.client
import math
import re
import statistics
import tempfile
import time
import urllib.parse
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie

from sqlalchemy import func, select

from app.constants import InquiryStatus
from app.demo.people import OWNER, PETR
from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.models.places import City
from bench import report
from bench.data import KEY, ROOT, application
from bench.peers.timed import HEADER
from bench.scene import session_id
from bench.servers import gunicorn

OPTIONS = ("-c", "bench/peers/server.py")
OURS, STOCK, DJANGO = "/supervisor/", "/admin/", "/admin/djangoadmin/"
ROW = {"ours": b"<tr data-row=", "stock": b'class="list-buttons-column"', "django": b'class="action-checkbox"'}
HEAD = ("work", "ours p50", "p99", "server", "Flask-Admin", "×", "Django", "×", "misses")
WIDTHS = (9, 8, 8, 24, 6, 24, 6, 8)  # of all but the first

# How many times faster than Django admin, and how many milliseconds ours may take: docs/decisions/0061.
PAGE, DEEP, SEARCH = (10, 15), (15, 15), (25, 25)
STOCK_TIMES, SLOWEST = 2, 50  # faster than stock Flask-Admin; milliseconds of the slowest in a hundred


@dataclass(frozen=True)
class Work:
    name: str
    ours: str
    stock: str
    django: str
    aim: tuple = PAGE


@dataclass(frozen=True)
class Found:
    """Milliseconds of each answer as the client saw it, those of the server, and how many rows there were."""

    seen: list
    spent: list
    rows: int

    @property
    def p50(self):
        return statistics.median(self.seen)

    @property
    def p99(self):
        return sorted(self.seen)[math.ceil(len(self.seen) * 0.99) - 1]


INQUIRIES = (
    Work("first page", "", "", ""),
    Work("page 2", "?page=2", "?page=1", "?p=2"),
    Work("page 10,000", "?page={deep}", "?page={deep0}", "?p={deep}", DEEP),
    Work("last page", "?page=-1", "?page={last0}", "?p={last}", DEEP),
    Work("oldest first", "?sort=number", "?sort=0", "?o=1"),
    Work("oldest first, page 10,000", "?sort=number&page={deep}", "?sort=0&page={deep0}", "?o=1&p={deep}", DEEP),
    Work("in one state", "?status=done", "?flt0_status_equals=DONE", "?status__exact=done"),
    Work(
        "in one state, page 5,000",
        "?status=done&page={done}",
        "?flt0_status_equals=DONE&page={done0}",
        "?status__exact=done&p={done}",
    ),
    Work("of one deal", "?deal=buy", "?flt0_deal_equals=BUY", "?deal__exact=buy"),
    Work("of one country", "?country=CZ", "?flt0_city_cities_country_id_equals={country_id}", "?country=CZ"),
    Work("of one city", "?city={city}", "?flt0_city_id_equals={city_id}", "?city__id__exact={city_id}"),
    Work("of one source", "?source={source}", "?flt0_source_equals={source.name}", "?source__exact={source}"),
    Work(
        "published in one week",
        "?day_from={begin}&day_to={end}",
        "?flt0_published_at_between={begin}+00%3A00%3A00+to+{end}+23%3A59%3A59",
        "?published_at__gte={begin}+00%3A00%2B03%3A00&published_at__lt={end}+23%3A59%2B03%3A00",
    ),
    Work("accepted", "?accepted=1", "?flt0_acceptances_greater_than=0", "?accepted=1"),
    Work(
        "waits for a realtor",
        "?awaiting=1",
        "?flt0_awaiting_realtor_equals=1",
        "?awaiting_realtor__exact=1",
    ),
    Work(
        "state, deal and country",
        "?status=done&deal=rent&country=CZ",
        "?flt0_status_equals=DONE&flt1_deal_equals=RENT&flt2_city_cities_country_id_equals={country_id}",
        "?status__exact=done&deal__exact=rent&country=CZ",
    ),
)
SEARCHES = (
    Work("part of a name", "?q=Степанов", "?search=Степанов", "?q=Степанов", SEARCH),
    Work("two words", "?q=лабрадор+Прага", "?search=лабрадор+Прага", "?q=лабрадор+Прага", SEARCH),
    Work("a city (a hundred thousand)", "?q=Прага", "?search=Прага", "?q=Прага", SEARCH),
    Work("an e-mail", "?q={email}", "?search={email}", "?q={email}", SEARCH),
    Work("a phone, spelled otherwise", "?q={phone}", "?search={phone}", "?q={phone}", SEARCH),
    Work("a number", "?q={number}", "?search={number}", "?q={number}", SEARCH),
    Work("nothing found", "?q=абракадабра", "?search=абракадабра", "?q=абракадабра", SEARCH),
    Work(
        "a word among those in one state",
        "?q=Степанов&status=done",
        "?search=Степанов&flt0_status_equals=DONE",
        "?q=Степанов&status__exact=done",
        SEARCH,
    ),
    Work(
        "a city among those of one deal",
        "?q=Прага&deal=buy",
        "?search=Прага&flt0_deal_equals=BUY",
        "?q=Прага&deal__exact=buy",
        SEARCH,
    ),
)
PEOPLE = (
    Work("first page", "", "", ""),
    Work("page 2", "?page=2", "?page=1", "?p=2"),
    Work("page 5,000", "?page={people}", "?page={people0}", "?p={people}", DEEP),
    Work("last page", "?page=-1", "?page={people_last0}", "?p={people_last}", DEEP),
    Work("oldest first", "?sort=created_at", "?sort=7", "?o=8"),
    Work("of one role", "?role=realtor", "?flt0_role_equals=REALTOR", "?role__exact=realtor"),
    Work("clients", "?role=client", "?flt0_role_equals=CLIENT", "?role__exact=client"),
    Work("blocked", "?state=blocked", "?flt0_blocked_at_empty=0", "?state=blocked"),
    Work(
        "of one city",
        "?city={city}",
        "?flt0_realtor_realtors_city_id_equals={city_id}",
        "?realtor__city__id__exact={city_id}",
    ),
    Work("search: a surname", "?q=Соколова", "?search=Соколова", "?q=Соколова", SEARCH),
    Work("search: an e-mail", "?q={email}", "?search={email}", "?q={email}", SEARCH),
    Work("search: a phone, spelled otherwise", "?q={phone}", "?search={phone}", "?q={phone}", SEARCH),
    Work(
        "search: a name among the clients",
        "?q=Анна&role=client",
        "?search=Анна&flt0_role_equals=CLIENT",
        "?q=Анна&role__exact=client",
        SEARCH,
    ),
)
CONVERSATIONS = (
    Work("first page", "", "", ""),
    Work("page 2", "?page=2", "?page=1", "?p=2"),
    Work("page 10,000", "?page={deep}", "?page={deep0}", "?p={deep}", DEEP),
    Work("last page", "?page=-1", "?page={talks_last0}", "?p={talks_last}", DEEP),
    Work("oldest first", "?sort=last_message_at", "?sort=6", "?o=7"),
    Work("open", "?state=open", "?flt0_open_equals=1", "?open__exact=1"),
    Work("closed", "?state=closed", "?flt0_open_equals=0", "?open__exact=0"),
    Work("the client waits", "?state=waiting", "?flt0_open_equals=1&flt1_waiting_since_empty=0", "?waiting=1"),
    Work(
        "of one realtor",
        "?realtor={realtor}",
        "?flt0_realtor_id_equals={realtor_id}",
        "?realtor__id__exact={realtor_id}",
    ),
    Work("of one client", "?client={client}", "?flt0_client_id_equals={client_id}", "?client__id__exact={client_id}"),
)
MESSAGES = (
    Work("first page", "", "", ""),
    Work("page 2", "?page=2", "?page=1", "?p=2"),
    Work("page 10,000", "?page={deep}", "?page={deep0}", "?p={deep}", DEEP),
    Work("last page", "?page=-1", "?page={messages_last0}", "?p={messages_last}", DEEP),
    Work("oldest first", "?sort=created_at", "?sort=5", "?o=6"),
    Work(
        "sent in one week",
        "?day_from={begin}&day_to={end}",
        "?flt0_created_at_between={begin}+00%3A00%3A00+to+{end}+23%3A59%3A59",
        "?created_at__gte={begin}+00%3A00%2B03%3A00&created_at__lt={end}+23%3A59%2B03%3A00",
    ),
    Work("of one kind", "?kind=text", "?flt0_kind_equals=TEXT", "?kind__exact=text"),
    Work(
        "of one realtor",
        "?realtor={realtor}",
        "?flt0_conversation_conversations_realtor_id_equals={realtor_id}",
        "?conversation__realtor__id__exact={realtor_id}",
    ),
)
LISTS = {  # part → (heading, our list, its name in Flask-Admin and in Django, what is asked of it)
    "inquiries": ("Inquiries", "inquiries/", "inquiries/", "inquiry/", INQUIRIES),
    "searches": ("Inquiries, searched", "inquiries/", "inquiries/", "inquiry/", SEARCHES),
    "people": ("People", "people/", "people/", "user/", PEOPLE),
    "conversations": ("Conversations", "conversations/", "conversations/", "conversation/", CONVERSATIONS),
    "messages": ("Messages", "messages/", "messages/", "message/", MESSAGES),
}


def run(inquiries, parts=None, *, runs=100, seconds=2.0):
    """Print a table for each of ``parts``. A peer is asked ``runs`` times or for ``seconds``, but thrice at least."""
    words = _words(inquiries)
    with _served(inquiries, words) as browsers:
        for part in parts or LISTS:
            heading, *places, works = LISTS[part]
            roots = [root + place for root, place in zip((OURS, STOCK, DJANGO), places, strict=True)]
            lines = (_line(work, browsers, roots, words, runs, seconds) for work in works)
            widths = (max(len(work.name) for work in works), *WIDTHS)
            report.grow(f"{heading}: {inquiries:,} inquiries, milliseconds", HEAD, lines, widths)


def _line(work, browsers, roots, words, runs, seconds):
    found = []
    for browser, root, query in zip(browsers, roots, (work.ours, work.stock, work.django), strict=True):
        url = root + urllib.parse.quote(query.format(**words), safe="?&=%+,")
        found.append(browser.measure(url, runs if browser.name == "ours" else 20, seconds))
    ours, stock, django = found
    ratios = stock.p50 / ours.p50, django.p50 / ours.p50
    cells = [work.name, f"{ours.p50:.1f}", f"{ours.p99:.1f}", f"{statistics.median(ours.spent):.1f}"]
    for each, ratio in zip((stock, django), ratios, strict=True):
        cells += [f"{each.p50:,.1f}{_short(each, ours)}", f"{ratio:.1f}"]
    return (*cells, _misses(work.aim, ours, *ratios))


def _short(each, ours):
    """A mark where others show another number of rows: they do not look for it, or look otherwise."""
    return "" if each.rows == ours.rows else f" ({each.rows}≠{ours.rows} rows)"


def _misses(aim, ours, stock, django):
    times, longest = aim
    said = [f"Flask-Admin ≥ {STOCK_TIMES}"] if stock < STOCK_TIMES else []
    said += [f"Django ≥ {times}"] if django < times else []
    said += [f"p50 ≤ {longest} ms"] if ours.p50 > longest else []
    return ", ".join(said + ([f"p99 ≤ {SLOWEST} ms"] if ours.p99 > SLOWEST else []))


class Browser:
    """A person signed in at one of the three, with one connection that stays open."""

    def __init__(self, name, base, cookies):
        self.name, self.cookies = name, dict(cookies)
        self.connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=60)

    def ask(self, url, form=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urllib.parse.urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST" if form else "GET", url, body, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", ()):
            self.cookies |= {name: crumb.value for name, crumb in SimpleCookie(line).items()}
        return answer, answer.read()

    def measure(self, url, runs, seconds):
        self._timed(url)  # the first warms up
        seen, spent, rows, end = [], [], 0, time.perf_counter() + seconds
        while len(seen) < runs and (len(seen) < 3 or time.perf_counter() < end):
            took, inside, rows = self._timed(url)
            seen.append(took)
            spent.append(inside)
        return Found(seen, spent, rows)

    def _timed(self, url):
        begin = time.perf_counter()
        answer, body = self.ask(url)
        took = (time.perf_counter() - begin) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{self.name}: {url} answered {answer.status}")
        return took, float(answer.headers[HEADER].split()[0]), body.count(ROW[self.name])


@contextmanager
def _served(inquiries, words):
    """Browsers of the three, in the order of the columns."""
    folder = ROOT / "instance" / f"bench-{inquiries}"
    rows = folder / "otklik.sqlite3"
    with ExitStack() as stack, tempfile.TemporaryDirectory() as own:
        start = lambda target, **settings: stack.enter_context(  # noqa: E731
            gunicorn(target, folder, KEY | settings, OPTIONS)
        )[0]
        yield (
            Browser("ours", start("bench.peers.ours:app"), words["cookies"]),
            _at_stock(start("bench.peers.stock:app", PEER_ROWS=f"sqlite:///{rows}", PEER_OWNER=words["owner"])),
            _at_django(start("bench.peers.djangoadmin.wsgi:app", PEER_ROWS=str(rows), PEER_OWN=f"{own}/own.sqlite3")),
        )


def _at_stock(base):
    browser = Browser("stock", base, {})
    browser.ask("/enter")
    return browser


def _at_django(base):
    browser = Browser("django", base, {})
    _, page = browser.ask("/admin/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)[1].decode()
    browser.ask("/admin/login/", {"username": "owner", "password": "bench", "csrfmiddlewaretoken": token})
    return browser


def _words(inquiries):
    """What the addresses are filled with, and the cookie of an owner at ours."""
    app = application(inquiries)
    with app.app_context():
        city = db.session.scalar(select(City).where(City.name_en == "Prague", City.population > 100_000))
        some = db.session.get(Inquiry, inquiries // 2)
        owner, realtor = (db.session.scalar(select(User).where(User.email == who[0])) for who in (OWNER, PETR))
        words = {"city": city.public_id, "city_id": city.id, "country_id": city.country_id, "owner": str(owner.id)}
        words |= {"number": some.number, "email": some.client.email, "phone": _spelled(some.client.phone)}
        words |= {"realtor": realtor.public_id, "realtor_id": realtor.id}
        words |= {"client": some.client.public_id, "client_id": some.client_id}
        words |= {"begin": some.published_day, "end": some.published_day + timedelta(days=6)}
        words |= _ends()
        counted = select(Inquiry.source).group_by(Inquiry.source).order_by(func.count().desc())
        words["source"] = db.session.scalar(counted.limit(1))  # one that has rows
        cookie = app.session_interface.get_signing_serializer(app).dumps(
            {"_user_id": session_id(owner), "_fresh": True}
        )
        db.engine.dispose()
    return words | {"cookies": {app.config["SESSION_COOKIE_NAME"]: cookie}}


def _ends():
    """The numbers of the last pages and of those deep inside: Django counts from one, Flask-Admin from zero."""
    numbers = {}
    for name, model in (("", Inquiry), ("people_", User), ("talks_", Conversation), ("messages_", Message)):
        numbers[f"{name}last"] = _pages(select(func.count()).select_from(model))
    done = _pages(select(func.count()).where(Inquiry.status == InquiryStatus.DONE))
    numbers |= {"deep": min(10_000, numbers["last"]), "done": min(5_000, done)}
    numbers["people"] = min(5_000, numbers["people_last"])
    return numbers | {f"{name}0": number - 1 for name, number in numbers.items()}


def _pages(count):
    return -(-db.session.scalar(count) // 50)


def _spelled(phone):
    """«00 420 (775) 879-218» of «+420775879218»."""
    return f"00 {phone[1:4]} ({phone[4:7]}) {phone[7:10]}-{phone[10:]}"

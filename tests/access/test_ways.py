"""Wherever a page leads its reader, they may go: no link ends in a refusal, no button posts to a shut door."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from app.access.permissions import Permission, may
from app.constants import ArticleSection, Role
from app.doors import PUBLIC, permission_of
from app.models.content import MessengerLink
from app.models.reports import SavedReport
from app.services import accounts, articles, faq, integrity, menus, partners, reports, roles, support
from app.services.inquiries import editing
from app.services.transaction import transaction

P = Permission
ROLES = {
    **{name: given for name, (_titles, given) in roles.TEMPLATES.items()},
    "inquiries": {P.INQUIRY_READ},
    "talks": {P.CONVERSATION_SUPERVISE},
    "content and invitations": {P.CONTENT_READ, P.JOIN_LINKS_READ},
    "reports": {P.REPORTS_READ},
    "desk and people": {P.SUPPORT_DESK, P.PEOPLE_READ},
    "journal and agencies": {P.JOURNAL_READ, P.AGENCIES},
}


@pytest.fixture
def scene(build):
    """A little of everything, done by an owner, so that there is something to lead to."""
    owner, talk = build.supervisor(name="Ирина Владелец"), build.conversation()
    asked = build.support(talk.client)
    support.take(asked, actor=build.agent())
    build.join_link()
    editing.edit(talk.inquiry, {"wishes": "Светлая"}, actor=owner)
    accounts.correct(talk.client, {"name": "Анна Новая"}, actor=owner)
    accounts.correct(owner, {"name": "Ирина Новая"}, actor=owner)
    partners.create("Домус плюс", website="", actor=owner)
    report = reports.save("Общий", {}, actor=owner)
    reports.change(report, {"role": Role.AGENT, "pinned": True}, actor=owner)
    own = reports.save("Для роли", {}, actor=owner)
    reports.change(own, {"pinned": True}, actor=owner)
    build.add(MessengerLink(kind="telegram", label="Телеграм", url="https://t.me/otklik"))
    write(owner)
    integrity.check()
    return talk


def write(owner):
    """Content in every state: drafts, versions, menus, questions."""
    faq.load_defaults()
    menus.load_defaults()
    for slug in ("draft", "out"):
        text = {"title_ru": "Район", "body_ru": "Текст", "section": ArticleSection.BLOG, "slug": slug}
        article = articles.save(None, text, actor=owner)
        articles.save(article, {"body_ru": "Другой текст"}, actor=owner)
    articles.publish(article, actor=owner)


def people(build, scene):
    return {
        "client": scene.client,
        "realtor": scene.realtor,
        "agent": build.agent(),
        "scout": build.user(Role.SCOUT),
        "supervisor": build.supervisor(),
    }


def door_of(app, address, method="GET"):
    """The endpoint behind a local address, or None."""
    parts = urlsplit(address)
    if parts.netloc or not parts.path.startswith("/"):
        return None
    try:
        return app.url_map.bind("localhost").match(parts.path, method=method)[0]
    except RequestRedirect as redirect:
        return door_of(app, urlsplit(redirect.new_url).path, method)
    except (NotFound, MethodNotAllowed):
        return None


def resolved(address, here):
    address = unescape(address).partition("#")[0]
    return here.partition("?")[0] + address if address.startswith("?") else address


def walk(app, browser, begin):
    """(address, answer, page it was found on) of every page that can be reached: one of each door and set of words in
    its address. The site is walked from «/» alone: the console leads there from every page.
    """
    met, queue = set(), [(address, "begin") for address in begin]
    while queue:
        address, found_on = queue.pop()
        door = door_of(app, address)
        words = tuple(sorted(pair.partition("=")[0] for pair in urlsplit(address).query.split("&")))
        outside = "/" not in begin and not address.startswith("/supervisor")
        if (
            door is None
            or outside
            or door.endswith(("export", "download"))
            or (door, words) in met
            or door.startswith(("static", "language", "statistics.work"))
        ):
            continue
        met.add((door, words))
        answer = browser.get(address, check=False)
        yield address, answer, found_on
        if answer.location:
            queue.append((answer.location.removeprefix("http://localhost"), address))
        elif answer.mimetype == "text/html":
            text = answer.get_data(as_text=True)
            queue += [(resolved(found, address), address) for found in re.findall(r'<a\b[^>]*?\shref="([^"]*)"', text)]


def refused_buttons(app, person, address, text):
    """Forms and buttons of a page that post to a door this person may not open."""
    forms = re.findall(r'<form\b(?=[^>]*method="post")[^>]*?\saction="([^"]*)"', text)
    with app.app_context():
        for target in {*forms, *re.findall(r'\sformaction="([^"]*)"', text)}:
            door = door_of(app, resolved(target, address), "POST")
            needed = permission_of(door) if door else PUBLIC
            if needed != PUBLIC and not may(person, needed):
                yield f"{address}: a button posts to {target}"


def complaints(app, browser, person, begin):
    for address, answer, found_on in walk(app, browser, begin):
        if answer.status_code >= 400:
            yield f"{address}: {answer.status_code}, linked on {found_on}"
        elif answer.mimetype == "text/html":
            yield from refused_buttons(app, person, address, answer.get_data(as_text=True))


@pytest.mark.parametrize("who", ["client", "realtor", "agent", "scout", "supervisor"])
def test_every_way_of_a_role_of_the_house_is_open(app, build, scene, browser_of, who):
    person = people(build, scene)[who]
    begin = ["/", "/supervisor/"] if who in ("agent", "scout", "supervisor") else ["/"]
    assert list(complaints(app, browser_of(person), person, begin)) == []


@pytest.mark.parametrize("name", ROLES)
def test_every_way_of_an_own_role_is_open(app, build, scene, browser_of, name):
    person = build.staff(*ROLES[name])
    with transaction() as session:
        report = session.scalar(sa.select(SavedReport).where(SavedReport.title == "Для роли"))
        report.role, report.staff_role = Role.STAFF, person.staff_role
    assert list(complaints(app, browser_of(person), person, ["/supervisor/"])) == []

"""Every page, on a phone by day and on a desktop by night: axe is content, nothing overflows, fingers hit.

Each is loaded once, as a phone does; then the same browser becomes the desktop.
"""

from pathlib import Path

import pytest

from app.constants import Topic
from app.doors import PUBLIC, permission_of
from app.services import support, unsubscribing

AXE = (Path(__file__).parent.parent.parent / "node_modules/axe-core/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The owners' many pages are shared out, so that no process is left with them alone.
SHARES = [(who, 0, 1) for who in ("visitor", "client", "realtor", "agent")] + [("supervisor", n, 4) for n in range(4)]
TEXTS = ("letter-message", "notice-inquiry_new", "telegram-accept", "system-accepted")
NARROWEST = {"width": 360, "height": 740}
# What a page does where there is room (js/console.js), and at once what colours do in a moment.
SETTLE_WIDE = """for (const each of document.querySelectorAll("[data-open-wide]")) each.open = true;
for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();"""

WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth - window.innerWidth"
TOOLS_IN_LINES = """[...document.querySelectorAll(".page-head > .tools > *")].filter((e) => e.checkVisibility())
  .some((e, n, all) => e.offsetTop + e.offsetHeight / 2 > all[0].offsetTop + all[0].offsetHeight)"""
SMALL_TARGETS = """[...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden])")]
  .filter((e) => e.checkVisibility() && !e.closest("[aria-hidden=true], .skip, .trap"))
  .filter((e) => e.matches(".btn, .icon-btn") || !e.closest("p, li, td, dd, label, h1, h2, h3, .prose, .note"))
  .filter((e) => 0 < e.getBoundingClientRect().height && e.getBoundingClientRect().height < 43.5)
  .map((e) => e.outerHTML.slice(0, 100))"""


def plain_pages(app, browser, signed_in):
    """Addresses without parameters that answer this browser with a page: its own ones, or the public for a visitor."""
    with app.app_context():
        rules = [r for r in app.url_map.iter_rules() if "GET" in r.methods and not r.arguments]
        paths = sorted({r.rule for r in rules if (permission_of(r.endpoint) != PUBLIC) == signed_in})
    return [path for path in paths if is_page(browser.get(path, check=False))]


def is_page(answer):
    """Not a part of one, which a script asks for."""
    return answer.status_code == 200 and answer.mimetype == "text/html" and b"<html" in answer.data


def complaints(page, path):
    page.goto(path, wait_until="load")
    yield from axe_complaints(page, path)


def axe_complaints(page, name):
    """What axe finds in the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    # What passes is not described, and style sheets, which none of the rules reads, are not fetched: half the work.
    asked = {"runOnly": RULES, "resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    found = page.evaluate("(asked) => axe.run(document, asked)", asked)["violations"]
    for violation in found:
        yield f"{name}: {violation['id']}: {violation['help']}: {violation['nodes'][0]['html'][:160]}"


def phone_complaints(page, path):
    """For a page whose browser is a phone's."""
    yield from complaints(page, path)
    yield from finger_complaints(page, path)
    page.set_viewport_size(NARROWEST)
    yield from width_complaints(page, path)
    page.set_viewport_size({"width": 390, "height": 844})


def finger_complaints(page, path):
    small = page.evaluate(SMALL_TARGETS)
    if small:
        yield f"{path}: too small for a finger: {small[:3]}"


def width_complaints(page, path):
    if (excess := page.evaluate(WIDER_THAN_THE_SCREEN)) > 0:
        yield f"{path}: {excess} px wider than a narrow phone"
    if page.evaluate(TOOLS_IN_LINES):
        yield f"{path}: the buttons at the heading take several lines of a narrow phone"


class Guises:
    """A page that a phone loads by day becomes a narrower phone, then a desktop by night, without being loaded anew."""

    def __init__(self, page):
        self.page, self.devtools = page, page.context.new_cdp_session(page)

    def become(self, width, height, scheme="light", phone=True):
        shape = {"width": width, "height": height, "deviceScaleFactor": 2 if phone else 1, "mobile": phone}
        self.devtools.send("Emulation.setDeviceMetricsOverride", shape)
        self.devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": phone})
        self.page.emulate_media(color_scheme=scheme)

    def complaints(self, path):
        self.become(390, 844)
        yield from complaints(self.page, path)
        yield from finger_complaints(self.page, path)
        self.become(**NARROWEST)
        yield from width_complaints(self.page, path)
        self.become(1440, 900, "dark", phone=False)
        self.page.evaluate(SETTLE_WIDE)
        yield from axe_complaints(self.page, f"{path} on a desktop by night")


def people(build):
    inquiry = build.inquiry(build.client("Анна Петрова"))
    conversation = build.conversation(inquiry, build.realtor("Пётр Дворжак"))
    agent, asked = build.agent("Ольга Кузнецова"), build.support(inquiry.client, "Не приходят письма")
    support.take(asked, actor=agent)
    support.add_note(asked, "Проверить почту", actor=agent)
    own = [f"/my/inquiries/{inquiry.public_id}", f"/my/conversations/{conversation.public_id}"]
    return {
        "visitor": (None, ["/no-such-page", f"/unsubscribe/{unsubscribing.token(agent.public_id, Topic.DESK)}"]),
        "client": (inquiry.client, [*own, "/support/chat"]),
        "realtor": (conversation.realtor, [f"/office/conversations/{conversation.public_id}", "/support/chat"]),
        "agent": (agent, ["/supervisor/support/?tab=open", f"/supervisor/support/{asked.public_id}"]),
        "supervisor": (build.supervisor(), [f"/supervisor/texts/{key}/" for key in TEXTS]),
    }


@pytest.mark.browser
@pytest.mark.timeout(600)
@pytest.mark.parametrize("who, part, parts", SHARES)
def test_every_page_suits_everybody(app, build, visitor, browser_of, page_for, who, part, parts):
    user, more = people(build)[who]
    paths = plain_pages(app, browser_of(user) if user else visitor, user is not None) + more
    guises = Guises(page_for(user, phone=True))
    found = [each for path in paths[part::parts] for each in guises.complaints(path)]
    assert found == [], f"{len(found)} complaints:\n" + "\n".join(found)

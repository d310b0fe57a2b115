"""Pictures of the main pages, phone and desktop, light and dark, from a demo of its own: build/screenshots/.

Usage: python -m scripts.screenshots [NAME …]   (names as in PAGES; all of them by default)
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from app import create_app
from app.constants import ConversationKind
from app.extensions import db
from app.models.articles import Article
from app.models.conversations import Conversation
from bench.servers import gunicorn

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "screenshots"
PASSWORD = "otklik-demo"
PEOPLE = {
    "client": "anna@otklik.example",
    "realtor": "petr@otklik.example",
    "owner": "owner@otklik.example",
    "operator": "support@otklik.example",
}
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# name: (who, path); {chat} and {inquiry} are Anna's busiest conversation and the inquiry it is about
PAGES = {
    "home": (None, "/"),
    "api-docs": (None, "/api/v1/docs"),
    "api-tokens": ("owner", "/supervisor/api/"),
    "developer": ("owner", "/supervisor/developer/"),
    "webhooks": ("owner", "/supervisor/webhooks/"),
    "about": (None, "/support/about"),
    "sign-in": (None, "/login"),
    "register": (None, "/register"),
    "sign-in-explained": (None, "/support/sign-in"),
    "my-inquiries": ("client", "/my/inquiries"),
    "inquiry": ("client", "/my/inquiries/{inquiry}"),
    "chat": ("client", "/my/conversations/{chat}"),
    "profile": ("client", "/my/profile"),
    "passkeys": ("client", "/my/profile/passkeys"),
    "notifications": ("client", "/my/notifications"),
    "notification-matrix": ("realtor", "/my/profile/notifications"),
    "office": ("realtor", "/office/inquiries/"),
    "office-inbox": ("realtor", "/office/conversations/"),
    "office-chat": ("realtor", "/office/conversations/{chat}"),
    "office-numbers": ("realtor", "/office/numbers/"),
    "faq": (None, "/support/faq?q=мне никто не отвечает"),
    "faq-nothing": (None, "/support/faq?q=ремонт велосипедов"),
    "support-chat": ("client", "/support/chat"),
    "support-first": ("realtor", "/support/chat?question=Как сменить город?"),
    "blog": (None, "/blog"),
    "article": (None, "/blog/kak-vybrat-kvartiru"),
    "knowledge": (None, "/help"),
    "knowledge-found": (None, "/help?q=документ для аренды"),
    "menus": ("owner", "/supervisor/menus/"),
    "hints": ("owner", "/supervisor/hints/"),
    "texts": ("owner", "/supervisor/texts/"),
    "text-letter": ("owner", "/supervisor/texts/letter-inquiry_accepted/"),
    "text-push": ("owner", "/supervisor/texts/notice-inquiry_new/"),
    "articles": ("owner", "/supervisor/articles/"),
    "article-record": ("owner", "/supervisor/articles/{article}/?version=3"),
    "article-edit": ("owner", "/supervisor/articles/{article}/edit/"),
    "desk": ("operator", "/supervisor/support/"),
    "desk-chat": ("operator", "/supervisor/support/{support}?tab=mine"),
    "ready-answers": ("operator", "/supervisor/ready-answers/"),
    "faq-questions": ("owner", "/supervisor/faq/"),
    "dashboard": ("owner", "/supervisor/"),
    "statistics": ("owner", "/supervisor/statistics/?period=month"),
    "settings": ("owner", "/supervisor/settings/"),
    "reports": ("owner", "/supervisor/reports/"),
    "report-builder": ("owner", "/supervisor/reports/new/?rows=month&columns=deal&when=months_12"),
    "demand": ("owner", "/supervisor/demand/"),
    "behaviour": ("owner", "/supervisor/behaviour/"),
    "cohorts": ("owner", "/supervisor/statistics/agencies/"),
    "inquiries": ("owner", "/supervisor/inquiries/"),
    "people": ("owner", "/supervisor/people/"),
    "roles": ("owner", "/supervisor/roles/"),
    "places": ("owner", "/supervisor/cities/"),
    "journal": ("owner", "/supervisor/journal/"),
    "diagnostics": ("owner", "/supervisor/diagnostics/"),
    "imports": ("owner", "/supervisor/imports/"),
    "messages": ("owner", "/supervisor/messages/"),
    "partner-pages": ("owner", "/supervisor/partners/"),
    "partner-page-new": ("owner", "/supervisor/partners/new/"),
    "exports": ("owner", "/supervisor/exports/"),
}

SCHEMES = os.environ.get("SCHEMES", "light dark").split()
PANES = {
    "chat",
    "office-inbox",
    "office-chat",
    "support-chat",
    "support-first",
    "desk",
    "desk-chat",
}  # as high as the window, never longer


def main(names):
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as instance:
        ids = fill(instance)
        with (
            gunicorn("wsgi:app", instance, options=("-c", "gunicorn.conf.py")) as (base, _),
            sync_playwright() as driver,
        ):
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for size, viewport in SIZES.items():
                for scheme in SCHEMES:
                    shoot(browser, base, ids, names, size, viewport, scheme)
            browser.close()


def fill(instance):
    """Load the demo; the public ids that paths need."""
    os.environ["INSTANCE_PATH"] = instance
    for command in (["db", "upgrade"], ["places"], ["demo"]):
        subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, check=True)
    with create_app().app_context():
        pair = [Conversation.client.has(email=PEOPLE["client"]), Conversation.realtor.has(email=PEOPLE["realtor"])]
        busiest = db.select(Conversation).where(*pair).order_by(Conversation.last_seq.desc()).limit(1)
        chat = db.session.scalars(busiest).one()
        asked = db.select(Conversation.public_id).where(
            Conversation.kind == ConversationKind.SUPPORT, Conversation.client_id == chat.client_id
        )
        support = db.session.scalars(asked).one()
        article = db.session.scalars(db.select(Article.public_id).order_by(Article.id.desc())).first()
        return {"article": article, "chat": chat.public_id, "inquiry": chat.inquiry.public_id, "support": support}


def shoot(browser, base, ids, names, size, viewport, scheme):
    sessions = {}
    for name in names or PAGES:
        who, path = PAGES[name]
        if who not in sessions:
            sessions[who] = session(browser, base, who, viewport, scheme, size == "phone")
        page = sessions[who]
        page.goto(base + path.format(**ids))
        page.wait_for_load_state("load")
        page.wait_for_timeout(400)
        page.screenshot(path=OUT / f"{name}-{size}-{scheme}.png", full_page=name not in PANES)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        print(f"{name}-{size}-{scheme}: {page.title()}" + (f"  OVERFLOW {wide}px" if wide > 0 else ""))


def session(browser, base, who, viewport, scheme, touch):
    context = browser.new_context(
        viewport=viewport,
        color_scheme=scheme,
        locale="ru-RU",
        timezone_id="Europe/Prague",
        has_touch=touch,
        base_url=base,
    )
    page = context.new_page()
    page.on("console", lambda m: print(f"   console {m.type}: {m.text}") if m.type in {"error", "warning"} else None)
    page.on("response", lambda r: print(f"   {r.status} {r.url}") if r.status >= 400 else None)
    page.on("pageerror", lambda e: print(f"   page error: {e}"))
    if who:
        page.goto("/login")
        page.fill("[name=email]", PEOPLE[who])
        page.fill("[name=password]", PASSWORD)
        page.locator("main form [type=submit], main form button:not([type=button])").last.click()
        page.wait_for_url(lambda url: "/login" not in url)
    return page


if __name__ == "__main__":
    main(sys.argv[1:])

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

from bench.servers import gunicorn

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "screenshots"
PASSWORD = "otklik-demo"
PEOPLE = {"client": "anna@otklik.example", "realtor": "petr@otklik.example", "owner": "owner@otklik.example"}
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# name: (who, path, link to follow on it or None)
PAGES = {
    "home": (None, "/", None),
    "about": (None, "/support/about", None),
    "sign-in": (None, "/login", None),
    "register": (None, "/register", None),
    "my-inquiries": ("client", "/my/inquiries", None),
    "inquiry": ("client", "/my/inquiries", "main a[href*='/my/inquiries/']"),
    "chat": ("client", "/my/inquiries", "main a[href*='/my/conversations/']"),
    "profile": ("client", "/my/profile", None),
    "office": ("realtor", "/office/inquiries/", None),
    "office-inbox": ("realtor", "/office/conversations/", None),
    "office-numbers": ("realtor", "/office/numbers/", None),
    "dashboard": ("owner", "/supervisor/", None),
    "statistics": ("owner", "/supervisor/statistics/?period=month", None),
    "inquiries": ("owner", "/supervisor/inquiries/", None),
    "people": ("owner", "/supervisor/people/", None),
    "places": ("owner", "/supervisor/cities/", None),
    "journal": ("owner", "/supervisor/journal/", None),
}


def main(names):
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as instance:
        fill(instance)
        with (
            gunicorn("wsgi:app", instance, options=("-c", "gunicorn.conf.py")) as (base, _),
            sync_playwright() as driver,
        ):
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for size, viewport in SIZES.items():
                for scheme in ("light", "dark"):
                    shoot(browser, base, names, size, viewport, scheme)
            browser.close()


def fill(instance):
    for command in (["db", "upgrade"], ["places"], ["demo"]):
        environment = os.environ | {"INSTANCE_PATH": instance}
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, env=environment, check=True
        )


def shoot(browser, base, names, size, viewport, scheme):
    sessions = {}
    for name in names or PAGES:
        who, path, link = PAGES[name]
        if who not in sessions:
            sessions[who] = session(browser, base, who, viewport, scheme, size == "phone")
        page = sessions[who]
        page.goto(base + path)
        if link:
            page.locator(link).first.click()
        page.wait_for_load_state("load")
        page.wait_for_timeout(400)
        page.screenshot(path=OUT / f"{name}-{size}-{scheme}.png", full_page=name not in {"chat", "office-inbox"})
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

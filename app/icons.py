"""Lucide icons as inline SVG: `icon("house")` in Python and in every template."""

import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup, escape

FOLDER = Path(__file__).parent / "static" / "vendor" / "icons"
NAME = re.compile(r"[a-z0-9-]+")
BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
FACE = (
    '<svg class="{css}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" '
    'stroke-linecap="round" stroke-linejoin="round" {meaning}>{body}</svg>'
)


class UnknownIcon(LookupError):
    def __init__(self, name):
        super().__init__(f"no lucide icon {name!r}; is the set installed? (python scripts/browser_packages.py)")


def icon(name, label=None, css=""):
    """Decorative without a label; with one it is read out as an image of that name."""
    return _drawn(name, str(label) if label else None, css)


@lru_cache(maxsize=2048)
def _drawn(name, label, css):
    meaning = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    face = FACE.format(css=f"i {escape(css)}".strip(), meaning=meaning, body=body(name))
    return Markup(face)


@lru_cache(maxsize=512)
def body(name):
    if not FOLDER.is_dir():
        return ""
    path = FOLDER / f"{name}.svg"
    if not NAME.fullmatch(name) or not path.is_file():
        raise UnknownIcon(name)
    return " ".join(BODY.search(path.read_text())[1].split())

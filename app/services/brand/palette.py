"""The whole palette, by day and by night, out of one colour of the owners.

What makes a text readable on a ground is the luminance of both alone (WCAG 2.2). So each token that takes the hue of
the owners' colour keeps the luminance it has in css/tokens.css, where tests hold every pair to AA: no pair can become
worse, whatever colour is chosen. Only the accent itself is taken as it is, as long as it is dark enough for its pairs.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.services.brand.colour import contrast, luminance, oklch, with_luminance

SHEET = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
_NIGHT = "@media (prefers-color-scheme: dark)"

READABLE = 4.5
BRIGHTEST = 0.154  # an accent as bright as this is still read on every plain ground by day
DARK = 0.03  # a darker one becomes lighter under the pointer instead of darker
VIVID = 0.14  # chroma beyond which grounds would shout
# Token → how much of the accent's chroma it has, by day and by night.
TINTED = {
    "accent-soft": (0.26, 0.45),
    "mine": (0.31, 0.56),
    "on-accent": (0, 0.37),
    "accent": (1, 1.28),
    "accent-2": (0.85, 1.19),
    "ring": (1, 1.19),
}
GREYS = ("ink", "ink-2", "ink-3", "line", "edge", "paper", "ground", "soft", "hover", "press", "raised", "theirs")
CORNERS = {"soft": (8, 12, 20), "straight": (3, 5, 8), "round": (12, 20, 28)}  # px of --r-s, --r, --r-l
_CHEVRON = (
    "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='16' height='16' fill='none' "
    "stroke='%23{ink}' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'%3E"
    "%3Cpath d='m4 6 4 4 4-4'/%3E%3C/svg%3E\")"
)


@dataclass(frozen=True)
class Palette:
    """Token → colour. ``day`` and ``night`` are whole: what does not follow the accent is as in css/tokens.css."""

    day: dict
    night: dict


@lru_cache(maxsize=1)
def own():
    """The program's palette, as css/tokens.css has it."""
    day, night = (dict(_TOKEN.findall(part)) for part in SHEET.read_text().split(_NIGHT))
    return Palette(day, day | night)


def default_accent():
    return own().day["accent"]


@lru_cache(maxsize=128)
def derived(accent):
    """The Palette of an accent."""
    if accent == default_accent():
        return own()
    return Palette(_scheme(accent, own().day, 0), _scheme(accent, own().night, 1))


def _scheme(accent, base, side):
    _light, chroma, hue = oklch(accent)
    calm, grey = min(chroma, VIVID), min(1, chroma / oklch(default_accent())[1])
    made = dict(base)
    for token in GREYS:
        made[token] = _same(base[token], oklch(base[token])[1] * grey, hue)
    for token, shares in TINTED.items():
        vivid = token in ("accent", "accent-2", "ring")
        made[token] = _same(base[token], (chroma if vivid else calm) * shares[side], hue)
    if side == 0:
        made |= _by_day(accent, chroma, hue)
    return made


def _by_day(accent, chroma, hue):
    shown = accent if luminance(accent) <= BRIGHTEST else with_luminance(BRIGHTEST, chroma, hue)
    light = luminance(shown)
    under_pointer = light * 0.63 if light > DARK else light + 0.03
    return {"accent": shown, "ring": shown, "accent-2": with_luminance(min(under_pointer, 0.09), chroma * 0.85, hue)}


def _same(colour, chroma, hue):
    """As bright as ``colour``, of another hue; white and black have none."""
    return colour if colour in ("#ffffff", "#000000") else with_luminance(luminance(colour), round(chroma, 4), hue)


@dataclass(frozen=True)
class Fit:
    """What becomes of a chosen accent: ``shown`` by day, which is darker where texts in it could not be read."""

    chosen: str
    shown: str
    contrast: float  # of the chosen one on white

    @property
    def adjusted(self):
        return self.shown != self.chosen


def fit(accent):
    return Fit(accent, derived(accent).day["accent"], contrast(accent, "#ffffff"))


def is_own(accent, corners):
    """Whether nothing differs from css/tokens.css."""
    return accent == default_accent() and corners == "soft"


@lru_cache(maxsize=128)
def stylesheet(accent, corners):
    """The style sheet that goes after css/tokens.css: only what differs from it."""
    rounds = "".join(f"--{name}:{size}px;" for name, size in zip(("r-s", "r", "r-l"), CORNERS[corners], strict=True))
    palette, base = derived(accent), own()
    day = _differing(palette.day, base.day)
    night = _differing(palette.night, base.night)
    return f":root{{{day}{rounds}}}\n{_NIGHT}{{:root{{{night}}}}}\n"


def _differing(made, base):
    if made == base:
        return ""
    told = "".join(f"--{token}:{colour};" for token, colour in made.items() if colour != base[token])
    return f"{told}--chevron:{_CHEVRON.format(ink=made['ink-2'][1:])};"


def digest(accent, corners):
    """What changes with the style sheet, for its address."""
    return hashlib.sha256(stylesheet(accent, corners).encode()).hexdigest()[:10]

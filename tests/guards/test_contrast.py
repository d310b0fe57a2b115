"""WCAG 2.2 AA on paper: every ink of css/tokens.css on every ground it may stand on, by day and by night."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parent.parent.parent / "app/static/css/tokens.css").read_text()
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
DAY, NIGHT = (dict(TOKEN.findall(part)) for part in SHEET.split("@media (prefers-color-scheme: dark)"))

PLAIN = ("paper", "ground", "soft", "hover")
SOFT = ("accent-soft", "warm-soft", "danger-soft", "ok-soft", "mine", "theirs")
TEXT = {
    **dict.fromkeys(("ink", "ink-2", "accent-2", "warm", "danger", "ok"), PLAIN + SOFT),
    **dict.fromkeys(("ink-3", "accent"), ("paper", "ground", "soft")),
    "ink": PLAIN + SOFT + ("press", "raised"),
    "violet": ("violet-soft",),
    "blue": ("blue-soft",),
    "on-accent": ("accent", "accent-2"),
    "on-danger": ("danger", "danger-2"),
    "on-found": ("found",),
}
BRANDS = {
    "on-brand": ("telegram", "whatsapp", "instagram", "google", "vk", "yandex", "facebook")
}  # the same by day and by night
EDGES = {"edge": ("paper", "ground"), "ring": ("paper", "ground", "soft"), "accent": ("accent-soft",)}


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [DAY, DAY | NIGHT], ids=["light", "dark"])
@pytest.mark.parametrize("pairs, least", [(TEXT | BRANDS, 4.5), (EDGES, 3)], ids=["text", "edges"])
def test_inks_are_readable_on_their_grounds(scheme, pairs, least):
    weak = [
        f"--{ink} on --{ground}: {contrast(scheme[ink], scheme[ground]):.2f}"
        for ink, grounds in pairs.items()
        for ground in grounds
        if contrast(scheme[ink], scheme[ground]) < least
    ]
    assert weak == [], f"below {least}:1"

"""Whatever colour owners choose, every pair of inks and grounds that css/tokens.css keeps to AA stays readable."""

import random

import pytest

from app.services.brand import palette
from app.services.brand.colour import contrast, is_colour
from tests.guards.test_contrast import DAY, EDGES, NIGHT, TEXT

chance = random.Random(7)
COLOURS = ["#000000", "#ffffff", "#ffff00", "#ff0000", "#0000ff", "#00ff00", "#808080", "#b42318", "#f59e0b", "#7c3aed"]
COLOURS += [f"#{chance.randrange(1 << 24):06x}" for _ in range(60)]


@pytest.mark.parametrize("pairs, least", [(TEXT, 4.5), (EDGES, 3)], ids=["text", "edges"])
def test_every_pair_stays_readable(pairs, least):
    weak = [
        f"{accent}: --{ink} on --{ground}: {contrast(scheme[ink], scheme[ground]):.2f}"
        for accent in COLOURS
        for scheme in (palette.derived(accent).day, palette.derived(accent).night)
        for ink, grounds in pairs.items()
        for ground in grounds
        if contrast(scheme[ink], scheme[ground]) < least
    ]
    assert weak == [], f"below {least}:1"


def test_the_programs_own_colour_changes_nothing():
    own = palette.derived(DAY["accent"])
    assert (own.day, own.night) == (DAY, DAY | NIGHT)


def test_a_readable_colour_is_shown_as_it_was_chosen_and_a_pale_one_is_darkened():
    assert not palette.fit("#1d4ed8").adjusted
    pale = palette.fit("#facc15")
    assert pale.adjusted and pale.contrast < 4.5 <= contrast(pale.shown, "#ffffff")


def test_only_colours_leave_the_sheet():
    for accent in COLOURS:
        made = palette.derived(accent)
        assert all(is_colour(colour) for colour in (made.day | made.night).values())

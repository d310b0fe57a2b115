from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.constants import Digest
from app.services.rhythm import after_quiet, next_slot

PRAGUE, NEW_YORK = ZoneInfo("Europe/Prague"), ZoneInfo("America/New_York")
NIGHT = 22 * 60, 8 * 60


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-01-10T20:59", "2026-01-10T20:59"),  # 21:59 in Prague: not quiet yet
        ("2026-01-10T21:00", "2026-01-11T07:00"),  # 22:00: until tomorrow's 8
        ("2026-01-11T03:00", "2026-01-11T07:00"),  # 4:00: until this morning's 8
        ("2026-01-11T07:00", "2026-01-11T07:00"),  # 8:00: they are over
        ("2026-03-28T23:00", "2026-03-29T06:00"),  # the clock goes forward that night
    ],
)
def test_quiet_hours_end_in_the_persons_own_morning(moment, told):
    assert after_quiet(at(moment), *NIGHT, PRAGUE) == at(told)


def test_quiet_hours_of_a_day_and_none_at_all():
    noon = at("2026-01-10T12:00")
    assert after_quiet(noon, 12 * 60, 15 * 60, PRAGUE) == at("2026-01-10T14:00")
    assert after_quiet(noon, *NIGHT, NEW_YORK) == at("2026-01-10T13:00")
    assert after_quiet(noon, None, None, PRAGUE) == noon


@pytest.mark.parametrize(
    ("digest", "moment", "slot"),
    [
        (Digest.HOURLY, "2026-01-10T12:00", "2026-01-10T13:00"),
        (Digest.HOURLY, "2026-01-10T12:59", "2026-01-10T13:00"),
        (Digest.DAILY, "2026-01-10T07:59", "2026-01-10T08:00"),
        (Digest.DAILY, "2026-01-10T08:00", "2026-01-11T08:00"),
    ],
)
def test_a_digest_leaves_at_the_next_hour_or_at_nine(digest, moment, slot):
    assert next_slot(at(moment), digest, PRAGUE) == at(slot)

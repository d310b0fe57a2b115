from datetime import datetime

import pytest

from app.services import hours

MONDAY = datetime(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["пн-пт 9:00-21:00; сб 10-18", "Mon–Fri 9-21, sat 10:00-18:00", "пн-пт 9-21\nсб 10-18"]
)
def test_hours_are_read_as_people_write_them(text):
    read = hours.parse(text)
    assert read.is_open(MONDAY.replace(hour=9)) and read.is_open(MONDAY.replace(hour=20, minute=59))
    assert not read.is_open(MONDAY.replace(hour=21)) and not read.is_open(MONDAY.replace(hour=8, minute=59))
    assert read.is_open(MONDAY.replace(day=28, hour=10)) and not read.is_open(MONDAY.replace(day=29, hour=12))


@pytest.mark.parametrize("text", ["пн", "9-21", "пн-ср 21-9", "ср-пн 9-18", "пн 9-25", "пн 9:70-12", "завтра 9-18"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError):
        hours.parse(text)


def test_days_of_the_same_hours_are_said_together(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert hours.parse("mon-fri 9-21; sat 10-18").words == "Mon–Fri from 9:00 to 21:00, Sat from 10:00 to 18:00"
    with app.test_request_context():
        assert hours.parse("ежедневно 9-21").words == "ежедневно с 9 до 21"
        assert hours.parse("").words == ""

"""Working hours as people write them: «пн-пт 9:00-21:00; сб 10-18», «ежедневно 9-21», «mon-fri 9-18». Empty: never."""

import re
from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _

DAYS = {"ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"), "en": ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
EVERY_DAY = {"ежедневно", "daily"}
PART = re.compile(
    r"(?P<first>[а-яёa-z]+)(?:\s*[-–—]\s*(?P<last>[а-яёa-z]+))?\s+"
    r"(?P<from>\d{1,2}(?::\d\d)?)\s*[-–—]\s*(?P<to>\d{1,2}(?::\d\d)?)"
)


@dataclass(frozen=True)
class Hours:
    """``days``: for Monday to Sunday the (first, last) minute of work, or None."""

    days: tuple

    def is_open(self, moment):
        """Whether work goes on at ``moment``, a local time of the business."""
        window = self.days[moment.weekday()]
        return window is not None and window[0] <= moment.hour * 60 + moment.minute < window[1]

    @property
    def words(self):
        """«ежедневно с 9 до 21», «пн–пт с 9 до 21, сб с 10 до 18», in the current language; empty for never."""
        return ", ".join(_spell(first, last, window) for first, last, window in self._runs())

    def _runs(self):
        """Neighbouring days of the same hours as (first day, last day, hours)."""
        runs = []
        for day, window in enumerate(self.days):
            if runs and runs[-1][2] == window and runs[-1][1] == day - 1:
                runs[-1] = (runs[-1][0], day, window)
            else:
                runs.append((day, day, window))
        return [run for run in runs if run[2]]


def parse(text):
    """Hours of a text. Raises ValueError where a part of it cannot be read."""
    days = [None] * 7
    for part in filter(None, (part.strip().casefold() for part in re.split(r"[;,\n]", text))):
        found = PART.fullmatch(part)
        if not found:
            raise ValueError(part)
        window = _minute(found["from"]), _minute(found["to"])
        if window[0] >= window[1]:
            raise ValueError(part)
        for day in _named(found["first"], found["last"]):
            days[day] = window
    return Hours(tuple(days))


def _named(first, last):
    if first in EVERY_DAY and not last:
        return range(7)
    begin = _day(first)
    end = _day(last) if last else begin
    if end < begin:
        raise ValueError(f"{first}-{last}")
    return range(begin, end + 1)


def _day(word):
    for names in DAYS.values():
        if word in names:
            return names.index(word)
    raise ValueError(word)


def _minute(text):
    hour, _colon, minute = text.partition(":")
    at = int(hour) * 60 + int(minute or 0)
    if at > 24 * 60 or int(minute or 0) > 59:
        raise ValueError(text)
    return at


def _spell(first, last, window):
    names = DAYS.get(str(get_locale()), DAYS["en"])
    values = {"start": _clock(window[0]), "end": _clock(window[1])}
    if (first, last) == (0, 6):
        return _("every day from %(start)s to %(end)s", **values)
    days = _name(names[first]) if first == last else f"{_name(names[first])}–{_name(names[last])}"
    return _("%(days)s from %(start)s to %(end)s", days=days, **values)


def _name(day):
    return day if day in DAYS["ru"] else day.title()


def _clock(minute):
    hour, rest = divmod(minute, 60)
    return f"{hour}:{rest:02}" if rest or str(get_locale()) == "en" else str(hour)

"""The headings of the console's menu. A folded one opens with a press, and for whoever is on one of its pages."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Group:
    key: str  # its word in the cookie that remembers what this reader has folded
    label: object
    folded: bool = False

    def __str__(self):
        return str(self.label)


NUMBERS = Group("numbers", _l("Numbers"))
WORK = Group("work", _l("Work"))
PEOPLE = Group("people", _l("People and places"))
CONTENT = Group("content", _l("Content"), folded=True)
SERVICE = Group("service", _l("Service"), folded=True)
UPKEEP = Group("upkeep", _l("Upkeep"), folded=True)

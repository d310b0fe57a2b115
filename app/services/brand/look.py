"""How the service looks at this moment, of the owners' settings."""

from dataclasses import dataclass
from functools import lru_cache

from app.services import settings
from app.services.brand import palette

KEYS = ("name_ru", "name_en", "short_name", "logo", "logo_dark", "app_icon", "accent", "corners")


@dataclass(frozen=True)
class Look:
    name_ru: str
    name_en: str
    short_name: str
    logo: str
    logo_dark: str
    app_icon: str
    accent: str
    corners: str

    def name(self, locale):
        return self.name_ru if str(locale) == "ru" else self.name_en

    def short(self, locale):
        return self.short_name or self.name(locale)

    @property
    def palette(self):
        return palette.derived(self.accent)

    @property
    def is_own(self):
        """Whether colours and corners are the program's own: then no further style sheet is needed."""
        return palette.is_own(self.accent, self.corners)


def look():
    return _look(*settings.several(KEYS))


@lru_cache(maxsize=16)
def _look(*values):
    return Look(*values)

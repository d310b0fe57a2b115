"""How the service looks at this moment, of the owners' settings."""

from dataclasses import dataclass
from functools import lru_cache

from app.services import settings
from app.services.brand import palette, pictures

KEYS = ("name_ru", "name_en", "short_name", "logo", "logo_dark", "logo_pixels", "app_icon", "accent", "corners")


@dataclass(frozen=True)
class Look:
    name_ru: str
    name_en: str
    short_name: str
    logo: str
    logo_dark: str
    logo_pixels: str
    app_icon: str
    accent: str
    corners: str

    def name(self, locale):
        return self.name_ru if str(locale) == "ru" else self.name_en

    def short(self, locale):
        return self.short_name or self.name(locale)

    @property
    def logo_in_pixels(self):
        """A logo for what shows no SVG (letters, Excel, cards of messengers), as pictures.Named; None for none."""
        offered = map(pictures.named, (self.logo_pixels, self.logo))
        return next((found for found in offered if found and found.ending == "png"), None)

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

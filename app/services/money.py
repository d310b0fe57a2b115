"""Which money the inquiry form proposes and offers, by the owners' settings."""

from app.services import settings


def proposed(own):
    """The code proposed where ``own`` is the country's currency."""
    return settings.get("currency") or own


def offered():
    """Codes offered everywhere, besides those of the served countries."""
    return [*filter(None, [settings.get("currency")]), *settings.get("currencies").split()]


def by_code():
    """Whether amounts have the code («900 EUR») instead of the sign («900 €»)."""
    return settings.get("money_style") == "code"

"""When a report goes out: at its hour of the business zone, every day, on Mondays, or on the first of the month."""

from datetime import timedelta

from app.constants import Every
from app.models.base import utcnow
from app.services import settings


def latest(every, hour, now=None):
    """The day of the last time a report was due at or before ``now``."""
    local = (now or utcnow()).astimezone(settings.business_zone())
    day = local.date() if local.hour >= hour else local.date() - timedelta(days=1)
    if every is Every.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if every is Every.MONTH else day

"""The moments at which a person may be told: outside of their quiet hours, and in digests at their slots."""

from datetime import UTC, datetime, time, timedelta

from app.constants import Digest

DIGEST_AT = time(9)  # of the person's day
MINUTE = timedelta(minutes=1)


def after_quiet(moment, quiet_from, quiet_to, zone):
    """``moment`` itself, or the end of the quiet hours it falls into. Hours are minutes since midnight in ``zone``."""
    if quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return moment
    local = moment.astimezone(zone)
    minutes = local.hour * 60 + local.minute
    overnight = quiet_from > quiet_to
    quiet = (minutes >= quiet_from or minutes < quiet_to) if overnight else quiet_from <= minutes < quiet_to
    if not quiet:
        return moment
    day = local.date() + timedelta(days=1) if overnight and minutes >= quiet_from else local.date()
    return _utc(day, time(*divmod(quiet_to, 60)), zone)


def next_slot(moment, digest, zone):
    """When the digest that ``moment`` falls into leaves: always later than ``moment``."""
    local = moment.astimezone(zone)
    if digest == Digest.HOURLY:
        return (local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)).astimezone(UTC)
    slot = _utc(local.date(), DIGEST_AT, zone)
    return slot if slot > moment else _utc(local.date() + timedelta(days=1), DIGEST_AT, zone)


def _utc(day, hour, zone):
    return datetime.combine(day, hour, zone).astimezone(UTC)

"""A place's figures for agencies that might join: masked, by a link that ends, each opening of it counted.

The figures are those of finished months alone: a page looked at every day tells no more than one looked at once.
"""

import hmac
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.constants import AuditTag, Deal, InquiryStatus, Period, Role, Variant
from app.errors import Forbidden, InvalidInput, NotFound
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.inquiries import Inquiry
from app.models.partner_pages import PartnerPage
from app.models.places import City, Country
from app.services import audit, contacts, keys, outbox, settings, statistics
from app.services.transaction import transaction
from reports import masking

TERMS = (30, 90, 180, 365)  # days
RECEIVERS = 50  # at once
MONTHS = 12
RECENT = 5_000  # inquiries that types and budgets are told from: finer than the steps they are rounded to
FRESH = 60  # seconds that counted figures serve everybody
LONGEST = 4_000
NO_PLACE = _l("Choose a city or a country.")
NO_LINE = _l("From 1 to 160 characters, please.")
NOTHING = _l("Please fill this in.")
ROBOTS = re.compile(
    r"bot|crawl|spider|preview|facebookexternalhit|whatsapp|slack|skype|curl|wget|python|java/|go-http|headless|monitor",
    re.IGNORECASE,
)
_EVERYTHING = User(role=Role.SUPERVISOR)  # whose figures a page shows, masked
_counted = {}  # place → (when, Demand)


@dataclass(frozen=True)
class Demand:
    """What a page says: every number masked (reports/masking.py), none personal."""

    first: object
    last: object
    inquiries: object
    accepted: object
    share: object
    minutes: object
    months: list  # (first day, masked count, height of its bar in per cent)
    deals: dict  # Deal → share or masking.UNKNOWN
    types: list  # (PropertyType, share), the most wanted first
    budgets: dict  # Deal → (from, to, currency) of the middle half, where there are enough


def create(values, receivers, *, letter=None, actor):
    """One page to each of ``receivers`` (e-mails), or one to be copied where there are none.

    ``values``: place (a City or a Country), locale, title, words, invitation, contact, days. ``letter``: (subject,
    text) of the mail to each. Raises InvalidInput(field) for the first of ``problems``, Forbidden.
    """
    if not may(actor, Permission.PARTNER_PAGES):
        raise Forbidden()
    for field, message in problems(values, receivers, letter).items():
        raise InvalidInput(message, field=field)
    values, receivers = _columns(values), _receivers(receivers)
    with transaction() as session:
        made = [PartnerPage(**values, receiver=receiver, created_by_id=actor.id) for receiver in receivers or [""]]
        session.add_all(made)
        session.flush()
        for page in made:
            audit.record(AuditTag.PARTNER_PAGE_CREATED, page, actor=actor, title=page.title, to=page.receiver)
            if page.receiver:
                _send(page, letter)
    return made


def _send(page, letter):
    subject, text = letter
    payload = {"subject": subject, "text": text, "path": path_of(page)}
    outbox.queue_email("partner_page", address=page.receiver, locale=page.locale, payload=payload)


def problems(values, receivers=(), letter=None):
    """Field → what is wrong with it: all that create() would refuse."""
    wrong = {}
    if not isinstance(values["place"], City | Country):
        wrong["place"] = NO_PLACE
    for name in ("title", "contact"):
        if not 0 < len(values[name].strip()) <= 160:
            wrong[name] = NO_LINE
    for name in ("words", "invitation"):
        if len(values[name].strip()) > LONGEST:
            wrong[name] = _l("At most %(count)s characters, please.", count=LONGEST)
    if values["days"] not in TERMS:
        wrong["days"] = _l("Choose how long the page lives.")
    if receivers:
        wrong |= {name: NOTHING for name, text in zip(("subject", "text"), letter, strict=True) if not text}
    checks = (lambda: contacts.email_address(values["contact"], field="contact"), lambda: _receivers(receivers))
    for check in checks:
        try:
            check()
        except InvalidInput as error:
            wrong.setdefault(error.field, error.message)
    return wrong


def _columns(values):
    place = values["place"]
    city, country = (place, place.country) if isinstance(place, City) else (None, place)
    texts = {name: values[name].strip() for name in ("title", "words", "invitation", "contact")}
    ids = {"country_id": country.id, "city_id": city.id if city else None, "locale": values["locale"]}
    return texts | ids | {"expires_at": utcnow() + timedelta(days=values["days"])}


def _receivers(addresses):
    found = list(dict.fromkeys(contacts.email_address(address, field="receivers") for address in addresses))
    if len(found) > RECEIVERS:
        raise InvalidInput(_l("At most %(count)s addresses at once.", count=RECEIVERS), field="receivers")
    return found


def revoke(page, *, actor):
    """The link stops working at once; twice is once."""
    if not may(actor, Permission.PARTNER_PAGES):
        raise Forbidden()
    with transaction():
        if page.revoked_at is None:
            page.revoked_at = utcnow()
            audit.record(AuditTag.PARTNER_PAGE_REVOKED, page, actor=actor, title=page.title, to=page.receiver)


# The link


def path_of(page):
    return f"/partners/{_spelled(page.public_id.bytes + _signature(page.public_id.bytes, _keys()[0]))}"


def find(token):
    """The page of a working link. Raises NotFound for a wrong, an expired and a revoked one alike."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise _silence() from None
    id, signature = raw[:16], raw[16:]
    if _spelled(raw) != token or not any(hmac.compare_digest(signature, _signature(id, key)) for key in _keys()):
        raise _silence()
    live = PartnerPage.revoked_at.is_(None), PartnerPage.expires_at > utcnow()
    page = db.session.scalar(sa.select(PartnerPage).where(PartnerPage.public_id == UUID(bytes=id), *live))
    if page is None:
        raise _silence()
    return page


def _silence():
    return NotFound(
        _l("This link does not work: it was switched off, has run out or is not whole. Ask its sender for a new one.")
    )


def _keys():
    return keys.derived(b"partner page")


def _signature(id, key):
    return hmac.digest(key, id, "sha256")[:16]


def _spelled(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def opened(page, *, agent, actor):
    """Count somebody's opening; not one by a robot, and not by an owner."""
    if not agent or ROBOTS.search(agent) or may(actor, Permission.PARTNER_PAGES):
        return
    more = {"opened": PartnerPage.opened + 1, "last_opened_at": utcnow()}
    with transaction() as session:
        session.execute(sa.update(PartnerPage).where(PartnerPage.id == page.id).values(more))


# The figures


def demand(place):
    """The Demand of a City or a Country, counted once a minute however many look."""
    key = type(place).__name__, place.id
    when, kept = _counted.get(key, (0, None))
    if kept is None or time.monotonic() - when > FRESH:
        kept = _count(place)
        _counted[key] = time.monotonic(), kept
    return kept


def workbook(place, file):
    """The same figures as a workbook, masked as any for partners."""
    statistics.export(_filters(place), Variant.PARTNER, file, actor=_EVERYTHING)


def _filters(place):
    last = statistics.today().replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    for _ in range(MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    where = {"city": str(place.public_id)} if isinstance(place, City) else {"country": place.code}
    return statistics.parse({"period": Period.RANGE, "from": first.isoformat(), "to": last.isoformat(), **where})


def _count(place):
    filters = _filters(place)
    figures = statistics.figures(filters, actor=_EVERYTHING)
    total, span = figures.total, filters.span
    recent = _recent(place, span)
    return Demand(
        span.first,
        span.last,
        masking.count(total.inquiries),
        masking.count(total.accepted),
        masking.share(total.accepted, total.inquiries),
        masking.minutes(total.first_response, total.accepted),
        _months(figures.months),
        {deal: _part(total.deals[deal], total.inquiries) for deal in Deal},
        _types(recent),
        {deal: budget for deal in Deal if (budget := _budget(recent, deal))},
    )


def _recent(place, span):
    """(property type, deal, budget, currency) of the newest RECENT inquiries of these days."""
    wanted = sa.select(Inquiry.property_type, Inquiry.deal, Inquiry.budget_max, Inquiry.currency).where(
        Inquiry.published_day.between(span.first, span.last),
        Inquiry.published_at < datetime.combine(span.last + timedelta(days=1), clock.min, settings.business_zone()),
        Inquiry.status != InquiryStatus.DRAFT,
        _in(place),
    )
    return db.session.execute(wanted.order_by(Inquiry.published_at.desc()).limit(RECENT)).all()


def _in(place):
    if isinstance(place, City):
        return Inquiry.city_id == place.id
    return Inquiry.city_id.in_(sa.select(City.id).where(City.country_id == place.id))


def _months(rows):
    counts = [(row.subject, masking.count(row.counts.inquiries)) for row in rows]
    numbers = [0 if count == masking.SMALL else count for _, count in counts]
    top = max([*numbers, 1])
    return [(day, count, round(100 * n / top, 1)) for (day, count), n in zip(counts, numbers, strict=True)]


def _part(count, total):
    """A share of the rounded numbers, in steps of five per cent: a finer one would give the counts away."""
    share = masking.share(count, total)
    return share if share == masking.UNKNOWN else min(round(share * 20) / 20, 1)


def _types(recent):
    counted = Counter(kind for kind, *_ in recent)
    parts = [(kind, _part(count, len(recent))) for kind, count in counted.items()]
    return sorted([pair for pair in parts if pair[1] not in (masking.UNKNOWN, 0)], key=lambda pair: -pair[1])


def _budget(recent, deal):
    """The middle half of what people can pay, to two digits, in the money most of them named; None for too few."""
    named = [(most, money) for _, asked, most, money in recent if asked == deal and most is not None]
    currency, count = next(iter(Counter(money for _, money in named).most_common(1)), (None, 0))
    if count < masking.SPEAKS:
        return None
    ordered = sorted(most for most, money in named if money == currency)
    return _rough(ordered[count // 4]), _rough(ordered[3 * count // 4]), currency


def _rough(amount):
    step = 10 ** max(len(str(amount)) - 2, 0)
    return step * round(amount / step)

"""Which records may be one thing: pairs to look at, the likeliest first. Nothing is merged by itself."""

import re
from collections import defaultdict
from itertools import combinations
from typing import NamedTuple
from urllib.parse import urlsplit

import sqlalchemy as sa

from app import spelling
from app.constants import Role
from app.extensions import db
from app.later import later
from app.models.accounts import Identity, Realtor, User
from app.models.partners import Agency
from app.models.places import City
from app.services.partners import agency_key
from app.services.places import matching

OSA = later("rapidfuzz.distance.OSA")

CLOSE = 0.85  # one slip in seven letters
CLOSE_CITIES = 0.8
SHORTEST = 5  # letters of a name that may be misspelt: among shorter ones everything is alike
NEIGHBOURS = 20  # of a large group only those next to each other in the alphabet are compared
PAIRS = 100
NEWEST = 5_000  # clients whose names are compared
TYPED = 50  # cities looked at: each is compared with every spelling of its country, some 10 ms
# As agency_key() leaves them: without dots.
LEGAL_FORMS = re.compile(
    r"\b(ооо|оао|зао|пао|нао|ао|ип|тоо|тов|чп|фоп|spol s r o|s r o|sro|sp z o o|spzoo|a s|d o o|doo|gmbh|ag|ug"
    r"|ltd|limited|llc|llp|plc|inc|corp|co|kft|bt|srl|s r l|spa|s p a|sl|s l|sa|s a|sarl|bv|b v"
    r"|nv|oy|oü|ab|as|uab|sia)\b"
)
# Sites of many: to share one says nothing.
SHARED = ("facebook.com", "instagram.com", "vk.com", "ok.ru", "t.me", "linkedin.com", "youtube.com", "google.com")
SHARED += ("wixsite.com", "tilda.ws", "wordpress.com", "linktr.ee", "avito.ru", "cian.ru", "sreality.cz")


class Pair(NamedTuple):
    first: int  # ids
    second: int
    likeness: float
    same_site: bool


def agencies(limit=PAIRS):
    """``[(Agency, Agency, likeness of the names, whether the site is one)]``, the older record of a pair first."""
    rows = db.session.execute(sa.select(Agency.id, Agency.name, Agency.website)).all()
    pairs = sorted(_pairs(rows), key=lambda pair: (-pair.likeness - pair.same_site, pair.first))[:limit]
    ids = {id for pair in pairs for id in pair[:2]}
    found = {row.id: row for row in db.session.scalars(sa.select(Agency).where(Agency.id.in_(ids)))}
    return [(found[pair.first], found[pair.second], pair.likeness, pair.same_site) for pair in pairs]


def _pairs(rows):
    names = {id: bare(name) for id, name, _site in rows}
    hosts = {id: host(site) for id, _name, site in rows}
    for first, second in _candidates(names, hosts):
        same_site = bool(hosts[first]) and hosts[first] == hosts[second]
        likeness = _likeness(names[first], names[second])
        if same_site or likeness >= CLOSE:
            yield Pair(first, second, likeness, same_site)


def _candidates(names, hosts):
    """Pairs of ids worth comparing: of one site, or with one beginning or end of the name (a slip spoils one)."""
    groups = defaultdict(set)
    for id, name in names.items():
        if hosts[id]:
            groups["site", hosts[id]].add(id)
        groups["begins", name[:3]].add(id)
        groups["ends", name[-3:]].add(id)
    found = set()
    for group in groups.values():
        found.update(_neighbours(sorted(group, key=lambda id: (names[id], id))))
    return found


def _neighbours(ids):
    if len(ids) <= NEIGHBOURS:
        return {tuple(sorted(pair)) for pair in combinations(ids, 2)}
    return {
        tuple(sorted((id, other))) for place, id in enumerate(ids) for other in ids[place + 1 : place + 1 + NEIGHBOURS]
    }


def _likeness(first, second):
    if first == second:
        return 1.0
    return OSA.normalized_similarity(first, second) if min(len(first), len(second)) >= SHORTEST else 0.0


def bare(name):
    """A name without its legal form, as it sounds, its words in one order: «ООО „Домус“» and «Domus s.r.o.» are one."""
    key = agency_key(name)
    words = LEGAL_FORMS.sub(" ", key).split() or key.split()
    return " ".join(sorted(spelling.sound(word) for word in words))


def host(website):
    """The site an address leads to, without www.; nothing for a site of many."""
    name = (urlsplit(website).hostname or "").removeprefix("www.")
    return "" if any(name == shared or name.endswith(f".{shared}") for shared in SHARED) else name


def cities(limit=TYPED):
    """``[(City, City, likeness)]``: the newest cities that somebody typed, each with one of its country like it."""
    typed = sa.select(City).where(City.geoname_id.is_(None), City.merged_into_id.is_(None)).order_by(City.id.desc())
    found = {}
    for city in db.session.scalars(typed.limit(limit)).unique():
        for other, likeness in _like(city):
            found.setdefault(frozenset((city.id, other.id)), (other, city, likeness))
    return sorted(found.values(), key=lambda pair: -pair[2])


def _like(city):
    scores = {}
    for name in {city.name_ru, city.name_en}:
        for other, score in matching.alike(city.country, name):
            if other.id != city.id and score >= CLOSE_CITIES:
                scores[other] = max(score, scores.get(other, 0))
    return scores.items()


def people(limit=PAIRS):
    """``[(User, User, reasons)]``, the older account first: of one phone, of one e-mail, of one name in one place."""
    reasons = defaultdict(set)
    for reason, groups in (("phone", _by_phone()), ("email", _by_provider()), ("name", _by_name())):
        for group in groups:
            for pair in _neighbours(sorted(group)):
                reasons[pair].add(reason)
    likeliest = sorted(reasons, key=lambda pair: (-len(reasons[pair]), "name" in reasons[pair], pair))[: 2 * limit]
    ids = {id for pair in likeliest for id in pair}
    found = {row.id: row for row in db.session.scalars(sa.select(User).where(User.id.in_(ids), *_MERGED)).unique()}
    pairs = ((found.get(first), found.get(second), sorted(reasons[first, second])) for first, second in likeliest)
    return [pair for pair in pairs if pair[0] and pair[1] and pair[0].role == pair[1].role][:limit]


_MERGED = (User.role.in_((Role.CLIENT, Role.REALTOR)), User.deleted_at.is_(None), User.blocked_at.is_(None))


def _by_phone():
    many = sa.select(User.phone).where(User.phone.is_not(None)).group_by(User.phone).having(sa.func.count() > 1)
    return _groups(sa.select(User.phone, User.id).where(User.phone.in_(many.limit(PAIRS)), *_MERGED))


def _by_provider():
    """One signs in with an account of somebody else's whose proven e-mail is the other's."""
    other = sa.and_(Identity.email == User.email, Identity.user_id != User.id, Identity.email_verified)
    found = sa.select(User.id, Identity.user_id).join(Identity, other).where(*_MERGED).limit(PAIRS)
    return [set(pair) for pair in db.session.execute(found)]


def _by_name():
    """Realtors of one city, and the newest clients; a name of one word says nothing."""
    realtors = sa.select(User.name, User.id, Realtor.city_id).join(Realtor, Realtor.user_id == User.id).where(*_MERGED)
    clients = sa.select(User.name, User.id, sa.null()).where(User.role == Role.CLIENT, *_MERGED)
    rows = [*db.session.execute(realtors), *db.session.execute(clients.order_by(User.id.desc()).limit(NEWEST))]
    groups = defaultdict(set)
    for name, id, city in rows:
        words = spelling.fold(name).split()
        if len(words) > 1:
            groups[" ".join(sorted(words)), city].add(id)
    return [group for group in groups.values() if len(group) > 1]


def _groups(rows):
    groups = defaultdict(set)
    for key, id in db.session.execute(rows):
        groups[key].add(id)
    return [group for group in groups.values() if len(group) > 1]

"""What owners choose by typing."""

from flask_babel import get_locale

from app.access.scopes import visible_to
from app.admin.light import Light
from app.admin.lookups import LIMIT, Lookup
from app.admin.supervisor.finding import AnyName, Beginning
from app.constants import Role
from app.doors import current_actor
from app.extensions import db
from app.formatting import language
from app.models.accounts import JoinLink, User
from app.models.partners import Agency
from app.models.places import City, Country
from app.models.roles import StaffRole
from app.services import places, search

# What lists show of a city.
LIGHT_CITY = Light(City.public_id, City.name_ru, City.name_en, country=Light(Country.name_ru, Country.name_en))


def cities(name="city"):
    return CityLookup(name, City, permission=None, hint=_country_of, says=(City.name_ru, City.name_en))


def countries(name="country"):
    return CountryLookup(name, Country, permission=None, key="code", says=(Country.name_ru, Country.name_en))


def agencies(name="agency"):
    about = {"matching": _agencies, "hint": lambda row: row.website}
    return Lookup(name, Agency, permission=None, says=(Agency.name,), **about)


def people(name, role=None, hint=None):
    """Anybody, or those of one role."""
    narrow = None if role is None else lambda: User.role == role
    about = {"matching": _people, "hint": hint or _email_of, "narrow": narrow}
    return Lookup(name, User, permission=None, says=(User.name,), **about)


def join_links(name="join_link"):
    return Lookup(name, JoinLink, permission=None, matching=_links, says=(JoinLink.name,))


def own_roles(name="own_role"):
    return Lookup(name, StaffRole, permission=None, matching=_own_roles, says=(StaffRole.title_ru,))


def realtors(name="realtor"):
    return people(name, Role.REALTOR)


def colleagues(name="realtor"):
    """Realtors, told apart by their agencies."""
    return people(name, Role.REALTOR, hint=_agency_of)


class CityLookup(Lookup):
    """Places are found by any of their spellings and written in the reader's language."""

    def text(self, model):
        return model.name(language())

    def get_list(self, query, offset=0, limit=LIMIT):
        return places.find_anywhere(query, LIMIT) if query.strip() else self.largest()

    def largest(self):
        cities = visible_to(current_actor(), City).where(City.merged_into_id.is_(None))
        return db.session.scalars(cities.order_by(City.population.desc()).limit(LIMIT)).unique().all()


class CountryLookup(CityLookup):
    def get_list(self, query, offset=0, limit=LIMIT):
        return places.search_countries(query.strip(), get_locale())[:LIMIT]


def _email_of(user):
    return user.email or ""


def _agency_of(user):
    return user.realtor.agency.name if user.realtor else ""


def _country_of(city):
    return city.country.name(get_locale())


def _agencies(select, text):
    return select.where(AnyName().clause(text)).order_by(Agency.name)


def _own_roles(select, text):
    return select.where(Beginning((StaffRole.title_ru, StaffRole.title_en), "").clause(text)).order_by(StaffRole.id)


def _links(select, text):
    return select.where(Beginning((JoinLink.name,), "").clause(text)).order_by(JoinLink.id.desc())


def _people(select, text):
    if not text:
        return select.order_by(User.id.desc())
    key, match = search.PEOPLE.matching(text)
    return select.join(key.table, key == User.id).where(match).order_by(User.id.desc())

"""People, as owners see them; to be read."""

from flask_babel import lazy_gettext as _l

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.access.scopes import visible_to
from app.constants import ApiScope as S
from app.constants import Role
from app.models.accounts import Realtor, User
from app.models.partners import Agency
from app.models.places import City
from app.views.api.v1.asking import ORDER, PAGING
from app.views.api.v1.common import CITY, moment, named, narrowed, number_of, place
from app.views.api.v1.operations import Answer, Operation, Param
from app.views.api.v1.schemas import FLAG, ID, words

FILTERS = {
    "role": lambda word: User.role == Role(word),
    "blocked": lambda yes: User.blocked_at.is_not(None) if yes else User.blocked_at.is_(None),
    "city": lambda public_id: User.realtor.has(Realtor.city_id == number_of(City, public_id)),
    "agency": lambda public_id: User.realtor.has(Realtor.agency_id == number_of(Agency, public_id)),
}


def shown(person):
    bound = person.realtor
    return {
        "id": str(person.public_id),
        "role": person.role.value,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "locale": person.locale,
        "timezone": person.timezone,
        "city": place(bound.city) if bound else None,
        "agency": named(bound.agency) if bound else None,
        "blocked": person.blocked_at is not None,
        "deleted": person.deleted_at is not None,
        "created_at": moment(person.created_at),
        "last_seen_at": moment(person.last_seen_at),
    }


def index(ask):
    rows = narrowed(visible_to(ask.actor, User), ask.query, FILTERS)
    return ask.page(rows, User.id, lambda found: [shown(person) for person in found])


def one(ask, id):
    return Answer(shown(get_visible(ask.actor, User, id, P.PEOPLE)))


GROUP = _l("People")
OPERATIONS = (
    Operation(
        name="listPeople",
        method="GET",
        path="/people",
        group=GROUP,
        about=_l("The people, page by page"),
        more=_l("To find somebody by e-mail or phone use the console: addresses must not hold personal data."),
        scope=S.PEOPLE_READ,
        permission=P.PEOPLE,
        params=(
            Param("role", words(Role)),
            Param("blocked", FLAG),
            Param("city", CITY.schema, _l("Realtors of this city.")),
            Param("agency", ID, _l("Realtors of this agency.")),
            ORDER,
            *PAGING,
        ),
        gives="Person",
        pages=True,
        do=index,
    ),
    Operation(
        name="getPerson",
        method="GET",
        path="/people/{id}",
        group=GROUP,
        about=_l("One person"),
        scope=S.PEOPLE_READ,
        permission=P.PEOPLE,
        gives="Person",
        do=one,
    ),
)

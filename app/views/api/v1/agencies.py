"""The realtors' companies."""

from flask_babel import lazy_gettext as _l

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.access.scopes import visible_to
from app.constants import ApiScope as S
from app.models.partners import Agency
from app.services import partners
from app.views.api.v1.asking import ORDER, PAGING
from app.views.api.v1.common import moment
from app.views.api.v1.operations import Answer, Operation


def shown(agency):
    return {
        "id": str(agency.public_id),
        "name": agency.name,
        "website": agency.website,
        "created_at": moment(agency.created_at),
        "version": agency.version,
    }


def index(ask):
    return ask.page(visible_to(ask.actor, Agency), Agency.id, lambda found: [shown(agency) for agency in found])


def one(ask, id):
    return _answer(_get(ask, id))


def create(ask):
    agency = partners.create(ask.body["name"], website=ask.body.get("website", ""), actor=ask.actor)
    return _answer(agency, status=201, location=f"/api/v1/agencies/{agency.public_id}")


def change(ask, id):
    agency = _get(ask, id)
    partners.edit(agency, ask.body, actor=ask.actor, version=ask.version)
    return _answer(agency)


def remove(ask, id):
    partners.delete(_get(ask, id), actor=ask.actor)
    return Answer(status=204)


def _get(ask, id):
    return get_visible(ask.actor, Agency, id, P.AGENCIES)


def _answer(agency, **more):
    return Answer(shown(agency), version=agency.version, **more)


GROUP = _l("Agencies")
OPERATIONS = (
    Operation(
        name="listAgencies",
        method="GET",
        path="/agencies",
        group=GROUP,
        about=_l("The agencies, page by page"),
        scope=S.AGENCIES_READ,
        permission=P.AGENCIES,
        params=(ORDER, *PAGING),
        gives="Agency",
        pages=True,
        do=index,
    ),
    Operation(
        name="getAgency",
        method="GET",
        path="/agencies/{id}",
        group=GROUP,
        about=_l("One agency"),
        scope=S.AGENCIES_READ,
        permission=P.AGENCIES,
        gives="Agency",
        do=one,
    ),
    Operation(
        name="createAgency",
        method="POST",
        path="/agencies",
        group=GROUP,
        about=_l("Add an agency"),
        scope=S.AGENCIES_WRITE,
        permission=P.AGENCIES,
        body="NewAgency",
        gives="Agency",
        status=201,
        do=create,
    ),
    Operation(
        name="changeAgency",
        method="PATCH",
        path="/agencies/{id}",
        group=GROUP,
        about=_l("Correct an agency"),
        scope=S.AGENCIES_WRITE,
        permission=P.AGENCIES,
        body="AgencyChange",
        gives="Agency",
        versioned=True,
        do=change,
    ),
    Operation(
        name="deleteAgency",
        method="DELETE",
        path="/agencies/{id}",
        group=GROUP,
        about=_l("Delete an agency"),
        more=_l("Only one where nobody works. Until the bin is emptied it can come back."),
        scope=S.AGENCIES_WRITE,
        permission=P.AGENCIES,
        status=204,
        refusals=(409,),
        do=remove,
    ),
)

"""Who a token is."""

from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission as P
from app.views.api.v1.common import moment
from app.views.api.v1.operations import Answer, Operation


def show(ask):
    token, person = ask.token, ask.actor
    return Answer(
        {
            "token": {
                "id": str(token.public_id),
                "name": token.name,
                "prefix": token.prefix,
                "scopes": token.scopes,
                "created_at": moment(token.created_at),
                "expires_at": moment(token.expires_at),
            },
            "person": {"id": str(person.public_id), "name": person.name, "role": person.role.value},
        }
    )


OPERATIONS = (
    Operation(
        name="getMe",
        method="GET",
        path="/me",
        group=_l("The token"),
        about=_l("What this token may, and as whom"),
        scope=None,
        permission=P.PROFILE,
        gives="Me",
        do=show,
    ),
)

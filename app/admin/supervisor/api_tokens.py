"""«API»: the keys of programs. A secret is shown on the page that made it, and never again."""

import sqlalchemy as sa
from flask import make_response
from flask_admin.actions import action
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.filters import Choice
from app.admin.listing import Order
from app.admin.supervisor import links
from app.admin.supervisor.developer_tabs import TABS
from app.doors import current_actor
from app.forms.api import ApiTokenForm
from app.models.accounts import User
from app.models.api import ApiToken
from app.models.base import utcnow
from app.services import api_tokens

BEGINNING = Markup("<code>{}…</code>")


def state(token):
    if token.revoked_at:
        return cells.tag(_("revoked"), "stop")
    if token.expires_at and token.expires_at <= utcnow():
        return cells.tag(_("expired"), "stop")
    return cells.tag(_("works"), "done")


def works():
    alive = sa.or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > utcnow())
    return sa.and_(ApiToken.revoked_at.is_(None), alive)


class ApiTokenAdmin(SecureModelView):
    permission = Permission.API_TOKENS
    icon = "key-round"
    label = "API"
    create_title = _l("New token")
    group = groups.UPKEEP
    can_create = can_view_details = True
    journaled = "apitoken"
    tabs = TABS
    list_template = "admin/supervisor/api_tokens.html"
    empty_hint = _l("A program gets in with a token of its own: make one for each.")

    def is_visible(self):
        return False  # a tab of the developer's corner

    column_list = ("name", "prefix", "scopes", "user", "state", "last_used_at", "expires_at")
    column_details_list = ("state", "prefix", "scopes", "user", "created_at", "last_used_at", "expires_at")
    column_labels = {
        "name": _l("Program"),
        "prefix": _l("Begins with"),
        "scopes": _l("May"),
        "user": _l("On behalf of"),
        "state": _l("State"),
        "last_used_at": _l("Last used"),
        "expires_at": _l("Works until"),
        "created_at": _l("Made"),
    }
    column_formatters = {
        "prefix": cells.of(lambda row: BEGINNING.format(row.prefix)),
        "user": links.person_at("user"),
        "state": cells.of(state),
    }
    orders = {"created_at": Order((ApiToken.id,))}
    filters = (
        Choice(
            name="state",
            label=_l("State"),
            choices=[("works", _l("works")), ("over", _l("revoked or expired"))],
            clauses={"works": works, "over": lambda: sa.not_(works())},
        ),
    )
    form = ApiTokenForm
    eager = details_eager = (joinedload(ApiToken.user).lazyload(User.realtor),)

    def save(self, row, values, *, actor):
        days = int(values["days"]) or None
        token, token.secret = api_tokens.create(values["name"], values["scopes"], days=days, actor=actor)
        return token

    def after_save(self, row):
        return self._show_once(row, row.secret)

    def _show_once(self, token, secret):
        return make_response(self.render("admin/supervisor/api_token_made.html", row=token, secret=secret))

    def offers(self, action, row):
        return row.revoked_at is None

    @action("rotate", _l("New secret"), _l("The old secret stops working at once."))
    def rotate(self, rows):
        return self._show_once(rows[0], api_tokens.rotate(rows[0], actor=current_actor()))

    @action("revoke", _l("Revoke"), _l("Programs with this token are turned away from now on."))
    def revoke(self, rows):
        self.each(rows, lambda row: api_tokens.revoke(row, actor=current_actor()))

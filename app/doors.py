"""Every door says who may open it; one guard asks before each request. A door that says nothing stays shut."""

from flask import current_app, g, has_request_context, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, current_user

from app.access.permissions import may
from app.constants import Door
from app.errors import Blocked, Forbidden, Unauthorized
from app.extensions import login
from app.services import api_tokens, audit
from app.services.accounts import second_step

LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC = "public"  # for everybody, signed in or not

# Views that are not ours to decorate.
PUBLIC_ENDPOINTS = frozenset({"static"})


def public(view):
    view.permission = PUBLIC
    return view


def requires(permission):
    """Mark a view function, an admin method or a socket handler with the Permission it needs."""

    def mark(view):
        view.permission = permission
        return view

    return mark


def bearer(view, permission, scope):
    """Mark a door of programs: a token opens it, never a cookie. It needs the person's permission and its own scope
    (constants.ApiScope; None: any token).
    """
    view.permission, view.scope = permission, scope
    return view


def reads(view):
    """Mark a door that takes a POST and corrects nothing, where looking and correcting are two permissions."""
    view.reads = True
    return view


def list_page(view):
    """Mark a page of the console that only shows a list: what surrounds every list is asked for with its reader."""
    view.list_page = True
    return view


def office_page(view):
    """Mark a page of the office: what stands around it (the menu's numbers, the footer) is asked with its reader."""
    view.office_page = True
    return view


def of_the_city(view):
    """Mark one that shows what its reader's city has: what a realtor is bound to is asked for as well."""
    view.of_the_city = True
    return office_page(view)


def own_eyes(view):
    """Mark a page for its person alone, not even for an owner who looks at the site as them: their data, their keys."""
    view.own_eyes = True
    return view


def permission_of(endpoint):
    """The Permission of an endpoint, PUBLIC, or None when nobody said. An admin view may say it for its class:
    ``permission`` for its doors that only show, ``corrects`` for every door that takes a POST and is not marked @reads.
    """
    if endpoint in PUBLIC_ENDPOINTS:
        return PUBLIC
    view = current_app.view_functions[endpoint]
    own = getattr(view, "permission", None)
    room = getattr(view, "__self__", None)
    if own or room is None:
        return own
    return getattr(room, "corrects" if _takes_a_post(endpoint) and not hasattr(view, "reads") else "permission", None)


def _takes_a_post(endpoint):
    return any(not rule.methods <= LOOKING for rule in current_app.url_map.iter_rules(endpoint))


def current_actor():
    """The signed-in User itself, or None. Services and access take this, never the proxy.

    Outside of any request: whom the worker does it for, see admin/export.py.
    """
    if not has_request_context():
        return g.get("actor")
    user = g.get("_login_user") or current_user._get_current_object()  # a list asks a hundred times
    return user if user is not None and user.is_authenticated else None


def guard():
    """before_request: visitors are sent to sign in, the wrong role gets 403, the blocked are told why."""
    if request.endpoint is None:
        return None
    audit.came_from(_door(), request.remote_addr)
    view = current_app.view_functions[request.endpoint]
    if hasattr(view, "scope"):
        return _demand_token(view)
    _refuse_while_looking()
    needed = permission_of(request.endpoint)
    if needed == PUBLIC:
        return None
    if needed is None:
        current_app.logger.error("endpoint %s declares no permission", request.endpoint)
        raise Forbidden()
    actor = current_actor()
    if actor is None:
        return login.unauthorized()
    if actor.blocked_at:
        raise Blocked(_("Your account is blocked: %(reason)s", reason=actor.blocked_reason))
    if not may(actor, needed):
        raise Forbidden()
    return _demand_second_step(actor)


def _demand_token(view):
    """Whoever the cookies belong to is not asked: for this request the token's person is the current one."""
    g._login_user = AnonymousUserMixin()  # where Flask-Login keeps whom it has loaded
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Unauthorized(_("Send a token: Authorization: Bearer otk_…"))
    g.api_token, g._login_user = api_tokens.owner_of(secret.strip())
    _demand_right(g.api_token, g._login_user, view)


def _demand_right(token, person, view):
    if person.blocked_at:
        raise Blocked(_("Your account is blocked: %(reason)s", reason=person.blocked_reason))
    if view.scope and view.scope not in token.scopes:
        raise Forbidden(_("The token lacks the scope %(scope)s.", scope=view.scope), code="no_scope")
    if not may(person, view.permission):
        raise Forbidden(_("The person behind the token may not do this."))


def _door():
    if request.path.startswith("/api/v1/"):
        return Door.API
    if request.path.startswith("/supervisor/"):
        return Door.CONSOLE
    return Door.OFFICE if request.path.startswith("/office/") else Door.SITE


def _refuse_while_looking():
    """«Смотреть как» is looking: one rule for all doors, public ones included. The database has the same one."""
    private = getattr(current_app.view_functions[request.endpoint], "own_eyes", False)
    if (request.method in LOOKING and not private) or request.endpoint == "view_as.end":
        return
    actor = current_actor()
    if actor is None or actor.viewer is None:
        return
    if request.method in LOOKING:
        raise Forbidden(_("Only %(name)s can open this page.", name=actor.name), code="own_eyes")
    text = _("You look at the site as %(name)s. Nothing can be changed.", name=actor.name)
    raise Forbidden(text, code="read_only")


def _demand_second_step(actor):
    """Where the owners require it, an owner without a second step can do nothing but switch it on."""
    if request.blueprint in ("second_factor", "passkeys") or not second_step.is_demanded(actor):
        return None
    if request.method != "GET":
        raise Forbidden(_("Owners of the service need the second step. Switch it on to go on."))
    return redirect(url_for("second_factor.index"), 303)

"""Doors cannot forget their lock: every address, admin view and socket event says who may."""

from types import SimpleNamespace

import pytest
from flask_admin.model import BaseModelView

from app.access.permissions import POLICY
from app.admin.base import SecureModelView, SecureView
from app.doors import PUBLIC, permission_of
from app.extensions import csrf, socketio
from app.models.partners import Agency

# The rooms a visitor may enter at all. Whoever adds one says with it: this is meant for everybody.
PUBLIC_ROOMS = {
    "articles",
    "behaviour",
    "indexing",
    "session",
    "api_docs",
    "installing",
    "brand",
    "unsubscribing",
    "static",
    "health",
    "language",
    "accounts",
    "join",
    "home",
    "inquiry",
    "partners",
    "places_api",
    "support",
    "auth",
    "passkey_entry",
    "second_step",
    "service_worker",
}


def admin_views(app):
    return [view for admin in app.extensions["admin"] for view in admin._views]


def test_every_address_says_who_may_open_it(app):
    with app.app_context():
        silent = {rule.endpoint for rule in app.url_map.iter_rules() if permission_of(rule.endpoint) is None}
    assert silent == set(), "put @requires(Permission.X) or @public on the view (app/doors.py)"


def test_public_doors_lead_into_public_rooms_only(app):
    with app.app_context():
        public = {rule.endpoint for rule in app.url_map.iter_rules() if permission_of(rule.endpoint) == PUBLIC}
    outside = {endpoint for endpoint in public if endpoint.partition(".")[0] not in PUBLIC_ROOMS}
    assert outside == set(), "is it meant for everybody? then add its blueprint to PUBLIC_ROOMS"


def test_doors_of_programs_open_to_tokens_alone_and_only_they_need_no_csrf_token(app):
    """A cookie that opened a door without a CSRF token would open it to any page of the web."""
    of_programs = {endpoint for endpoint, view in app.view_functions.items() if hasattr(view, "scope")}
    assert of_programs == {endpoint for endpoint in app.view_functions if endpoint.startswith("api_v1.")}
    assert {blueprint.name for blueprint in map(_blueprint, csrf._exempt_blueprints)} == {"api_v1"}
    of_cookies = {name for name in csrf._exempt_views if not name.startswith("app.views.public.")}
    assert of_cookies == set()


def _blueprint(exempt):
    return exempt if hasattr(exempt, "name") else SimpleNamespace(name=exempt)


def test_every_admin_view_stands_on_the_secure_base(app):
    assert [type(view).__name__ for view in admin_views(app) if not isinstance(view, SecureView)] == []
    models = [view for view in admin_views(app) if isinstance(view, BaseModelView)]
    assert [type(view).__name__ for view in models if not isinstance(view, SecureModelView)] == []
    assert all(view.permission in POLICY for view in admin_views(app))


def test_no_stock_door_of_flask_admin_is_left_open(app):
    """A route that our base does not define is one nobody looked at."""
    ours = {name for klass in SecureModelView.__mro__[:2] for name in vars(klass)}
    stock = {name for _url, name, _methods in BaseModelView._urls}
    assert stock <= ours


def test_a_view_without_permission_or_columns_cannot_be_made():
    class Nameless(SecureModelView):
        permission = None

    class Columnless(SecureModelView):
        permission = next(iter(POLICY))

    class Formless(Columnless):
        column_list, orders, can_edit = ("name",), {"name": None}, True

    for view in (Nameless, Columnless, Formless):
        with pytest.raises(TypeError):
            view(Agency)


def test_every_socket_event_says_who_may_send_it(app):
    handlers = {event: handler for _space, event, handler in _socket_handlers()}
    silent = [event for event, handler in handlers.items() if getattr(handler, "permission", None) is None]
    assert set(silent) <= {"connect", "disconnect"}, "register it through app/sockets/base.py"


def _socket_handlers():
    for namespace, events in socketio.server.handlers.items():
        for event, handler in events.items():
            yield namespace, event, handler

"""Menu → endpoint, per role. Templates get ``navigation``, the items of whoever looks, and ``account_navigation``."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.access.permissions import Permission, may
from app.constants import Role
from app.services import menus, support
from app.services.inbox import unread_conversations


@dataclass(frozen=True)
class Item:
    label: object
    endpoint: str
    icon: str  # of the lucide set; seen on a phone and in the account menu
    count: Callable | None = None  # of the person who looks → the number in its badge
    address: str | None = None  # where it leads, when not to the endpoint's own page

    @property
    def url(self):
        return self.address or url_for(self.endpoint)

    @property
    def active(self):
        """Also while one of the section's own pages is open."""
        return request.blueprint == self.endpoint.partition(".")[0]

    @property
    def badge(self):
        return self.count(current_user) if self.count else 0


VISITOR = (
    Item(_l("Send an inquiry"), "home.index", "send"),
    Item(_l("Support"), "support.index", "life-buoy"),
)
CLIENT = (
    Item(_l("Send an inquiry"), "home.index", "send"),
    Item(_l("My inquiries"), "inquiries.index", "messages-square", unread_conversations),
    Item(_l("Support"), "support.index", "life-buoy", support.unread),
)
REALTOR = (
    Item(_l("New inquiries"), "office_inquiries.index", "inbox"),
    Item(_l("My inquiries"), "office_my_inquiries.index", "clipboard-list"),
    Item(_l("Conversations"), "office_conversations.index", "messages-square", unread_conversations),
    Item(_l("My numbers"), "office_numbers.index", "chart-column"),
    Item(_l("Support"), "support.index", "life-buoy", support.unread),
)
DESK = Item(_l("Support desk"), "desk.index", "headset", support.waiting_count)
AGENT = (DESK,)
SUPERVISOR = (Item(_l("Console"), "supervisor.index", "layout-dashboard"), DESK)

ACCOUNT = (
    Item(_l("Notifications"), "notifications.index", "bell"),
    Item(_l("Profile"), "profile.index", "user-round"),
)

MENUS = {Role.CLIENT: CLIENT, Role.REALTOR: REALTOR, Role.AGENT: AGENT, Role.SUPERVISOR: SUPERVISOR}

# Where each role begins its day: after sign-in and behind the logo of the office and the console.
HOMES = {
    Role.CLIENT: "inquiries.index",
    Role.REALTOR: "office_inquiries.index",
    Role.AGENT: "desk.index",
    Role.SUPERVISOR: "supervisor.index",
}


def menu():
    if current_user.is_authenticated and current_user.role == Role.STAFF:
        return _staff_menu(current_user)
    return MENUS.get(current_user.role, VISITOR) if current_user.is_authenticated else VISITOR


def home_url(user):
    """Where ``user`` lands after sign-in."""
    if user.role == Role.STAFF:
        return _first_room(user) or url_for("profile.index")
    return url_for(HOMES.get(user.role, "home.index"))


def site_menu(place):
    """The owners' links of ``place`` (constants.MenuPlace) for whoever looks."""
    return menus.links(place, current_user.role if current_user.is_authenticated else None)


def _staff_menu(user):
    """The console begins at the first thing that an own role opens."""
    begin = Item(_l("Console"), "supervisor.index", "layout-dashboard", address=_first_room(user))
    desk = (DESK,) if may(user, Permission.SUPPORT_DESK) else ()
    return (*((begin,) if begin.address else ()), *desk)


def _first_room(user):
    """The first view of the console's menu that ``user`` may open, or None."""
    console = next(admin for admin in current_app.extensions["admin"] if admin.endpoint == "supervisor")
    rooms = (room for room in console._views if room.is_visible() and room.is_for(user))
    return next((url_for(f"{room.endpoint}.{room._default_view}") for room in rooms), None)


def init_app(app, settings):
    def context():
        known = app.view_functions
        return {
            "navigation": [item for item in menu() if item.endpoint in known],
            "account_navigation": [item for item in ACCOUNT if item.endpoint in known],
        }

    app.jinja_env.globals.update(home_url=home_url, site_menu=site_menu)
    app.context_processor(context)

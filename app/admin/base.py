"""The one base of every Flask-Admin view, of the office and of the console.

What stock Flask-Admin leaves open is closed here once: a view without a permission cannot be registered, rows come
only through access/, nothing is shown or edited that was not named, and every change is a call of services/.
"""

from flask_admin import BaseView

from app.access.permissions import may
from app.doors import current_actor
from app.errors import Forbidden


class SecureView(BaseView):
    """A page. Set ``permission`` on the class; ``@requires(...)`` under ``@expose`` narrows a single method."""

    permission = None
    icon = "circle"
    label = ""
    group = None  # the heading of the menu it stands under

    def __init__(self, *args, **kwargs):
        if self.permission is None:
            raise TypeError(f"{type(self).__name__} declares no permission")
        kwargs = {"name": self.label, "category": self.group, "menu_icon_value": self.icon} | kwargs
        super().__init__(*args, **kwargs)

    def is_accessible(self):
        return may(current_actor(), self.permission)

    def inaccessible_callback(self, name, **kwargs):
        raise Forbidden()

"""A view for realtors over every inquiry of their city, mounted at /probe/: may it leak?"""

import pytest
from flask_admin import Admin, expose
from flask_admin.actions import action
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from app import create_app
from app.access.permissions import Permission
from app.admin import theme
from app.admin.base import SecureModelView, SecureView
from app.admin.filters import Choice, Reference
from app.admin.listing import Order
from app.admin.lookups import Lookup
from app.doors import current_actor
from app.extensions import db, limiter
from app.forms.console import ConsoleForm
from app.models.inquiries import Inquiry
from app.services import audit, search
from app.services.transaction import transaction
from tests.browsing import Browser
from tests.conftest import settings_for


class ProbeForm(ConsoleForm):
    wishes = TextAreaField(_l("Wishes"), [Length(max=50)])
    currency = StringField(_l("Currency"))


def _numbered(select, text):
    return select.order_by(Inquiry.id)


class Probe(SecureModelView):
    permission = Permission.INQUIRY_RECEIVE
    label = "Probe"
    can_create = can_edit = can_delete = can_view_details = can_export = True
    column_list = ("wishes", "number")
    column_details_list = ("wishes", "number")
    column_export_list = ("number", "wishes")
    column_editable_list = ("wishes",)
    orders = {"number": Order((Inquiry.id,))}
    search = search.INQUIRIES
    dense = "number"
    filters = (
        Choice(name="deal", label="Deal", column=Inquiry.deal, choices=[("rent", "rent"), ("buy", "buy")]),
        Reference(
            name="like",
            label="Like",
            loader=Lookup("like", Inquiry, permission=Permission.INQUIRY_RECEIVE, matching=_numbered),
            meaning=lambda row: Inquiry.city_id == row.city_id,
        ),
    )
    form = ProbeForm
    page_size = 3

    def title(self, row):
        return f"№ {row.number}"

    def save(self, row, values, *, actor):
        with transaction():
            old, new = audit.changes(row, values)
            for name, value in values.items():
                setattr(row, name, value)
            row.version += bool(new)
        return row

    def remove(self, row, *, actor):
        with transaction() as session:
            session.delete(session.get_one(Inquiry, row.id))

    @action("shout", "Shout", "Sure?")
    def shout(self, rows):
        self.each(rows, lambda row: self.save(row, {"wishes": row.wishes.upper()}, actor=current_actor()))


class ReadOnly(Probe):
    can_create = can_edit = can_delete = can_view_details = can_export = False


class ProbeIndex(SecureView):
    permission = Permission.OFFICE
    label = "Probe"

    @expose("/")
    def index(self):
        return ""


@pytest.fixture(scope="session")
def probe_app(sqlite_app, workplace):
    app = create_app(settings_for(workplace))
    app.test_client_class, app.config["TESTING"] = Browser, True
    limiter.enabled = False
    index = ProbeIndex(endpoint="probe_index", url="/probe")
    admin = Admin(app, url="/probe", endpoint="probe_index", index_view=index, theme=theme.CONSOLE)
    admin.add_view(Probe(Inquiry, endpoint="probe", url="inquiries"))
    admin.add_view(ReadOnly(Inquiry, endpoint="read_only", url="read-only"))
    return app


@pytest.fixture
def probe(probe_app, app):
    """``probe(user)``: a browser on the probe's application, signed in as that person."""

    def browser(user):
        client = probe_app.test_client()
        client.sign_in(user)
        return client

    yield browser
    with probe_app.app_context():
        db.engine.dispose()

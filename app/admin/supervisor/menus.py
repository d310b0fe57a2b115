"""The menus of the site: which links, in which order, for whom."""

from flask_admin import expose
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.access.scopes import visible_to
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.filters import Choice
from app.admin.listing import Order
from app.admin.supervisor.pages import TABS
from app.constants import LOCALES, MenuPlace
from app.doors import current_actor, list_page
from app.extensions import db
from app.formatting import language
from app.forms.menus import PLACES, MenuItemForm
from app.models.articles import Article
from app.models.menus import MenuItem
from app.services import articles, menus

KNOWN = 200  # articles that are offered as somewhere to lead to


def audience(row):
    whom = (("for_visitors", _l("visitors")), ("for_clients", _l("clients")), ("for_realtors", _l("realtors")))
    return ", ".join(str(word) for name, word in whom if getattr(row, name))


class MenuAdmin(SecureModelView):
    permission = Permission.CONTENT_READ
    corrects = Permission.CONTENT
    icon = "list"
    label = _l("Menus")
    create_title = _l("New link")
    group = groups.CONTENT
    can_create = can_edit = can_delete = True
    tabs = TABS
    edit_template = create_template = "admin/supervisor/menu_edit.html"

    column_list = ("label_ru", "label_en", "place", "target", "audience", "position")
    column_editable_list = ("position", "label_ru", "label_en")
    numeric = ("position",)
    column_labels = {
        "label_ru": _l("Caption in Russian"),
        "label_en": _l("Caption in English"),
        "place": _l("Place"),
        "target": _l("Leads to"),
        "audience": _l("For whom"),
        "position": _l("Place in the row"),
    }
    column_formatters = {
        "place": cells.of(lambda row: PLACES[row.place]),
        "target": cells.of(lambda row: cells.link(row.target, row.target)),
        "audience": cells.of(audience),
    }
    asks_besides = True
    orders = {"position": Order((MenuItem.place, MenuItem.position, MenuItem.id), descending=False)}
    filters = (
        Choice(
            name="place",
            label=_l("Place"),
            column=MenuItem.place,
            choices=lambda: [(place.value, word) for place, word in PLACES.items()],
        ),
    )
    form = MenuItemForm

    @expose("/")
    @list_page
    def index_view(self):
        menus.load_defaults()
        return super().index_view()

    def is_visible(self):
        return False  # a tab of the pages

    def prune(self, form, row):
        form.known = self._known()

    def _known(self):
        """``[(path, name)]`` of what a link may lead to."""
        own = {
            target: ru if language() == LOCALES[0] else en
            for rows in menus.DEFAULTS.values()
            for ru, en, target in rows
        }
        own |= {"/blog": _l("Blog"), "/help": _l("Knowledge base"), "/support/chat": _l("Chat with an operator")}
        found = visible_to(current_actor(), Article).order_by(Article.id.desc()).limit(KNOWN)
        written = [(articles.address(each), str(each)) for each in db.session.scalars(found)]
        return [*own.items(), *written]

    def save(self, row, values, *, actor):
        if "place" in values:
            values["place"] = MenuPlace(values["place"])
        return menus.save(row, values, actor=actor)

    def remove(self, row, *, actor):
        menus.remove(row, actor=actor)

"""Content pages: Markdown in both languages with a preview, and every version there ever was."""

from flask import abort, jsonify, request
from flask_admin import expose
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.access.scopes import visible_to
from app.admin import groups
from app.admin.base import SecureModelView
from app.admin.listing import Order
from app.doors import current_actor, list_page
from app.extensions import db
from app.forms.console import PageForm
from app.models.content import Page, PageVersion
from app.services import content

LONGEST = 200_000
TABS = (
    ("pages.index_view", _l("Pages")),
    ("menu_items.index_view", _l("Menus")),
    ("hints.index", _l("Hints beside fields")),
)


class PageAdmin(SecureModelView):
    permission = Permission.CONTENT_READ
    corrects = Permission.CONTENT
    icon = "file-text"
    label = _l("Pages")
    group = groups.CONTENT
    can_view_details = can_edit = True
    tabs = TABS
    edit_template = "admin/supervisor/page_edit.html"
    details_template = "admin/supervisor/page.html"

    column_list = ("title_ru", "title_en", "slug", "version", "updated_at")
    column_details_list = ("slug", "title_ru", "title_en", "version", "updated_at")
    numeric = ("version",)
    column_labels = {
        "title_ru": _l("Title in Russian"),
        "title_en": _l("Title in English"),
        "slug": _l("Word in the address"),
        "version": _l("Version"),
        "updated_at": _l("Changed"),
    }
    asks_besides = True
    orders = {"id": Order((Page.id,), descending=False)}
    form = PageForm

    @expose("/")
    @list_page
    def index_view(self):
        content.load_defaults()
        return super().index_view()

    def save(self, row, values, *, actor):
        return content.save_page(row.slug, values, actor=actor)

    def details_context(self, row):
        versions = visible_to(current_actor(), PageVersion).where(PageVersion.page_id == row.id)
        found = db.session.scalars(versions.order_by(PageVersion.version.desc()).limit(100)).all()
        number = request.args.get("version", row.version, type=int)
        shown = next((each for each in found if each.version == number), row)
        return {"versions": found, "shown": shown, "markdown": content.render_markdown}

    @expose("/preview/", methods=("POST",))
    def preview(self):
        """What a text will look like: ``{html}``."""
        source = request.form.get("source", "")
        if len(source) > LONGEST:
            abort(413)
        return jsonify(html=str(content.render_markdown(source)))

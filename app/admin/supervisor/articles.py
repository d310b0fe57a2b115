"""Articles: written in Markdown with a preview, in two languages, published now or later, with every version kept."""

from types import SimpleNamespace
from uuid import UUID

import sqlalchemy as sa
from flask import abort, flash, jsonify, render_template, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import defer, joinedload
from uuid_utils.compat import uuid7

from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.filters import Choice
from app.admin.listing import Order
from app.admin.supervisor.faq import topics_lookup
from app.admin.supervisor.finding import Beginning
from app.constants import ArticleSection, ArticleState
from app.doors import current_actor
from app.error_pages import wants_json
from app.errors import DomainError
from app.formatting import moment_there
from app.forms.articles import SECTIONS, ArticleForm, PublishForm
from app.models.articles import Article
from app.models.base import utcnow
from app.services import articles, settings

LONGEST = 200_000
STATES = {
    ArticleState.DRAFT: (_l("draft"), ""),
    ArticleState.SCHEDULED: (_l("will be out"), "warm"),
    ArticleState.PUBLISHED: (_l("published"), "ok"),
    ArticleState.WITHDRAWN: (_l("withdrawn"), "danger"),
}


def _in_state(state):
    out, now = Article.publish_at, utcnow()
    return {
        ArticleState.WITHDRAWN: Article.withdrawn,
        ArticleState.DRAFT: sa.and_(out.is_(None), sa.not_(Article.withdrawn)),
        ArticleState.SCHEDULED: sa.and_(out > now, sa.not_(Article.withdrawn)),
        ArticleState.PUBLISHED: sa.and_(out <= now, sa.not_(Article.withdrawn)),
    }[state]


def state_tag(article):
    return cells.tag(*STATES[article.state])


def _address(article):
    """It leads somewhere only while the article is out."""
    address = articles.address(article)
    return cells.link(address, address) if article.state == ArticleState.PUBLISHED else address


class ArticleAdmin(SecureModelView):
    permission = Permission.CONTENT_READ
    corrects = Permission.CONTENT
    icon = "newspaper"
    label = _l("Articles")
    create_title = _l("New article")
    group = groups.CONTENT
    can_create = can_edit = can_delete = can_view_details = True
    journaled = "article"
    edit_template = create_template = "admin/supervisor/articles/edit.html"
    details_template = "admin/supervisor/articles/show.html"
    empty_hint = _l("The blog, the knowledge base and free pages are written here.")

    column_list = ("title", "section", "state", "publish_at", "languages", "updated_at")
    column_details_list = ("section", "state", "publish_at", "topic", "address", "languages", "author", "updated_at")
    column_labels = {
        "title": _l("Title"),
        "section": _l("Section"),
        "state": _l("State"),
        "publish_at": _l("Is out since"),
        "languages": _l("Languages"),
        "updated_at": _l("Changed"),
        "topic": _l("Topic"),
        "address": _l("Address"),
        "author": _l("Author"),
    }
    column_formatters = {
        "title": cells.of(str),
        "section": cells.of(lambda row: SECTIONS[row.section]),
        "state": cells.of(state_tag),
        "languages": cells.of(lambda row: ", ".join(code.upper() for code in row.languages)),
        "address": cells.of(_address),
        "topic": cells.of(lambda row: row.topic and str(row.topic)),
        "author": cells.of(lambda row: row.author and row.author.name),
    }
    orders = {"created": Order((Article.id,))}
    search = Beginning((Article.title_ru, Article.title_en), _l("How the title begins"))
    filters = (
        Choice(
            name="section",
            label=_l("Section"),
            column=Article.section,
            choices=lambda: [(each.value, word) for each, word in SECTIONS.items()],
        ),
        Choice(
            name="state",
            label=_l("State"),
            choices=lambda: [(state.value, word) for state, (word, _face) in STATES.items()],
            clauses={state.value: (lambda state=state: _in_state(state)) for state in STATES},
        ),
    )
    eager = (defer(Article.body_ru), defer(Article.body_en))
    details_eager = (joinedload(Article.topic), joinedload(Article.author))
    form = ArticleForm
    form_ajax_refs = {"topic": topics_lookup()}

    # The form

    def prune(self, form, row):
        if "key" in form and not form.key.data:
            form.key.data = str(row.public_id if row else uuid7())
        if "cover" in form:
            form.pictures = articles.pictures_of(_uuid(form.key.data)) if form.key.data else []
            form.cover.choices = [("", _("none")), *((str(each.public_id), "") for each in form.pictures)]

    def initial(self, row):
        return super().initial(row) | {"key": str(row.public_id), "cover": str(row.cover or "")}

    def save(self, row, values, *, actor):
        key = _uuid(values.pop("key"))
        values["section"] = ArticleSection(values["section"])
        values["cover"] = _uuid(values["cover"]) if values["cover"] else None
        return articles.save(row, values, actor=actor, key=key)

    def remove(self, row, *, actor):
        articles.remove(row, actor=actor)

    @expose("/preview/", methods=("POST",))
    def preview(self):
        """What a text will look like: ``{html}``, by the renderer of the page itself."""
        return jsonify(html=str(articles.render(_source("source"))))

    @expose("/look/", methods=("POST",))
    def look(self):
        """The page as its readers would see it, of what is typed and not saved."""
        form = self.form(request.form)
        locale = request.form.get("in", "ru")
        texts = {name: _source(name) for name in articles.TEXTS}
        article = SimpleNamespace(
            **texts,
            section=ArticleSection(form.section.data),
            slug="preview",
            topic=None,
            cover=_uuid(form.cover.data) if form.cover.data else None,
            publish_at=utcnow(),
            updated_at=utcnow(),
            languages=[locale],
            shown_in=lambda _locale: locale,
        )
        text = articles.read(article, locale)
        return render_template(
            "admin/supervisor/articles/look.html", article=article, text=text, more=[], written_in=[locale]
        )

    @expose("/pictures/", methods=("POST",))
    def upload(self):
        """A picture for the article ``key``: answers ``{id, url, markdown}``; a plain form goes back to its page."""
        file = request.files.get("file")
        if file is None:
            abort(400)
        key = _uuid(request.form.get("key", ""))
        picture = articles.add_picture(key, file.filename, file.stream, actor=current_actor())
        url = f"/pictures/{picture.public_id}"
        if wants_json():
            return jsonify(ok=True, id=str(picture.public_id), url=url, markdown=f"![{_('caption')}]({url})")
        flash(_("The picture is here. In the text it is written as %(markdown)s", markdown=f"![]({url})"), "success")
        return self.to("details_view", id=key)

    # The record

    def details_context(self, row):
        number = request.args.get("version", type=int)
        zone = settings.business_zone()
        shown = articles.version_of(row, number) if number else None
        return {
            "versions": articles.versions(row),
            "shown": shown,
            "changes": articles.differences(articles.texts_before(row, number), shown) if shown else [],
            "words": {name: getattr(self.form, name).args[0] for name in articles.TEXTS},
            "texts": [articles.read(row, locale) for locale in row.languages],
            "state": state_tag(row),
            "zone": zone.key,
            "out": moment_there(row.publish_at, zone) if row.publish_at else "",
            "out_at": row.publish_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if row.publish_at else "",
            "pictures": articles.pictures_of(row.public_id),
        }

    @expose("/<id>/publish/", methods=("POST",))
    def publish_view(self, id):
        """At once, or with ``at`` at that moment of the business zone."""
        form = PublishForm(request.form)
        if not form.validate():
            flash(_("Write the day and the time."), "error")
            return self.to("details_view", id=id)
        at = form.at.data and form.at.data.replace(tzinfo=settings.business_zone())
        return self._do(id, lambda row, actor: articles.publish(row, at=at, actor=actor))

    @expose("/<id>/withdraw/", methods=("POST",))
    def withdraw_view(self, id):
        return self._do(id, lambda row, actor: articles.withdraw(row, actor=actor))

    @expose("/<id>/discussion/", methods=("POST",))
    def discussion_view(self, id):
        """Close it to new comments, or open it again."""
        return self._do(id, lambda row, actor: articles.change(row, {"discussed": not row.discussed}, actor=actor))

    @expose("/<id>/versions/<int:number>/", methods=("POST",))
    def bring_back_view(self, id, number):
        return self._do(id, lambda row, actor: articles.bring_back(row, number, actor=actor))

    def _do(self, id, change):
        row = self.get_one(id)
        try:
            change(row, current_actor())
            flash(_("Saved."), "success")
        except DomainError as error:
            flash(str(error.message), "error")
        return self.to("details_view", id=id)


def _source(name):
    text = request.form.get(name, "")
    if len(text) > LONGEST:
        abort(413)
    return text


def _uuid(text):
    try:
        return UUID(str(text))
    except ValueError:
        abort(400)

"""Frequent questions and their topics, in both languages."""

from flask import abort, jsonify, request
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureModelView
from app.admin.filters import Reference
from app.admin.listing import Order
from app.admin.lookups import Lookup
from app.admin.supervisor.finding import Beginning
from app.doors import list_page
from app.forms.console import FaqQuestionForm, FaqTopicForm
from app.models.faq import FaqQuestion, FaqTopic
from app.services import content, faq

LONGEST = 50_000
TABS = (("faq_questions.index_view", _l("Questions")), ("faq_topics.index_view", _l("Topics")))


def topics_lookup(name="topic"):
    def matching(select, text):
        return select.where(Beginning((FaqTopic.title_ru, FaqTopic.title_en), "").clause(text)).order_by(
            FaqTopic.position
        )

    return Lookup(name, FaqTopic, permission=Permission.CONTENT_READ, matching=matching)


class FaqQuestionAdmin(SecureModelView):
    permission = Permission.CONTENT_READ
    corrects = Permission.CONTENT
    icon = "circle-question-mark"
    label = _l("Frequent questions")
    create_title = _l("New question")
    group = groups.CONTENT
    can_create = can_edit = can_delete = True
    tabs = TABS
    edit_template = create_template = "admin/supervisor/faq_edit.html"

    column_list = ("question_ru", "question_en", "topic", "position", "visible")
    column_editable_list = ("position", "visible")
    numeric = ("position",)
    column_labels = {
        "question_ru": _l("Question in Russian"),
        "question_en": _l("Question in English"),
        "topic": _l("Topic"),
        "position": _l("Place in the row"),
        "visible": _l("Visible"),
    }
    asks_besides = True
    orders = {"topic": Order((FaqQuestion.topic_id, FaqQuestion.position, FaqQuestion.id), descending=False)}
    filters = (
        Reference(
            name="topic",
            label=_l("Topic"),
            loader=topics_lookup(),
            meaning=lambda topic: FaqQuestion.topic_id == topic.id,
        ),
    )
    form = FaqQuestionForm
    form_ajax_refs = {"topic": topics_lookup()}
    eager = (joinedload(FaqQuestion.topic),)

    @expose("/")
    @list_page
    def index_view(self):
        faq.load_defaults()
        return super().index_view()

    def prune(self, form, row):
        """A new question may begin with words from the address: what somebody searched for and did not find."""
        for name in ("question_ru", "question_en"):
            if row is None and name in request.args and name in form and not form[name].data:
                form[name].data = request.args[name][:200]

    def save(self, row, values, *, actor):
        return faq.save_question(row, values, actor=actor)

    def remove(self, row, *, actor):
        faq.remove(row, actor=actor)

    @expose("/preview/", methods=("POST",))
    def preview(self):
        """What an answer will look like: ``{html}``."""
        source = request.form.get("source", "")
        if len(source) > LONGEST:
            abort(413)
        return jsonify(html=str(content.render_markdown(source)))


class FaqTopicAdmin(SecureModelView):
    permission = Permission.CONTENT_READ
    corrects = Permission.CONTENT
    icon = "circle-question-mark"
    label = _l("Topics of questions")
    create_title = _l("New topic")
    group = groups.CONTENT
    can_create = can_edit = can_delete = True
    tabs = TABS

    column_list = ("title_ru", "title_en", "slug", "position")
    column_editable_list = ("position",)
    numeric = ("position",)
    column_labels = {
        "title_ru": _l("Title in Russian"),
        "title_en": _l("Title in English"),
        "slug": _l("Word in the address"),
        "position": _l("Place in the row"),
    }
    asks_besides = True
    orders = {"position": Order((FaqTopic.position, FaqTopic.id), descending=False)}
    form = FaqTopicForm

    def is_visible(self):
        return False  # a tab of the questions

    @expose("/")
    @list_page
    def index_view(self):
        faq.load_defaults()
        return super().index_view()

    def save(self, row, values, *, actor):
        return faq.save_topic(row, values, actor=actor)

    def remove(self, row, *, actor):
        faq.remove(row, actor=actor)

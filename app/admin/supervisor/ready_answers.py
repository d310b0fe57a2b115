"""The desk's ready answers, shared by its operators."""

from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureModelView
from app.admin.listing import Order
from app.forms.console import ReadyAnswerForm
from app.models.ready_answers import ReadyAnswer
from app.services import ready_answers


class ReadyAnswerAdmin(SecureModelView):
    permission = Permission.SUPPORT_DESK
    icon = "zap"
    label = _l("Ready answers")
    group = groups.WORK
    create_title = _l("New ready answer")
    can_create = can_edit = can_delete = True
    empty_hint = _l("What you write every day, once and for all: in a chat it is inserted by “/”.")

    column_list = ("title", "body", "position", "updated_at")
    column_editable_list = ("position",)
    numeric = ("position",)
    column_labels = {
        "title": _l("Title"),
        "body": _l("Text"),
        "position": _l("Place in the row"),
        "updated_at": _l("Changed"),
    }
    orders = {"position": Order((ReadyAnswer.position, ReadyAnswer.id), descending=False)}
    form = ReadyAnswerForm

    def get_query(self):
        return super().get_query().where(ReadyAnswer.user_id.is_(None))

    def save(self, row, values, *, actor):
        return ready_answers.save(row, values, actor=actor, shared=True)

    def remove(self, row, *, actor):
        ready_answers.remove(row, actor=actor)

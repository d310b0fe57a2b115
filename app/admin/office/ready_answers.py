"""«Готовые ответы»: the texts a realtor inserts into a chat by «/». Plain forms, so that all of it works anywhere."""

from flask import flash
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.admin.base import SecureView
from app.doors import current_actor, office_page
from app.errors import InvalidInput
from app.forms.ready_answers import OwnReadyAnswerForm
from app.models.ready_answers import ReadyAnswer
from app.services import ready_answers


class OfficeReadyAnswers(SecureView):
    permission = P.OFFICE
    label = _l("Ready answers")
    icon = "zap"

    @expose("/")
    @office_page
    def index(self):
        return self._page(OwnReadyAnswerForm(formdata=None))

    @expose("/", methods=("POST",))
    def create(self):
        return self._save(None)

    @expose("/<uuid:public_id>")
    def edit(self, public_id):
        answer = _mine(public_id)
        return self._page(OwnReadyAnswerForm(formdata=None, obj=answer), answer)

    @expose("/<uuid:public_id>", methods=("POST",))
    def save(self, public_id):
        return self._save(_mine(public_id))

    @expose("/<uuid:public_id>/raise", methods=("POST",))
    def up(self, public_id):
        ready_answers.move_up(_mine(public_id), actor=current_actor())
        return self.to("index")

    @expose("/<uuid:public_id>/delete", methods=("POST",))
    def delete(self, public_id):
        ready_answers.remove(_mine(public_id), actor=current_actor())
        flash(_("The answer is deleted."), "success")
        return self.to("index")

    @expose("/defaults", methods=("POST",))
    def defaults(self):
        ready_answers.begin(actor=current_actor())
        return self.to("index")

    def _save(self, answer):
        form = OwnReadyAnswerForm()
        if not form.validate():
            return self._page(form, answer), 422
        values = {"title": form.title.data.strip(), "body": form.body.data}
        try:
            ready_answers.save_own(answer, values, actor=current_actor())
        except InvalidInput as error:
            form.body.errors = [error.message]
            return self._page(form, answer), 422
        flash(_("Saved."), "success")
        return self.to("index")

    def _page(self, form, answer=None):
        mine = ready_answers.of(current_actor())
        offered = [] if mine else ready_answers.defaults()
        names = ", ".join(f"{{{{{name}}}}}" for name in ready_answers.FIELDS)
        lists = {"answers": mine, "offered": offered, "field_names": names}
        return self.render("office/ready_answers.html", form=form, answer=answer, **lists)


def _mine(public_id):
    return get_visible(current_actor(), ReadyAnswer, public_id, P.OFFICE)

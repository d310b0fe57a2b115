"""Hints beside fields: every field of three forms on one page."""

from flask import request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.access.permissions import Permission
from app.admin import groups, offers
from app.admin.base import SecureView
from app.admin.edits import names_of
from app.admin.supervisor.pages import TABS
from app.doors import current_actor
from app.errors import InvalidInput, Overtaken
from app.forms.accounts import JoinForm, RegistrationForm
from app.forms.inquiries import NewInquiryForm
from app.services import audit, hints
from app.services.transaction import transaction

FORMS = {
    "inquiry": (_l("Request form"), NewInquiryForm),
    "register": (_l("Registration"), RegistrationForm),
    "join": (_l("Registration of a realtor"), JoinForm),
}
APART = {"city_query", "company_fax", "nonce", "shown"}  # no field that somebody fills in on purpose
TEXTS = ("text_ru", "text_en")


def fields_of(form):
    """``[(name, label)]`` in the order of the form."""
    unbound = {name: getattr(form, name) for name in names_of(form)}
    shown = [name for name in unbound if name not in APART and not issubclass(unbound[name].field_class, HiddenField)]
    return [(name, unbound[name].args[0]) for name in sorted(shown, key=lambda name: unbound[name].creation_counter)]


class HintsAdmin(SecureView):
    permission = Permission.CONTENT_READ
    corrects = Permission.CONTENT
    icon = "message-circle-question-mark"
    label = _l("Hints beside fields")
    group = groups.CONTENT
    tabs = TABS

    def is_visible(self):
        return False  # a tab of the pages

    @expose("/")
    def index(self):
        return self._page({}, {})

    @expose("/", methods=("POST",))
    def save(self):
        """Only what was changed here is written; what somebody else changed meanwhile is shown, not overwritten."""
        changed = {}
        for key in self._keys():
            for name in TEXTS:
                field = f"{key}-{name}"
                if request.form.get(field, "").strip() != request.form.get(f"was-{field}", "").strip():
                    changed.setdefault(key, {})[name] = request.form.get(field, "")
        with audit.noted() as events:
            refused = self._store(changed)
        if refused:
            return self._page(request.form, {refused.field: refused.message}), refused.page_status
        offers.tell(_("Saved."), events)
        return self.to("index")

    def _store(self, changed):
        """All of them or none; returns what refused it."""
        try:
            with audit.together(actor=current_actor()), transaction():
                for key, values in changed.items():
                    self._check_untouched(key, values)
                    hints.save(key, values, actor=current_actor())
        except InvalidInput as error:
            return error
        return None

    def _check_untouched(self, key, values):
        stored = self._stored()
        for name in values:
            if stored.get(f"{key}-{name}", "") != request.form.get(f"was-{key}-{name}", "").strip():
                text = _("Meanwhile somebody changed this to “%(value)s”. Save again to replace it.",
                         value=stored.get(f"{key}-{name}", ""))  # fmt: skip
                raise Overtaken(text, field=key)

    def _keys(self):
        return [f"{form}.{name}" for form, (_title, cls) in FORMS.items() for name, _label in fields_of(cls)]

    def _stored(self):
        return {
            f"{key}-{name}": text for key, *texts in hints.written() for name, text in zip(TEXTS, texts, strict=True)
        }

    def _page(self, typed, errors):
        stored = self._stored()
        forms = [(word, title, fields_of(cls)) for word, (title, cls) in FORMS.items()]
        shown = stored | {name: value for name, value in typed.items() if name.rpartition("-")[2] in TEXTS}
        page = {"forms": forms, "stored": stored, "shown": shown, "errors": errors, "longest": hints.LONGEST}
        return self.render("admin/supervisor/hints.html", view=self, **page)

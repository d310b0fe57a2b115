"""What owners may change about the service: one page, each setting with its type."""

from flask import flash, request
from flask_admin import expose
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureView
from app.doors import current_actor
from app.errors import InvalidInput
from app.services import settings, timezones
from app.services.transaction import transaction


class SettingsAdmin(SecureView):
    permission = Permission.SETTINGS
    icon = "settings"
    label = _l("Settings")
    group = groups.SERVICE

    @expose("/")
    def index(self):
        return self._page({}, {})

    @expose("/", methods=("POST",))
    def save(self):
        """Only what was changed here is written; what somebody else changed meanwhile is shown, not overwritten."""
        typed = {key: request.form.get(key, "").strip() for key in settings.REGISTRY if key in request.form}
        changed = {key: value for key, value in typed.items() if value != request.form.get(f"was-{key}", "").strip()}
        errors = self._store(changed)
        if errors:
            return self._page(typed, errors), 409
        flash(_("Saved."), "success")
        return self.to("index")

    def _store(self, changed):
        """All of them or none; ``{key: what is wrong}``."""
        try:
            with transaction():
                for key, value in changed.items():
                    self._check_untouched(key)
                    settings.change(key, value, actor=current_actor())
        except InvalidInput as error:
            return {error.field: error.message}
        return {}

    def _check_untouched(self, key):
        stored = str(settings.get(key))
        if stored != request.form.get(f"was-{key}", "").strip():
            text = _("Meanwhile somebody changed this to “%(value)s”. Save again to replace it.", value=stored)
            raise InvalidInput(text, field=key)

    def _page(self, typed, errors):
        stored = {key: str(settings.get(key)) for key in settings.REGISTRY}
        return self.render(
            "admin/supervisor/settings.html",
            registry=settings.REGISTRY,
            stored=stored,
            typed=stored | typed,
            errors=errors,
            zones=timezones.choices(str(get_locale())),
        )

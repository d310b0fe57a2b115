"""What owners may change about the service: sections of settings, each with its kind, its default and its past."""

from contextlib import nullcontext

from babel.numbers import get_currency_name
from flask import flash, jsonify, request
from flask_admin import expose
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import groups, offers
from app.admin.base import SecureView
from app.doors import current_actor
from app.errors import InvalidInput, NotFound, Overtaken
from app.formatting import currencies, number
from app.services import audit, settings, timezones
from app.services.brand import palette as palettes
from app.services.brand import pictures
from app.services.transaction import transaction

FIRST = "first"  # of an earlier value: the one that stood before its change


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
        typed = {key: request.form.get(key, "") for key in settings.REGISTRY if f"was-{key}" in request.form}
        sent, refused = _uploaded()
        changed = {key: value for key, value in (typed | sent).items() if _plain(value) != _was(key)}
        if key := request.form.get("back"):
            return self._back(key, changed)
        with audit.noted() as events:
            errors, status = self._store(changed, refused)
        if errors:
            return self._page(changed, errors), status
        offers.tell(_("Saved."), events)
        return self.to("index")

    def _back(self, key, changed):
        """One setting at its default; what was typed into others stays on the page, unsaved."""
        with audit.noted() as events:
            settings.reset(_known(key), actor=current_actor())
        changed.pop(key, None)
        offers.tell(_("As it was by default: %(name)s.", name=settings.REGISTRY[key].label), events)
        return self._page(changed, {}) if changed else self.to("index")

    def _store(self, changed, refused):
        """All of them or none; ``{key: what is wrong}`` with the status of the page that says so."""
        errors = refused | {key: error for key, value in changed.items() if (error := _wrong(key, value))}
        if errors:
            return errors, 422
        try:
            with audit.together(actor=current_actor()) if len(changed) > 1 else nullcontext(), transaction():
                for key, value in changed.items():
                    _check_untouched(key)
                    settings.change(key, value, actor=current_actor())
        except InvalidInput as error:
            return {error.field: error.message}, error.page_status
        return {}, 303

    def _page(self, typed, errors):
        stored = {key: _stored(key) for key in settings.REGISTRY}
        return self.render(
            "admin/supervisor/settings/index.html",
            sections=settings.SECTIONS,
            registry=settings.REGISTRY,
            stored=stored,
            typed=stored | typed,
            errors=errors,
            latest=settings.past.latest(),
            zones=timezones.choices(str(get_locale())),
            largest_picture=pictures.LARGEST,
            currencies=[(code, get_currency_name(code, locale=get_locale())) for code in currencies()],
        )

    @expose("/palette/")
    def palette(self):
        """What an accent would become, for the page to show before it is saved."""
        accent = settings.read("accent", request.args.get("accent", ""))
        made = palettes.derived(accent)
        return jsonify(day=_tokens(made.day), night=_tokens(made.night), note=_note(palettes.fit(accent)))

    @expose("/<key>/")
    def past(self, key):
        return self.render(
            "admin/supervisor/settings/past.html",
            key=_known(key),
            declared=settings.REGISTRY[key],
            now=settings.get(key),
            earlier=settings.past.of(key),
        )

    @expose("/<key>/", methods=("POST",))
    def put_back(self, key):
        """An earlier value again."""
        event, _colon, which = request.form.get("earlier", "").partition(":")
        try:
            settings.past.put_back(_known(key), event, actor=current_actor(), first=which == FIRST)
            flash(_("Put back."), "success")
        except InvalidInput as error:
            flash(_("This value is not possible any more: %(reason)s", reason=error.message), "error")
        return self.to("past", key=key)


def _uploaded():
    """Pictures that came with the form: ``{key: name}``, and what was wrong with the others."""
    names, errors = {}, {}
    for key, declared in settings.REGISTRY.items():
        file = request.files.get(f"file-{key}")
        if not isinstance(declared.kind, settings.kinds.Picture) or not file or not file.filename:
            continue
        try:
            kind = declared.kind
            names[key] = pictures.receive(file.read(pictures.LARGEST + 1), square=kind.square, drawing=kind.drawing)
        except InvalidInput as error:
            errors[key] = error.message
    return names, errors


def _tokens(scheme):
    return {f"--{token}": colour for token, colour in scheme.items()}


def _note(fit):
    if not fit.adjusted:
        return ""
    return _(
        "Words of this colour could hardly be read on white (contrast %(contrast)s, needed is 4.5). "
        "By day it becomes %(shown)s.",
        contrast=number(round(fit.contrast, 1)),
        shown=fit.shown,
    )


def _known(key):
    if key not in settings.REGISTRY:
        raise NotFound()
    return key


def _stored(key):
    return settings.REGISTRY[key].kind.write(settings.get(key))


def _plain(text):
    return text.replace("\r\n", "\n").strip()


def _was(key):
    return _plain(request.form.get(f"was-{key}", ""))


def _wrong(key, value):
    try:
        settings.read(key, value)
    except InvalidInput as error:
        return error.message
    return None


def _check_untouched(key):
    stored = _stored(key)
    if _plain(stored) != _was(key):
        text = _("Meanwhile somebody changed this to “%(value)s”. Save again to replace it.", value=stored)
        raise Overtaken(text, field=key)

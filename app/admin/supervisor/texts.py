"""Texts of letters, notifications, the bot and system messages: the program's own beside the owners'."""

from flask import flash, jsonify, make_response, request
from flask_admin import expose
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import groups, offers
from app.admin.base import SecureView
from app.admin.supervisor import texts_letters, texts_words
from app.constants import LOCALES
from app.doors import current_actor
from app.error_pages import wants_json
from app.errors import DomainError, EditConflict, InvalidInput
from app.services import audit, limits, wordings

LONGEST = 20_000  # of what is taken from a form at all


class TextsAdmin(SecureView):
    permission = Permission.TEXTS
    icon = "message-square-quote"
    label = _l("Texts")
    group = groups.CONTENT

    @expose("/")
    def index(self):
        """``?q=`` words of a title or a text, ``?kind=`` a group, ``?changed=1``."""
        asked = {name: request.args.get(name, "").strip() for name in ("q", "kind", "changed")}
        changed = wordings.changed()
        found = [each for each in wordings.everything() if _suits(each, asked, changed)]
        grouped = {group: [each for each in found if each.group == group] for group in texts_words.GROUPS}
        page = {"grouped": grouped, "asked": asked, "changed": changed, "words": texts_words, "said": _said}
        return self.render("admin/supervisor/texts/index.html", **page)

    @expose("/<id>/")
    def edit(self, id):
        document = wordings.find(id)
        own, version = wordings.current(document)
        return self._page(document, document.defaults | own, version)

    @expose("/<id>/", methods=("POST",))
    def save(self, id):
        document, typed = wordings.find(id), _typed()
        version = request.form.get("version", type=int)
        errors = wordings.problems(document, wordings.cleaned(document, typed))
        if errors:
            return self._page(document, typed, version, errors=errors), 422
        try:
            with audit.noted() as events:
                wordings.save(document, typed, version=version, actor=current_actor())
        except EditConflict as conflict:
            theirs = document.defaults | conflict.theirs
            return self._page(document, typed, wordings.current(document)[1], theirs=theirs), 409
        offers.tell(_("Saved. The next message says it so."), events)
        return self.to("edit", id=id)

    @expose("/<id>/preview/", methods=("POST",))
    def preview(self, id):
        """How it reads with made-up values, of what is typed: JSON by language; and what is wrong with it."""
        document, typed = wordings.find(id), _typed()
        texts = wordings.cleaned(document, typed)
        errors = {name: str(words) for name, words in wordings.problems(document, texts).items()}
        said = {locale: _looks(document, texts, locale) for locale in LOCALES}
        return jsonify(ok=True, said=said, errors=errors)

    @expose("/<id>/look/<any(ru, en):locale>")
    def look(self, id, locale):
        """A letter as it is sent now, for the frame of its page: words and colours, no scripts, no links."""
        document = wordings.find(id)
        html = texts_letters.render(document, wordings.current(document)[0], locale)["html"]
        answer = make_response(html)
        answer.headers["Content-Security-Policy"] = texts_letters.SAFE
        return answer

    @expose("/<id>/try/", methods=("POST",))
    def send_example(self, id):
        """What is typed, as a letter to oneself."""
        document, typed = wordings.find(id), _typed()
        limits.hit(limits.TRIALS, "trial letter", current_actor())
        texts = wordings.cleaned(document, typed)
        errors = wordings.problems(document, texts)
        if errors and wants_json():
            raise InvalidInput(_("First mend what is marked."), field=next(iter(errors)))
        if errors:
            return self._page(document, typed, request.form.get("version", type=int), errors=errors), 422
        wordings.send_example(document, texts, request.form.get("in", "ru"), actor=current_actor())
        words = _("The letter is on its way to %(email)s.", email=current_actor().email)
        if wants_json():
            return jsonify(ok=True, text=words)
        flash(words, "success")
        return self._page(document, document.defaults | texts, request.form.get("version", type=int))

    @expose("/<id>/back/", methods=("POST",))
    def restore(self, id):
        """The program's own texts again, or those of an earlier version (``to``: the change that made it)."""
        document = wordings.find(id)
        try:
            with audit.noted() as events:
                wordings.restore(document, request.form.get("to") or None, actor=current_actor())
            offers.tell(_("As it was."), events)
        except DomainError as error:
            flash(str(error.message) or _("There is no such version."), "error")
        return self.to("edit", id=id)

    def _page(self, document, shown, version, errors=(), theirs=None):
        own, _version = wordings.current(document)
        page = {
            "document": document,
            "name": _capital(str(texts_words.title(document))),
            "shown": shown,
            "own": own,
            "version": version,
            "errors": dict(errors),
            "theirs": theirs,
            "versions": wordings.versions(document),
            "samples": wordings.samples_of(document),
            "said": {locale: _looks(document, wordings.cleaned(document, shown), locale) for locale in LOCALES},
            "words": texts_words,
        }
        return self.render("admin/supervisor/texts/edit.html", **page)


def _capital(text):
    return text[:1].upper() + text[1:]


def _typed():
    return {name: text[:LONGEST] for name, text in request.form.items()}


def _looks(document, texts, locale):
    """What the preview shows in one language: a letter, or the sentences by their names."""
    if document.group == "letter":
        return texts_letters.render(document, texts, locale)
    return {"texts": wordings.example(document, texts, locale)}


def _said(document):
    """The first sentence as it is sent now, in the reader's language."""
    locale = str(get_locale())
    with force_locale(locale):
        return next(iter(wordings.example(document, wordings.current_texts(document.key), locale).values()))


def _suits(document, asked, changed):
    if asked["kind"] and document.group != asked["kind"]:
        return False
    if asked["changed"] and document.key not in changed:
        return False
    texts = document.defaults | wordings.current_texts(document.key)
    words = " ".join([str(texts_words.title(document)), *texts.values()]).casefold()
    return asked["q"].casefold() in words

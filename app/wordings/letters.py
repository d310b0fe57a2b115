"""How a letter's template finds its words: gettext under its usual names, which asks the owners first."""

from functools import lru_cache
from hashlib import sha1

from babel import Locale
from flask_babel import get_locale
from jinja2 import pass_context

from app import wordings

COMMON = "letter-base"  # what stands in every letter


@lru_cache(maxsize=1024)
def part_of(msgid, context=""):
    """The name of a sentence within its letter: reworded in the program, it is another one with its own default."""
    return sha1(f"{context}\4{msgid}".encode(), usedforsecurity=False).hexdigest()[:8]


class _Values:
    """What a sentence is given, and else what the whole letter has; nothing of what templates know of the program."""

    def __init__(self, given, context):
        self.given, self.context = given, context

    def get(self, name, default):
        if name in self.given:
            return self.given[name]
        return default if name in self.context.environment.globals else self.context.get(name, default)


class Words:
    """``typed``: an owner's texts that are not saved yet, in place of those that are."""

    def __init__(self, kind, typed=None):
        self.document, self.typed = f"letter-{kind}", typed

    def names(self):
        return {"_": self.gettext, "gettext": self.gettext, "ngettext": self.ngettext, "pgettext": self.pgettext}

    @pass_context
    def gettext(self, context, msgid, **values):
        return self._said(context, "gettext", (msgid,), values, part_of(msgid))

    @pass_context
    def pgettext(self, context, about, msgid, **values):
        return self._said(context, "pgettext", (about, msgid), values, part_of(msgid, about))

    @pass_context
    def ngettext(self, context, singular, plural, num, **values):
        form = Locale.parse(str(get_locale())).plural_form(num)
        said = values | {"num": num}
        own = self._own(part_of(singular), form)
        return (
            _default(context, "ngettext", (singular, plural, num), values) if own is None else _made(own, said, context)
        )

    def _said(self, context, usual, words, values, part):
        own = self._own(part)
        return _default(context, usual, words, values) if own is None else _made(own, values, context)

    def _own(self, part, form=None):
        name = wordings.name_of(part, str(get_locale()), form)
        if self.typed is not None and name in self.typed:
            return self.typed[name]
        of_letter = None if self.typed is not None else wordings.own(self.document, name)
        return wordings.own(COMMON, name) if of_letter is None else of_letter


def _default(context, usual, words, values):
    return context.environment.globals[usual](context, *words, **values)


def _made(text, values, context):
    return wordings.filled_html(text, _Values(values, context))

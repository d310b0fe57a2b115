"""Every letter, notification, line of the bot and system message whose words are the owners'."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from flask_babel import force_locale

from app.constants import LOCALES
from app.errors import NotFound
from app.services import hindrances, lines, notifications
from app.services.wordings import templates
from app.services.wordings.samples import COUNTS
from app.wordings import bot, name_of

LETTERS, NOTICES, TELEGRAM, SYSTEM = "letter", "notice", "telegram", "system"
FORMS = {"ru": ("one", "few", "many"), "en": ("one", "other")}  # of a sentence that counts
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
# What a sentence would say nothing without, or what somebody's safety hangs on.
NEEDED = frozenset({"site", "text", "reason", "change", "host"})
LONGEST = {
    "subject": 150,
    "preheader": 200,
    "heading": 150,
    "button": 40,
    "caption": 60,
    "text": 1500,
    "small": 600,
    "why": 300,
    "foot": 60,
    "notice": 160,  # more is cut by phones
    "system": 300,
    "bot": 1000,
    "bot_button": 30,
    "bot_line": 180,  # at the top of the chat Telegram takes 200
}
IN_LINES = ("text", "small", "bot")  # where a text may have several lines
BOT = {"accept": "bot_button", "open": "bot_button", "unknown_button": "bot_line", "accepted": "bot_line"}
BOT |= {"not_open": "bot_line"}


@dataclass(frozen=True)
class Part:
    """One sentence or paragraph. ``roles``: where it stands; ``default(form)``: the program's own, in this language;
    ``own``: the fields that one has; ``fields``: all that may stand in it.
    """

    key: str
    roles: tuple
    default: Callable
    own: tuple
    fields: tuple
    counts: bool = False

    @property
    def longest(self):
        return min(LONGEST[role] for role in self.roles)

    @property
    def in_lines(self):
        return set(self.roles) <= set(IN_LINES)

    @property
    def needed(self):
        return tuple(name for name in self.own if name in NEEDED)

    def names(self, locale):
        """``[(name, form)]`` of its texts in ``locale``: one, or as many as the language counts by."""
        forms = FORMS[locale] if self.counts else (None,)
        return [(name_of(self.key, locale, form), form) for form in forms]


@dataclass(frozen=True)
class Document:
    key: str
    group: str
    word: str
    parts: tuple = field(repr=False)

    @property
    def names(self):
        return {
            name: (part, locale, form) for part in self.parts for locale in LOCALES for name, form in part.names(locale)
        }

    @property
    def defaults(self):
        return _defaults(self.key)


def everything():
    """Every document in the order of the list."""
    return tuple(_by_key().values())


def find(key):
    """The document of that key. Raises NotFound."""
    try:
        return _by_key()[key]
    except KeyError:
        raise NotFound() from None


@lru_cache(maxsize=1)
def _by_key():
    return {document.key: document for document in (*_letters(), *_notices(), *_bot(), *_system())}


@lru_cache(maxsize=256)
def _defaults(key):
    """name → the program's own text, its fields written as owners write them."""
    found = {}
    for name, (part, locale, form) in find(key).names.items():
        with force_locale(locale):
            found[name] = PLACEHOLDER.sub(r"{{\1}}", str(part.default(form))).replace("%%", "%")
    return found


def _letters():
    for kind in templates.kinds():
        parts = tuple(_letter_part(each) for each in templates.sentences(kind))
        if parts:
            yield Document(f"{LETTERS}-{kind}", LETTERS, kind, parts)


def _letter_part(each):
    counts = each.plural is not None
    return Part(each.part, each.roles, lambda form: each.said(COUNTS.get(form)), each.own, each.fields, counts)


def _notices():
    for kind, sentence in notifications.SENTENCES.items():
        yield Document(f"{NOTICES}-{kind}", NOTICES, str(kind), (_sentence("", "notice", sentence),))


def _bot():
    for word, sentence in bot.SENTENCES.items():
        yield Document(f"{TELEGRAM}-{word}", TELEGRAM, word, (_sentence("", BOT.get(word, "bot"), sentence),))


def _system():
    for event, (client, other) in lines.SENTENCES.items():
        parts = _sentence("client", "system", client), _sentence("other", "system", other)
        yield Document(f"{SYSTEM}-{event}", SYSTEM, str(event), parts)
    for word, sides in hindrances.SENTENCES.items():
        parts = tuple(_sentence(side, "system", sentence) for side, sentence in sides.items())
        yield Document(f"{SYSTEM}-note_{word}", SYSTEM, f"note_{word}", parts)


def _sentence(key, role, sentence):
    with force_locale("en"):
        fields = tuple(dict.fromkeys(PLACEHOLDER.findall(str(sentence))))
    return Part(key, (role,), lambda form: sentence, fields, fields)

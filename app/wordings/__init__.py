"""The sentences that the service sends, as its owners want them (docs/decisions/0058).

A text is known by its document («letter-password_reset») and its name there («ru» or a part, the language and a plural
form). Owners write ``{{name}}`` where a value stands. Each process keeps what they wrote and looks at it again every
two seconds, so that what is sent asks the database for no words.
"""

import re

import sqlalchemy as sa
from flask_babel import get_locale
from markupsafe import Markup, escape

from app.models.kept import Kept
from app.models.prepared import Prepared
from app.models.wordings import Wording

FRESH = 2  # seconds after which another process's change is seen
FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")

_written = Prepared(sa.select(Wording.key, Wording.texts))
_texts = Kept("wordings", lambda: {key: own for key, own in _written.read_all() if own}, FRESH)
forget = _texts.forget


def name_of(part, locale, form=None):
    return ".".join(filter(None, (part, locale, form)))


def own(document, name):
    """What an owner wrote there, or None."""
    return texts_of(document).get(name)


def texts_of(document):
    """Name → text of all that owners wrote of one document."""
    return _texts.get().get(document, {})


def say(document, part, default, values):
    """A sentence in the current language: the owners' own, or ``default``, a lazy msgid with ``%(name)s``."""
    text = own(document, name_of(part, str(get_locale())))
    return str(default) % values if text is None else filled(text, values)


def filled(text, values):
    return FIELD.sub(lambda found: str(values.get(found[1], "")), text)


def filled_html(text, values):
    """As HTML in which neither the text nor a value can be more than words; its lines stay lines."""
    safe = str(escape(text)).replace("\n", "<br>")
    return Markup(FIELD.sub(lambda found: str(escape(values.get(found[1], ""))), safe))

"""The sentences that the service sends, as its owners want them (docs/decisions/0058).

A text is known by its document («letter-password_reset») and its name there («ru» or a part, the language and a plural
form). Owners write ``{{name}}`` where a value stands. Each process keeps what they wrote and looks at it again every
two seconds, so that what is sent asks the database for no words.
"""

import re
import time

import sqlalchemy as sa
from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup, escape

from app.models.prepared import Prepared
from app.models.wordings import Wording

FRESH = 2  # seconds after which another process's change is seen
FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")

_written = Prepared(sa.select(Wording.key, Wording.texts))


class _Kept:
    texts, until = None, 0.0
    edition = 0  # a reader that began before a change must not keep what it read


def name_of(part, locale, form=None):
    return ".".join(filter(None, (part, locale, form)))


def own(document, name):
    """What an owner wrote there, or None."""
    return texts_of(document).get(name)


def texts_of(document):
    """Name → text of all that owners wrote of one document."""
    return _texts().get(document, {})


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


def forget():
    """Look at what is written before the next sentence."""
    kept = _kept()
    kept.edition += 1
    kept.texts = None


def _kept():
    return current_app.extensions.setdefault("wordings", _Kept())


def _texts():
    kept, now = _kept(), time.monotonic()
    texts = kept.texts
    if texts is not None:
        if now < kept.until:
            return texts
        kept.until = now + FRESH  # one thread asks, the others go on with what there is
    edition = kept.edition
    texts = {key: own for key, own in _written.read_all() if own}
    if edition == kept.edition:
        kept.texts, kept.until = texts, now + FRESH
    return texts

"""What an own text may be: plain words with known fields, as long as its place is."""

import re

from flask_babel import lazy_gettext as _l

from app.services.wordings.samples import sample
from app.wordings import FIELD, filled

TAG = re.compile(r"<\s*[a-zA-Z/!]|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")
SPACES = re.compile(r"[^\S\xa0]+")  # not the one that keeps «№ 1042» together


def cleaned(document, typed):
    """Name → text of what differs from the program's own. What was left empty is the program's own again."""
    found = {}
    for name, (part, _locale, _form) in document.names.items():
        text = _tidy(typed.get(name) or "", part.in_lines)
        if text and _plain(text) != _plain(document.defaults[name]):
            found[name] = text
    return found


def _tidy(text, in_lines):
    text = UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not in_lines:
        return SPACES.sub(" ", text).strip()
    lines = [SPACES.sub(" ", line).strip() for line in text.strip().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _plain(text):
    """What two texts are compared as: a program that a text was copied through may have lost its fixed spaces."""
    return text.replace("\xa0", " ")


def problems(document, texts):
    """Name → what is wrong with that text, in words; empty when all of them may be sent."""
    found = {}
    for name, text in texts.items():
        part, locale, form = document.names[name]
        if words := _problem(document, part, locale, form, text):
            found[name] = words
    return found


def _problem(document, part, locale, form, text):
    used = set(FIELD.findall(text))
    if TAG.search(text):
        return _l("Only words stand here: HTML would be shown as it is typed.")
    if re.search(r"[{}]", FIELD.sub("", text)):
        return _l("A field is written as {{name}}: two braces before it and two after.")
    if unknown := sorted(used - set(part.fields)):
        return _l("There is no such field here: %(names)s.", names=_braced(unknown))
    if missing := [name for name in part.needed if name not in used]:
        return _l("It has to say %(names)s: without it the message is of no use.", names=_braced(missing))
    if len(filled(text, sample(document, locale, form))) > part.longest:
        return _l("At most %(n)s characters with its fields filled in.", n=part.longest)
    return None


def _braced(names):
    return ", ".join(f"{{{{{name}}}}}" for name in names)

"""The sentences of the letters, read out of their templates: where each stands and which values it may use."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from flask import current_app
from flask_babel import get_domain, gettext, pgettext
from jinja2 import nodes

from app.services.wordings.samples import SAID
from app.wordings.letters import part_of

FOLDER = "emails/"
TOGETHER = {"base": ("base", "parts")}  # what stands in every letter comes out of two templates
BLOCKS = {"subject": "subject", "preheader": "preheader", "why": "why"}
PIECES = {"heading": "heading", "text": "text", "paragraph": "text", "small": "small", "button": "button"}
PIECES |= {"details": "caption", "headline": "heading", "quotations": "text"}
ORDER = ("subject", "preheader")  # come first; all others as they follow each other
ROLES = (*ORDER, *dict.fromkeys(PIECES.values()), "why", "foot")
NOT_ALWAYS = {"site", "wishes", "provider"}  # empty for some, or another thing to each sentence
CALLS = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Sentence:
    """``own``: the values it is given; ``fields`` has those of the whole letter, too."""

    call: str
    words: tuple
    roles: tuple
    own: tuple
    fields: tuple = ()

    @property
    def part(self):
        return part_of(self.words[1], self.words[0]) if self.call == "pgettext" else part_of(self.words[0])

    @property
    def plural(self):
        return self.words[1] if self.call == "ngettext" else None

    def said(self, number):
        """In the current language, its placeholders as they are."""
        if self.plural:
            return get_domain().get_translations().ungettext(*self.words, number)
        return pgettext(*self.words) if self.call == "pgettext" else gettext(*self.words)


@lru_cache(maxsize=1)
def kinds():
    """The letters there are; first what stands in each of them."""
    names = current_app.jinja_env.list_templates(filter_func=lambda name: name.startswith(FOLDER))
    found = [name.removeprefix(FOLDER).removesuffix(".html") for name in names]
    return ("base", *sorted(set(found) - {"base", "parts"}))


@lru_cache(maxsize=64)
def sentences(kind):
    """The Sentences of one letter, as they follow each other; one that stands in several places comes once."""
    found, shown = {}, set()
    for name in TOGETHER.get(kind, (kind,)):
        env = current_app.jinja_env
        tree = env.parse(env.loader.get_source(env, f"{FOLDER}{name}.html")[0])
        shown |= _values(tree)
        for each in _read(tree, "foot"):
            _add(found, each)
    whole = [replace(each, fields=tuple(dict.fromkeys((*each.own, *sorted(shown))))) for each in found.values()]
    return sorted(whole, key=lambda each: ORDER.index(each.roles[0]) if each.roles[0] in ORDER else len(ORDER))


def _add(found, each):
    known = found.get(each.part)
    if known:
        each = replace(known, roles=tuple(sorted({*known.roles, *each.roles}, key=ROLES.index)))
    found[each.part] = each


def _read(node, role):
    """The Sentences under ``node``, which stands in a place of that role."""
    if isinstance(node, nodes.Block):
        role = BLOCKS.get(node.name, role)
    elif isinstance(node, nodes.Macro):
        role = PIECES.get(node.name, role)
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        if node.node.name in CALLS:
            yield _sentence(node, role)
            return
        role = PIECES.get(node.node.name, role)
    for child in node.iter_child_nodes():
        yield from _read(child, role)


def _sentence(node, role):
    words = tuple(each.value for each in node.args[: CALLS[node.node.name]])
    own = dict.fromkeys(name for text in words for name in PLACEHOLDER.findall(text))
    return Sentence(node.node.name, words, (role,), tuple(own))


def _values(tree):
    """The values that the letter shows somewhere under their own names: any of its sentences may."""
    shown = {each.name for each in tree.find_all(nodes.Name) if each.ctx == "load"}
    pieces = {
        name if isinstance(name, str) else name[1] for each in tree.find_all(nodes.FromImport) for name in each.names
    }
    pieces |= {each.name for each in tree.find_all(nodes.Macro)}
    return shown & set(SAID) - pieces - NOT_ALWAYS

"""Templates are compiled once for each language, with its words and the icons standing in them as plain text.

A page of the console asks for a hundred words and half as many icons that are the same every time: looked up anew they
took a tenth of it. Letters stay as they are: their words are the owners' (app/wordings/letters.py).
"""

import hashlib
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path

from flask import has_app_context
from flask.templating import Environment as FlaskEnvironment
from flask_babel import force_locale, get_locale, get_translations
from jinja2 import FileSystemBytecodeCache, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from app import icons
from app.constants import LOCALES

CATALOGUES = Path(__file__).parent / "translations"
LETTERS = "emails/"


class Environment(FlaskEnvironment):
    """The templates of an app: those of the current language, wherever there is one."""

    language = None

    def __init__(self, app, **options):
        super().__init__(app, **options)
        self._spoken = {}  # language → the Environment of its templates

    def of(self, language):
        """The Environment whose templates speak ``language``; all share their globals and filters."""
        if language not in self._spoken:
            spoken = self.overlay()
            spoken.language = language
            self._spoken.setdefault(language, spoken)
        return self._spoken[language]

    def get_template(self, name, parent=None, globals=None):
        return super(Environment, self._current()).get_template(name, parent, globals)

    def select_template(self, names, parent=None, globals=None):
        return super(Environment, self._current()).select_template(names, parent, globals)

    def _current(self):
        """Within one page all templates speak the language of the first."""
        locale = None if self.language or not has_app_context() else get_locale()
        return self.of(locale.language) if locale and locale.language in LOCALES else self

    @cached_property
    def translations(self):
        with self.app.app_context(), force_locale(self.language):
            return get_translations()

    def _generate(self, source, name, filename, defer_init=False):
        if self.language and name and not name.startswith(LETTERS):
            source = _Written(self, name).visit(source)
        return super()._generate(source, name, filename, defer_init)


class _Written(NodeTransformer):
    """Calls whose answer is known before anybody looks become the answer."""

    def __init__(self, environment, name):
        self._context = nodes.EvalContext(environment, name)
        self._translations = environment.translations
        self._known = {"_": self._word, "gettext": self._word, "pgettext": self._word_in, "icon": icons.icon}

    def visit_Call(self, node):
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else None
        if name not in self._known or node.dyn_args or node.dyn_kwargs:
            return node
        try:
            args = [each.as_const(self._context) for each in node.args]
        except nodes.Impossible:
            return node
        try:
            values = {each.key: each.value.as_const(self._context) for each in node.kwargs}
        except nodes.Impossible:
            return self._filled(node, args) if name in ("_", "gettext") else node
        return self._const(node, self._known[name](*args, **values))

    def _filled(self, node, args):
        """A sentence that waits for its values alone."""
        values = [nodes.Pair(self._const(node, each.key), each.value, lineno=node.lineno) for each in node.kwargs]
        return nodes.Mod(
            self._const(node, self._said(*args)), nodes.Dict(values, lineno=node.lineno), lineno=node.lineno
        )

    def _const(self, node, value):
        return nodes.Const(value, lineno=node.lineno, environment=node.environment)

    # As jinja2.ext.i18n says them: HTML where the template writes HTML, and each a pattern.

    def _word(self, text, **values):
        return self._said(text) % values

    def _word_in(self, about, text, **values):
        return self._marked(self._translations.upgettext(about, text)) % values

    def _said(self, text):
        return self._marked(self._translations.ugettext(text))

    def _marked(self, text):
        return Markup(text) if self._context.autoescape else text


class Kept(FileSystemBytecodeCache):
    """Compiled templates on the disk, for the next process: apart for each language, good for these words and icons."""

    def get_bucket(self, environment, name, filename, source):
        own = f"{name}.{environment.language or 'plain'}"
        return super().get_bucket(environment, own, filename, source + edition())

    def dump_bytecode(self, bucket):
        """What cannot be written (the disk is full, the folder another user's) is compiled again by whoever comes."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


@lru_cache(maxsize=1)
def edition():
    """A mark of all that is written into templates, and of how: of the sources, as compiled catalogues carry a time."""
    mark = hashlib.sha256()
    for path in (Path(__file__), Path(icons.__file__), *sorted(CATALOGUES.rglob("*.po"))):
        mark.update(path.read_bytes())
    if icons.FOLDER.is_dir():
        mark.update(str(icons.FOLDER.stat().st_mtime_ns).encode())
    return mark.hexdigest()

"""Which language and time zone this reader gets, and where the words come from.

English msgids stand in the code; Russian lives in one .po file per domain word, compiled when it is newer than its .mo.
"""

import os
from functools import cache, lru_cache
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import available_timezones

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Request, g, has_request_context, request, session
from flask_babel import Domain, get_locale
from flask_babel.speaklater import LazyString
from flask_login import current_user
from markupsafe import escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from wtforms.i18n import messages_path

from app import template_words
from app.constants import LOCALES
from app.extensions import babel
from app.services import settings as service_settings

ZONES = frozenset(available_timezones())  # asked for on every page, and asking walks the disk
FOLDER = Path(__file__).parent / "translations"


class Catalogue(Domain):
    """Flask-Babel spells the locale out anew for every word it translates; a page has hundreds of words."""

    def get_translations(self):
        context = _context()
        kept = getattr(context, "babel_translations", None)
        if kept is None:
            kept = super().get_translations()
            if context is not None:
                context.babel_translations = kept  # where force_locale() and refresh() of Flask-Babel put it aside
        return kept


def _context():
    """What Flask-Babel keeps during a request, reached through one proxy instead of its five."""
    try:
        kept = g._get_current_object()
    except RuntimeError:
        return None
    try:
        return kept._flask_babel
    except AttributeError:
        kept._flask_babel = SimpleNamespace()
        return kept._flask_babel


flask_babel._get_current_context = _context  # asked for a thousand times by a list: a tenth of the page
# Flask-Babel calls every lazy sentence safe HTML, with whatever names and typed words it was filled.
LazyString.__html__ = lambda self: escape(str(self))


def _said(lazy):
    """A lazy word without values is the same each time in one language: it is looked up once. Lists say a hundred."""
    locale = None if lazy._kwargs or lazy._func is not flask_babel.gettext else get_locale()
    if locale is None:
        return str(lazy._func(*lazy._args, **lazy._kwargs))
    said = lazy.__dict__.setdefault("_said", {})
    if locale.language not in said:
        said[locale.language] = str(lazy._func(*lazy._args))
    return said[locale.language]


LazyString.__str__ = _said


class FormReader(Request):
    """Flask-WTF looks here for the words of WTForms, before it reads their catalogue anew for each form that comes."""

    @property
    def wtforms_translations(self):
        return _wtforms_words(str(get_locale()))


@cache
def _wtforms_words(locale):
    return Translations.load(messages_path(), [locale], domain="wtforms")


def init_app(app, settings):
    app.request_class = FormReader
    app.jinja_environment = template_words.Environment
    words = compile_catalogues()
    app.config["BABEL_DOMAIN"] = ";".join(words)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join([str(FOLDER)] * len(words))
    babel.init_app(app, default_locale="ru", locale_selector=select_locale, timezone_selector=select_timezone)
    babel.domain_instance = Catalogue(domain=app.config["BABEL_DOMAIN"])
    app.jinja_env.globals.update(current_locale=lambda: str(get_locale()), LOCALES=LOCALES)


def compile_catalogues():
    """Compile each stale .po beside itself; return the catalogue names. Safe when several processes start at once."""
    sources = sorted((FOLDER / "ru" / "LC_MESSAGES").glob("*.po"))
    for source in sources:
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)
    return [source.stem for source in sources]


def _compile(source, target):
    partial = target.with_suffix(f".{os.getpid()}.tmp")
    with source.open("rb") as po, partial.open("wb") as mo:
        write_mo(mo, read_po(po, locale="ru"))
    partial.replace(target)


def select_locale():
    """The address's language, else the account's, else this browser's choice, else what it asks for, else Russian."""
    if not has_request_context():
        return "ru"
    if request.args.get("lang") in LOCALES:
        return request.args["lang"]
    if request.blueprint == "api_v1" and request.accept_languages:
        return request.accept_languages.best_match(LOCALES) or current_user_locale()
    return current_user_locale()


def current_user_locale():
    return current_user.locale if current_user.is_authenticated else browser_locale()


def browser_locale():
    """What this browser chose or asks for, whoever is signed in."""
    return locale_of(session, request)


def locale_of(session, request):
    """What the browser of this session and request chose or asks for."""
    if session.get("locale") in LOCALES:
        return session["locale"]
    return _best_of(request.headers.get("Accept-Language", "")) or "ru"


@lru_cache(maxsize=256)
def _best_of(languages):
    """The one of ours that a browser with this header understands best; most say one of a few."""
    return parse_accept_header(languages, LanguageAccept).best_match(LOCALES)


def select_timezone():
    """The account's zone, else what the browser reported, else the business zone."""
    if not has_request_context():
        return g.get("reader_timezone") or service_settings.get("business_timezone")
    stored = current_user.timezone if current_user.is_authenticated else None
    zone = stored or request.cookies.get("tz")
    return zone if zone in ZONES else service_settings.get("business_timezone")

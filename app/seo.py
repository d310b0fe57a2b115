"""What search engines and messengers are told of a public page: its address in each language, and its card."""

from urllib.parse import urlencode

from flask import current_app, request, url_for
from flask_babel import get_locale

from app import card_picture
from app.constants import LOCALES, ArticleSection
from app.doors import PUBLIC, permission_of
from app.services.brand.look import look

CARDS = {"ru": "ru_RU", "en": "en_US"}  # languages as Open Graph writes them
KEPT = ("page",)  # words of the query string that make another page


def init_app(app, settings):
    told = (absolute, alternates, article_data, canonical, card_locales, cover_picture, here_in_any_language, is_found)
    told += (link_picture, questions_data)
    app.jinja_env.globals.update({each.__name__: each for each in told})


def absolute(path):
    """The address of a path of ours as the world knows it."""
    return current_app.config["SETTINGS"].public_url + path


def is_found():
    """Whether this page is for everybody, and so for search engines."""
    return request.endpoint is not None and permission_of(request.endpoint) == PUBLIC


def canonical():
    return absolute(_path(lang=request.args.get("lang") if request.args.get("lang") in LOCALES else None))


def alternates(languages=LOCALES):
    """``[(hreflang, address)]`` of a page written in several languages; nothing to say of one in a single language."""
    if len(languages) < 2:
        return []
    return [*((code, absolute(_path(lang=code))) for code in languages), ("x-default", absolute(_path()))]


def card_locales(shown=None, languages=LOCALES):
    """The language of this page, and those it can be had in besides, for Open Graph."""
    shown = shown or str(get_locale())
    return CARDS[shown], [CARDS[code] for code in languages if code != shown]


def link_picture(locale=None):
    """The picture of a link to us."""
    locale = locale or str(get_locale())
    card = card_picture.card(locale)
    address = absolute(url_for("brand.card", locale=locale, v=card.mark))
    return {"address": address, "words": card.words, "width": card_picture.WIDTH, "height": card_picture.HEIGHT}


def cover_picture(article, text):
    """The picture of a link to an article: its own, where it has one."""
    if not article.cover:
        return link_picture(text.locale)
    return {"address": absolute(f"/pictures/{article.cover}"), "words": text.title}


def article_data(article, text):
    """An article in the words of schema.org."""
    told = {
        "@context": "https://schema.org",
        "@type": "BlogPosting" if article.section == ArticleSection.BLOG else "Article",
        "headline": text.title,
        "description": text.description,
        "inLanguage": text.locale,
        "mainEntityOfPage": canonical(),
        "datePublished": article.publish_at.isoformat(),
        "dateModified": max(article.publish_at, article.updated_at).isoformat(),
        "author": _organization(),
        "publisher": _organization(),
    }
    return told | ({"image": absolute(f"/pictures/{article.cover}")} if article.cover else {})


def _organization():
    return {"@type": "Organization", "name": look().name(get_locale()), "url": absolute("/")}


def questions_data(topics, said):
    """The frequent questions in the words of schema.org."""
    pairs = [said(question) for _topic, questions in topics for question in questions]
    told = [
        {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": str(answer)}}
        for name, answer in pairs
    ]
    return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": told}


def _path(**more):
    kept = {name: request.args[name] for name in KEPT if name in request.args}
    words = {name: value for name, value in (kept | more).items() if value}
    return f"{request.path}?{urlencode(words)}" if words else request.path


def here_in_any_language():
    """The path of this page without the language its address may name: for the switch, whose word comes after."""
    words = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode(words)}" if words else request.path

"""The word an article has in its address: made of its title, kept when it changes."""

import re

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput
from app.extensions import db
from app.models.articles import Article, FormerAddress
from app.services.transaction import insert_once

LONGEST = 80
_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщыэюя"
_LATIN = dict(
    zip(
        _LETTERS,
        re.split(r"\W", "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya"),
        strict=True,
    )
)


def made_of(title):
    """«Как выбрать квартиру» → kak-vybrat-kvartiru"""
    latin = "".join(_LATIN.get(letter, letter) for letter in re.sub("[ьъ]", "", title.casefold()))
    words, slug = re.findall(r"[a-z0-9]+", latin), ""
    for word in words:
        if len(slug) + 1 + len(word) > LONGEST:
            break
        slug = f"{slug}-{word}" if slug else word[:LONGEST]
    return slug


def checked(text, article_id, title):
    """The slug typed, or one made of the title that nothing else has. Raises InvalidInput."""
    slug = (text or "").strip().casefold()
    if not slug:
        return _free(made_of(title) or "article", article_id)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > LONGEST:
        raise InvalidInput(_l("Latin letters, digits and hyphens only."), field="slug")
    if _taken(slug, article_id):
        raise InvalidInput(_l("There is an article with this address already."), field="slug")
    return slug


def _free(slug, article_id):
    tried, n = slug, 2
    while _taken(tried, article_id):
        tried, n = f"{slug[: LONGEST - 4]}-{n}", n + 1
    return tried


def _taken(slug, article_id):
    other = sa.select(Article.id).where(Article.slug == slug)
    return db.session.scalar(other.where(Article.id != article_id) if article_id else other) is not None


def remember(article, slug):
    """Inside transaction(), before ``article`` gets ``slug``: its present address will lead there."""
    db.session.execute(sa.delete(FormerAddress).where(FormerAddress.slug == slug))
    if article.slug:
        insert_once(FormerAddress, {"slug": article.slug, "article": article.public_id}, ["slug"])
        db.session.execute(
            sa.update(FormerAddress).where(FormerAddress.slug == article.slug).values(article=article.public_id)
        )

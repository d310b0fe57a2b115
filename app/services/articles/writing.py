"""What owners write: an article's texts, each kept as a version, and the facts about it."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.constants import LOCALES, ArticleState, AuditTag
from app.errors import InvalidInput, NotFound, RefusedMove
from app.extensions import db
from app.models.articles import Article, ArticleVersion, Picture
from app.models.base import utcnow
from app.services import audit, bin
from app.services.articles import addresses
from app.services.transaction import transaction

PARTS = ("title", "summary", "body", "seo_title", "seo_description")
TEXTS = tuple(f"{part}_{locale}" for part in PARTS for locale in LOCALES)
PUBLIC = (ArticleState.PUBLISHED, ArticleState.SCHEDULED)


def save(article, values, *, actor, key=None):
    """Make (None) or change an article. ``key``: the public id of a new one, so that made twice it is made once.

    Facts and texts are two journal entries: a text is taken back by its version. Raises InvalidInput.
    """
    with transaction() as session:
        if article is None:
            known = key and session.scalar(sa.select(Article).where(Article.public_id == key))
            return known or _create(session, values, key, actor)
        change(article, {name: value for name, value in values.items() if name not in TEXTS}, actor=actor)
        write(article, {name: value for name, value in values.items() if name in TEXTS}, actor=actor)
    return article


def _create(session, values, key, actor):
    texts = _cleaned({name: values.get(name) or "" for name in TEXTS})
    check_texts(texts, complete=False)
    slug = addresses.checked(values.get("slug"), None, texts["title_ru"] or texts["title_en"])
    own = {"public_id": key} if key else {}
    facts = {name: values.get(name) for name in ("section", "topic", "cover")}
    article = Article(**texts, **facts, **own, slug=slug, author_id=actor.id, withdrawn=False, version=1)
    session.add(article)
    session.flush()
    addresses.remember(article, slug)
    session.add(_copy(article, actor))
    new = {"title": str(article), "section": audit.plain(article.section), "slug": slug}
    audit.record(AuditTag.ARTICLE_CHANGED, article, actor=actor, old={}, new=new)
    return article


def change(article, values, *, actor):
    """Facts: section, slug, topic, cover, publish_at, withdrawn."""
    with transaction():
        if "slug" in values:
            values = {**values, "slug": addresses.checked(values["slug"], article.id, str(article))}
        if values.get("cover") and not _is_own(article, values["cover"]):
            raise InvalidInput(_l("Choose one of this article's pictures."), field="cover")
        old, new = audit.changes(article, values)
        if not new:
            return article
        if "slug" in new:
            addresses.remember(article, values["slug"])
        for name in new:
            setattr(article, name, values[name])
        _touch(article)
        audit.record(AuditTag.ARTICLE_CHANGED, article, actor=actor, old=old, new=new)
    return article


def write(article, texts, *, actor):
    """The texts named in ``texts`` as the next version."""
    with transaction() as session:
        texts = _cleaned(texts)
        if not audit.changes(article, texts)[1]:
            return article
        whole = {name: getattr(article, name) for name in TEXTS} | texts
        check_texts(whole, complete=article.state in PUBLIC)
        for name, text in texts.items():
            setattr(article, name, text)
        _touch(article)
        session.add(_copy(article, actor))
        audit.record(AuditTag.ARTICLE_WRITTEN, article, actor=actor, title=str(article), version=article.version)
    return article


def bring_back(article, number, *, actor):
    """The texts of an earlier version, as the next one."""
    before = version_of(article, number)
    return write(article, {name: getattr(before, name) for name in TEXTS}, actor=actor)


def remove(article, *, actor):
    """Into the bin; its versions, addresses and pictures wait with it."""
    with transaction() as session:
        article = session.get_one(Article, article.id)
        audit.record(AuditTag.ARTICLE_CHANGED, article, actor=actor, old={"title": str(article)}, new={})
        bin.put(article, actor=actor)


def versions(article):
    """Every text it had, the latest first."""
    found = sa.select(ArticleVersion).where(ArticleVersion.article == article.public_id)
    latest = found.order_by(ArticleVersion.version.desc()).options(joinedload(ArticleVersion.author))
    return db.session.scalars(latest).all()


def version_of(article, number):
    mine = ArticleVersion.article == article.public_id, ArticleVersion.version == number
    found = db.session.scalar(sa.select(ArticleVersion).where(*mine))
    if found is None:
        raise NotFound()
    return found


def texts_before(article, number):
    """The version that stood before ``number``, or None."""
    mine = ArticleVersion.article == article.public_id, ArticleVersion.version < number
    return db.session.scalar(sa.select(ArticleVersion).where(*mine).order_by(ArticleVersion.version.desc()).limit(1))


def check_texts(texts, *, complete):
    """A title in one language at least, and over every text; ``complete``: a text under each. Raises InvalidInput."""
    if not any(texts[f"title_{locale}"] for locale in LOCALES):
        raise InvalidInput(_l("Give it a title in one language at least."), field=f"title_{LOCALES[0]}")
    for locale in LOCALES:
        title, body = texts[f"title_{locale}"], texts[f"body_{locale}"]
        if body and not title:
            raise InvalidInput(_l("This text needs a title."), field=f"title_{locale}")
        if complete and title and not body:
            raise InvalidInput(_l("Write the text, or take the title out."), field=f"body_{locale}")


def check_unchanged(article, number):
    """That no text came after version ``number``."""
    latest = versions(article)[0]
    if latest.version != number:
        raise RefusedMove(_l("It has been changed again since, last by %(name)s.", name=latest.author or "—"))


def _cleaned(texts):
    return {name: (text or "").replace("\r\n", "\n").strip() for name, text in texts.items()}


def _is_own(article, cover):
    mine = Picture.public_id == cover, Picture.article == article.public_id
    return db.session.scalar(sa.select(Picture.id).where(*mine)) is not None


def _touch(article):
    article.version += 1
    article.updated_at = utcnow()


def _copy(article, actor):
    texts = {name: getattr(article, name) for name in TEXTS}
    return ArticleVersion(article=article.public_id, version=article.version, author_id=actor.id, **texts)

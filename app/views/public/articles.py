"""What owners have written: the blog with its feed, the knowledge base with its search, free pages, and pictures."""

from uuid import uuid4

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_babel import get_locale

from app.access.permissions import Permission, may
from app.access.scopes import visible_to
from app.constants import ArticleSection
from app.doors import current_actor, public
from app.errors import NotFound, RefusedMove
from app.extensions import db
from app.models.articles import Picture
from app.services import articles, comments, faq, media
from app.services.articles import reading
from app.views.api.media import headers_of

blueprint = Blueprint("articles", __name__)


@blueprint.get("/blog")
@public
def blog():
    number = max(1, request.args.get("page", 1, type=int))
    found, last = articles.in_section(ArticleSection.BLOG, number)
    if number > last:
        raise NotFound()
    return render_template("articles/blog.html", articles=found, page=number, last=last)


@blueprint.get("/blog/feed.xml")
@public
def feed():
    """Atom, in the language of its address."""
    locale = str(get_locale())
    found = [(each, articles.read(each, locale)) for each in articles.feed()]
    response = make_response(render_template("articles/feed.xml", articles=found, locale=locale))
    response.mimetype = "application/atom+xml"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/help")
@public
def help_index():
    asked = request.args.get("q", "").strip()[: faq.LONGEST]
    found = (articles.search(asked), faq.search(asked, limit=5)) if asked else ([], [])
    return render_template(
        "articles/help.html", asked=asked, found=found, topics=articles.in_knowledge(), said=faq.said
    )


@blueprint.get("/blog/<slug>", defaults={"section": ArticleSection.BLOG})
@blueprint.get("/help/<slug>", defaults={"section": ArticleSection.KNOWLEDGE})
@blueprint.get("/pages/<slug>", defaults={"section": ArticleSection.PAGE})
@public
def show(section, slug):
    article = articles.published(slug)
    if article is None or article.section != section:
        return _moved(article or articles.former(slug))
    return render_template("articles/article.html", **page_of(article))


def _moved(article):
    if article is None:
        raise NotFound()
    return redirect(articles.address(article), 301)


def page_of(article):
    """What the page of an article shows in the reader's language."""
    return {
        "article": article,
        "text": articles.read(article, get_locale()),
        "more": articles.beside(article),
        "folder": reading.FOLDERS,
        "written_in": article.languages,
    } | _discussion(article, current_actor())


def _discussion(article, actor):
    if article.section == ArticleSection.PAGE:
        return {"discussion": None}
    refused = None
    try:
        comments.check(article, actor) if actor else None
    except RefusedMove as error:
        refused = error.message
    return {
        "discussion": comments.under(article, actor=actor),
        "may_comment": may(actor, Permission.COMMENT) and not refused,
        "refused": refused,
        "nonce": uuid4,
    }


@blueprint.get("/pictures/<uuid:public_id>")
@public
def picture(public_id):
    """``?as=thumb``: a small one. Of published articles for everybody, of others for the owners."""
    found = db.session.scalar(visible_to(current_actor(), Picture).where(Picture.public_id == public_id))
    if found is None:
        raise NotFound()
    small = request.args.get("as") == "thumb"
    key, kind = (found.thumb_key, "image/webp") if small else (found.key, found.content_type)
    version = media.Version(key, kind, None, key.rpartition("/")[2], True)
    with version.open() as source:
        response = Response(source.read())
    response.headers.update(headers_of(version) | {"Cache-Control": "private, max-age=86400"})
    response.headers.pop("Vary", None)
    response.set_etag(key.rpartition("/")[2])
    return response.make_conditional(request)

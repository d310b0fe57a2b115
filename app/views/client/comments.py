"""What people say under articles, and what they think should not stand there."""

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.access.scopes import visible_to
from app.constants import CommentState
from app.doors import current_actor, requires
from app.errors import DomainError, NotFound
from app.extensions import db
from app.models.articles import Article
from app.models.comments import Comment
from app.services import articles, comments
from app.views.public.articles import page_of
from app.views.redirects import see_other

blueprint = Blueprint("comments", __name__)


@blueprint.post("/articles/<uuid:public_id>/comments")
@requires(P.COMMENT)
def write(public_id):
    """``body``, ``nonce``, and ``parent`` for an answer. What was refused stands in the form again."""
    article, form = _article(public_id), request.form
    sent = {"body": form.get("body", ""), "nonce": form.get("nonce"), "parent": _parent(form)}
    try:
        said = comments.write(article, **sent, actor=current_actor())
    except DomainError as error:
        page = page_of(article) | {"typed": sent["body"], "error": error.message, "answered": sent["parent"]}
        return render_template("articles/article.html", **page), error.page_status
    if said.state == CommentState.WAITING:
        flash(_("Thank you! The comment will appear once it has been read by an owner."), "success")
    return see_other(f"{articles.address(article)}#c-{said.public_id}")


@blueprint.post("/comments/<public_id>/report")
@requires(P.COMMENT)
def report(public_id):
    comment = get_visible(current_actor(), Comment, public_id, P.COMMENT)
    comments.report(comment, actor=current_actor())
    flash(_("Thank you, we will look at it."), "success")
    return _back(comment)


@blueprint.post("/comments/<public_id>/delete")
@requires(P.COMMENT_OWN)
def delete(public_id):
    comment = get_visible(current_actor(), Comment, public_id, P.COMMENT_OWN)
    response = _back(comment)
    comments.remove(comment, actor=current_actor())
    flash(_("Deleted."), "success")
    return response


def _parent(form):
    return get_visible(current_actor(), Comment, form["parent"], P.COMMENT).public_id if form.get("parent") else None


def _article(public_id):
    found = db.session.scalar(visible_to(None, Article).where(Article.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def _back(comment):
    return see_other(f"{articles.address(_article(comment.article))}#comments")

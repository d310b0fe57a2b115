"""Discussions under articles: said by people who are signed in, shown once an owner has agreed."""

from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission, may
from app.access.scopes import visible_to
from app.constants import ArticleState, AuditTag, CommentState, NotificationKind
from app.errors import Forbidden, InvalidInput, NotFound, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.articles import Article
from app.models.base import utcnow
from app.models.comments import Comment, CommentReport, Silence
from app.services import articles, audit, bin, limits, settings, texts
from app.services.notifications import notify
from app.services.transaction import insert_once, transaction

LONGEST = 2000
AT_ONCE = 50  # in the queue's page


def under(article, *, actor):
    """``[(Comment, [answers])]`` as ``actor`` (or a visitor, None) sees them, the oldest first."""
    mine = visible_to(actor, Comment).where(Comment.article == article.public_id, _readable(actor))
    found = db.session.scalars(mine.order_by(Comment.id).options(joinedload(Comment.author))).all()
    known = {each.public_id for each in found}
    first = [each for each in found if each.parent not in known]
    return [(each, [answer for answer in found if answer.parent == each.public_id]) for each in first]


def _readable(actor):
    own = Comment.author_id == (actor.id if actor else None)
    return sa.or_(Comment.state == CommentState.SHOWN, sa.and_(own, Comment.state == CommentState.WAITING))


def write(article, *, body, nonce, parent=None, actor):
    """Say something under ``article``, or in answer to a comment there. It waits for an owner while its author is new.

    Raises InvalidInput, RefusedMove where the discussion is closed or its author silenced, TooMany.
    """
    body, nonce = _cleaned(body), _nonce(nonce)
    limits.hit(limits.comments, "comment", actor, _l("You comment too often. Try again in a few minutes."))
    with transaction() as session:
        if known := session.scalar(sa.select(Comment).where(Comment.nonce == nonce, Comment.author_id == actor.id)):
            return known
        check(article, actor)
        answered = _answered(article, parent)
        comment = Comment(
            article=article.public_id,
            nonce=nonce,
            body=body,
            author_id=actor.id,
            parent=answered and (answered.parent or answered.public_id),
            state=CommentState.SHOWN if _is_trusted(actor) else CommentState.WAITING,
        )
        session.add(comment)
        session.flush()
        _tell_owner(article, comment, actor)
        if comment.state == CommentState.SHOWN:
            _tell_answered(article, comment, actor, answered)
    return comment


def check(article, actor):
    """Raises RefusedMove with the reason why ``actor`` cannot comment here."""
    if article.state != ArticleState.PUBLISHED or not article.discussed:
        raise RefusedMove(_l("The discussion of this article is closed."))
    if is_silenced(actor):
        raise RefusedMove(_l("You cannot comment: the owners of the service have decided so."))


def is_silenced(user):
    return db.session.get(Silence, user.id) is not None


def silenced(ids):
    """Those of these people who may not comment."""
    return set(db.session.scalars(sa.select(Silence.user_id).where(Silence.user_id.in_(ids))))


def report(comment, *, actor):
    """Ask the owners to look at it; once for each person."""
    with transaction():
        if insert_once(CommentReport, {"comment": comment.public_id, "user_id": actor.id}, ["comment", "user_id"]):
            comment.reported_at = comment.reported_at or utcnow()


def decide(comment, state, *, actor):
    """SHOWN, HIDDEN or REJECTED, by an owner; whoever it answers hears of it when it is first shown."""
    with transaction() as session:
        was = comment.state
        put(comment, {"state": state}, actor=actor)
        if comment.reported_at:
            comment.reported_at = None
            session.execute(sa.delete(CommentReport).where(CommentReport.comment == comment.public_id))
        article = session.scalar(sa.select(Article).where(Article.public_id == comment.article))
        if state == CommentState.SHOWN and was == CommentState.WAITING and article:
            _tell_answered(article, comment, comment.author, _find(comment.parent))


def put(comment, values, *, actor):
    """Fields as an owner sets them, or takes them back."""
    if not may(actor, Permission.COMMENTS_MODERATE):
        raise Forbidden()
    with transaction():
        old, new = audit.changes(comment, values)
        if new:
            for name in new:
                setattr(comment, name, values[name])
            comment.version += 1
            audit.record(AuditTag.COMMENT_MODERATED, comment, actor=actor, old=old, new=new)


def silence(user, silent, *, actor):
    """Let ``user`` comment no more, or again. What waits of theirs is rejected with it."""
    if silent and may(user, Permission.COMMENTS_MODERATE):
        raise RefusedMove(_l("Owners cannot be silenced."))
    with transaction() as session:
        if is_silenced(user) == silent:
            return
        if silent:
            session.add(Silence(user_id=user.id))
            waiting = Comment.author_id == user.id, Comment.state == CommentState.WAITING
            for comment in session.scalars(sa.select(Comment).where(*waiting)).all():
                put(comment, {"state": CommentState.REJECTED}, actor=actor)
        else:
            session.delete(session.get_one(Silence, user.id))
        changed = {"old": {"silenced": not silent}, "new": {"silenced": silent}}
        audit.record(AuditTag.COMMENTER_SILENCED, user, actor=actor, **changed)


def remove(comment, *, actor):
    """Into the bin, by its author or an owner."""
    with transaction() as session:
        comment = session.get_one(Comment, comment.id)
        audit.record(AuditTag.COMMENT_MODERATED, comment, actor=actor, old={"state": comment.state.value}, new={})
        bin.put(comment, actor=actor)


def queue(state=None, before=None):
    """``(comments, articles by their ids, whether earlier ones follow)``, the newest first, those ``before`` a Comment.

    What an owner has to look at (``state`` None: what waits or was reported), or everything in one state.
    """
    todo = sa.or_(Comment.state == CommentState.WAITING, Comment.reported_at.is_not(None))
    wanted = Comment.state == state if state else todo
    earlier = sa.true() if before is None else Comment.id < before.id
    newest = sa.select(Comment).where(wanted, earlier).order_by(Comment.id.desc()).limit(AT_ONCE + 1)
    author = joinedload(Comment.author, innerjoin=True).lazyload(User.realtor)
    more = db.session.scalars(newest.options(author)).all()
    found = more[:AT_ONCE]
    ids = {each.article for each in found}
    named = db.session.scalars(sa.select(Article).where(Article.public_id.in_(ids))).all()
    return found, {article.public_id: article for article in named}, len(more) > AT_ONCE


def waiting_count():
    todo = sa.or_(Comment.state == CommentState.WAITING, Comment.reported_at.is_not(None))
    return db.session.scalar(sa.select(sa.func.count()).select_from(Comment).where(todo))


def export(user):
    """JSON-ready: everything the person has said."""
    found = sa.select(Comment).where(Comment.author_id == user.id).order_by(Comment.id)
    said = db.session.scalars(found).all()
    return [{"body": each.body, "state": each.state.value, "created_at": audit.plain(each.created_at)} for each in said]


def forget(user):
    """The person is gone; what was shown stays, without their name. Inside transaction()."""
    session = db.session
    unseen = Comment.author_id == user.id, Comment.state != CommentState.SHOWN
    session.execute(sa.delete(Comment).where(*unseen))
    session.execute(sa.delete(CommentReport).where(CommentReport.user_id == user.id))


def _cleaned(body):
    body = texts.clean_message(body)
    if len(body) > LONGEST:
        raise InvalidInput(_l("A comment may have up to %(n)s characters.", n=LONGEST), field="body")
    return body


def _nonce(text):
    try:
        return UUID(str(text))
    except ValueError:
        raise InvalidInput(_l("Open the page anew and try again."), field="nonce") from None


def _answered(article, parent):
    found = _find(parent)
    if parent and (found is None or found.article != article.public_id or found.state != CommentState.SHOWN):
        raise NotFound()
    return found


def _find(public_id):
    return public_id and db.session.scalar(sa.select(Comment).where(Comment.public_id == public_id))


def _is_trusted(actor):
    """Owners, and those who have had enough comments agreed to."""
    if may(actor, Permission.COMMENTS_MODERATE):
        return True
    needed = settings.get("comments_trusted_after")
    shown = sa.select(sa.func.count()).where(Comment.author_id == actor.id, Comment.state == CommentState.SHOWN)
    return needed > 0 and db.session.scalar(shown) >= needed


def _tell_owner(article, comment, actor):
    if article.author and article.author_id != actor.id and article.author.is_active:
        url = "/supervisor/comments/" if comment.state == CommentState.WAITING else _address(article, comment)
        told = {"title": str(article), "name": first_name(actor)}
        notify([article.author], NotificationKind.COMMENT_NEW, params=told, url=url, email="notification")


def _tell_answered(article, comment, author, answered):
    if answered and answered.author_id != author.id and answered.author.is_active:
        told = {"title": str(article), "name": first_name(author)}
        notify([answered.author], NotificationKind.COMMENT_ANSWERED, params=told, url=_address(article, comment),
               email="notification")  # fmt: skip


def _address(article, comment):
    return f"{articles.address(article)}#c-{comment.public_id}"


def first_name(user):
    """What readers see of an author."""
    return user.name if user.deleted_at else user.name.split()[0]

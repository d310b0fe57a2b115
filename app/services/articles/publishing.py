"""When an article is out: now, at a moment to come, or not any more. Its state is derived: nothing has to run then."""

from app.constants import ArticleState
from app.models.base import utcnow
from app.services.articles import writing
from app.services.transaction import transaction


def publish(article, *, actor, at=None):
    """Now, or ``at`` a moment. What is out stays out since when it was. Raises InvalidInput where a text is missing."""
    with transaction():
        writing.check_texts({name: getattr(article, name) for name in writing.TEXTS}, complete=True)
        if at is None and article.state == ArticleState.PUBLISHED:
            return article
        return writing.change(article, {"publish_at": at or utcnow(), "withdrawn": False}, actor=actor)


def withdraw(article, *, actor):
    """Nobody but the owners sees it from now on; it can be published again."""
    return writing.change(article, {"withdrawn": True}, actor=actor)

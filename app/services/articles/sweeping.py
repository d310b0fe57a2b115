"""What hangs on an article's public id goes once the article is neither there nor in the bin."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from app.extensions import db
from app.models.articles import Article, ArticleVersion, FormerAddress, Picture
from app.models.audit import BinItem
from app.models.base import utcnow
from app.models.comments import Comment
from app.services.media import store
from app.services.transaction import transaction

UNSAVED = timedelta(days=2)  # an article is written for so long before its first saving, at most
BATCH = 200


def sweep():
    """Remove pictures, texts and addresses that nothing can come back to. Returns how many pictures went."""
    orphans = sa.select(Picture).where(_nobodys(Picture.article), Picture.created_at < utcnow() - UNSAVED).limit(BATCH)
    gone = [each.id for each in db.session.scalars(orphans) if store.delete([each.key, each.thumb_key])]
    db.session.rollback()
    with transaction() as session:
        session.execute(sa.delete(Picture).where(Picture.id.in_(gone)))
        for model in (ArticleVersion, FormerAddress, Comment):
            session.execute(
                sa.delete(model).where(_nobodys(model.article)).execution_options(synchronize_session=False)
            )
    return len(gone)


def _nobodys(column):
    binned = db.session.scalars(sa.select(BinItem.object_id).where(BinItem.object_type == "article"))
    return sa.and_(column.not_in(sa.select(Article.public_id)), column.not_in([UUID(each) for each in binned]))

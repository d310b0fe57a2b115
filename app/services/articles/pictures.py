"""Pictures of articles: drawn anew like every photo here, kept in the same storage."""

from io import BytesIO

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from uuid_utils.compat import uuid7

from app.constants import MessageKind
from app.errors import InvalidInput
from app.extensions import db
from app.models.articles import Picture
from app.services.media import store
from app.services.media.receiving import receive
from app.services.transaction import transaction


def add_picture(article_id, name, stream, *, actor):
    """Store the image in ``stream`` for the article of this public id, saved or not yet. Raises InvalidInput."""
    image = receive(MessageKind.IMAGE, name, stream)
    if image.kind != MessageKind.IMAGE:
        raise InvalidInput(_l("Only a picture can stand here: JPEG, PNG, WebP, GIF or HEIC."), field="file")
    public_id = uuid7()
    key, thumb_key = f"articles/{public_id}.{image.ending}", f"articles/{public_id}.thumb.webp"
    store.save(BytesIO(image.data), key)
    store.save(BytesIO(image.thumb), thumb_key)
    size = {"width": image.width, "height": image.height, "content_type": image.content_type}
    with transaction() as session:
        picture = Picture(
            public_id=public_id, article=article_id, key=key, thumb_key=thumb_key, uploader_id=actor.id, **size
        )
        session.add(picture)
    return picture


def pictures_of(article_id):
    return db.session.scalars(sa.select(Picture).where(Picture.article == article_id).order_by(Picture.id)).all()

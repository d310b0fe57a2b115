"""The way out that every optional mail carries: a signed address that ends one topic's mail for one person."""

from uuid import UUID

import sqlalchemy as sa
from itsdangerous import BadSignature

from app.constants import Channel, Topic
from app.errors import NotFound
from app.extensions import db
from app.models.accounts import User
from app.services import keys, preferences


def address(letter, config):
    """Where one press ends mails like this claimed delivery; None for letters that must be sent, and other channels."""
    optional = letter.topic is not None and (letter.topic, letter.channel) not in preferences.LOCKED
    if letter.channel != Channel.EMAIL or letter.person is None or not optional:
        return None
    return f"{config.public_url}/unsubscribe/{token(letter.person, letter.topic)}"


def token(person, topic):
    """Signed, and good for ever: an old mail's way out works too. ``person`` is a public id."""
    return _signer().dumps([person.hex, topic.value])


def person_and_topic(token):
    """Whom and what the token is about. Raises NotFound for a wrong one and for who is gone."""
    try:
        person, topic = _signer().loads(token)
        user = db.session.scalar(sa.select(User).where(User.public_id == UUID(person), User.deleted_at.is_(None)))
        topic = Topic(topic)
    except (BadSignature, ValueError):
        raise NotFound() from None
    if user is None:
        raise NotFound()
    return user, topic


def unsubscribe(token):
    """End this topic's mail; twice is once. Raises NotFound."""
    user, topic = person_and_topic(token)
    preferences.switch_off(user, topic, Channel.EMAIL)


def _signer():
    return keys.signer("unsubscribe")

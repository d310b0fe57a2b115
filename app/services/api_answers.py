"""A question asked twice with one Idempotency-Key is answered once.

What the question changes and the answer to it are one transaction: a program that dies, or asks again before it has
heard, finds either nothing done or the answer. Who asks at the same moment waits for the first, on both databases.
"""

import hashlib
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput
from app.models.api import ApiAnswer
from app.models.base import utcnow
from app.services.transaction import insert_once, transaction

KEPT = timedelta(hours=24)
LONGEST = 200


@contextmanager
def once(token_id, key, question):
    """Inside, in one transaction: the ApiAnswer to fill in, or the filled one of whoever asked first.

    ``question`` (bytes) is all that was asked. Raises InvalidInput when the key stands for another question.
    """
    if not 0 < len(key) <= LONGEST:
        raise InvalidInput(_l("An idempotency key has 1 to 200 characters."), code="bad_idempotency_key")
    digest = hashlib.sha256(question).hexdigest()
    with transaction() as session:
        session.execute(sa.delete(ApiAnswer).where(ApiAnswer.token_id == token_id, ApiAnswer.key == key, _old()))
        values = {"token_id": token_id, "key": key, "question": digest, "headers": {}, "body": ""}
        insert_once(ApiAnswer, values | {"created_at": utcnow()}, ["token_id", "key"])
        mine = sa.select(ApiAnswer).where(ApiAnswer.token_id == token_id, ApiAnswer.key == key)
        answer = session.scalars(mine).one()
        if answer.question != digest:
            raise InvalidInput(_l("This idempotency key was used for another question."), code="idempotency_key_reused")
        yield answer


def purge():
    """Forget the answers that are older than a day: they may hold names."""
    with transaction() as session:
        return session.execute(sa.delete(ApiAnswer).where(_old())).rowcount


def _old():
    return ApiAnswer.created_at < utcnow() - KEPT

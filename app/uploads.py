"""Who may bring a large body, and how large: decided before a byte of it is read or kept.

Everything else that reads a form (the CSRF check, the guard against NUL) comes after this step.
"""

import errno

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from app.access.loaders import get_visible
from app.access.permissions import Permission, may
from app.doors import current_actor
from app.error_pages import JSON_FIRST
from app.errors import DomainError, StorageFull
from app.integrations import storage
from app.models.conversations import Conversation
from app.services import imports, limits, media
from app.services.media.limits import FORM, file_size
from app.services.media.refusals import refuse_size

ARTICLE = "articles_admin.upload"
ROOM = 64 * 1024  # bytes of a form around its file
LOGOS = 24 * 1024 * 1024


def init_app(app, settings):
    media.set_storage(storage.connect(settings.media_url))
    app.before_request(admit)


def admit():
    """Raise the limit of a request with a file: of a conversation, of an article, a logo, a table to import."""
    if request.endpoint == "imports.upload" and may(current_actor(), Permission.IMPORTS):
        request.max_content_length = imports.limits().size + ROOM
        return
    if request.endpoint == "settings.save" and may(current_actor(), Permission.SETTINGS):
        request.max_content_length = LOGOS  # a photo of a phone is refused at its field, with everything typed kept
        return
    if request.endpoint not in (*JSON_FIRST, ARTICLE) or request.mimetype != "multipart/form-data":
        return
    actor = current_actor()
    if not (may(actor, Permission.CONTENT) if request.endpoint == ARTICLE else _may_send(actor)):
        return  # its door refuses it; until then the usual limit holds
    largest = file_size()
    if (request.content_length or 0) > largest + FORM:
        refuse_size(largest)
    limits.hit(limits.uploads, "upload", actor)
    request.max_content_length = largest + FORM
    _read()


def _may_send(actor):
    if not may(actor, Permission.MESSAGE_SEND):
        return False
    try:
        get_visible(actor, Conversation, request.view_args["public_id"], Permission.MESSAGE_SEND)
    except DomainError:
        return False
    return True


def _read():
    """Take the body in, a large file into a temporary one that vanishes with the request."""
    try:
        request.files  # noqa: B018 - reading it is what parses the body
    except RequestEntityTooLarge:  # one that did not say how long it is
        refuse_size(file_size())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull() from error
        raise

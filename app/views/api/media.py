"""``GET /media/<id>``: the bytes of a photo, a document or a recording, for the people of its conversation."""

from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.wsgi import wrap_file

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.doors import current_actor, requires
from app.models.media import Media
from app.services import media

blueprint = Blueprint("media", __name__, url_prefix="/media")


@blueprint.get("/<public_id>")
@requires(P.MEDIA_READ)
def show(public_id):
    """``?as=thumb`` or ``?as=aac`` asks for another version; ``Range`` is answered but for thumbnails."""
    found = get_visible(current_actor(), Media, public_id, P.MEDIA_READ)
    version = media.version(found, request.args.get("as"))
    response = _whole(version) if version.size is None else _ranged(version)
    response.headers.update(headers_of(version))
    return response


def _whole(version):
    with version.open() as source:
        return Response(source.read())


def _ranged(version):
    response = Response(wrap_file(request.environ, version.open()), direct_passthrough=True)
    response.content_length = version.size
    response.set_etag(version.key.rpartition("/")[2])  # a stored object never changes
    return response.make_conditional(request, accept_ranges=True, complete_length=version.size)


def headers_of(version):
    """Nothing that somebody sent may run here, be sniffed into something else, or stay in a shared cache."""
    disposition = "inline" if version.inline else "attachment"
    return {
        "Content-Type": version.content_type,
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(version.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600",
        "Vary": "Cookie",
    }

"""Where files lie: a folder (``MEDIA_URL=file:/srv/media``) or a bucket (``s3://key:secret@host/bucket?region=…``).

A storage has three verbs. ``save(stream, key)`` keeps all of a stream or nothing of it; ``open(key, start=0)`` reads
from that byte on; ``delete(key)`` may be repeated. They raise StorageFull, StorageDown or, for a missing key, NotFound.
"""

from urllib.parse import urlsplit

from app.config import ConfigError
from app.integrations.storage.folder import Folder


def connect(url):
    """The storage of this address. Raises ConfigError, which never shows the address: it may hold a secret."""
    if url.startswith("file:"):
        return Folder(url.removeprefix("file:"))
    if urlsplit(url).scheme in ("s3", "s3+http"):
        from app.integrations.storage.bucket import Bucket  # the library costs 30 MB: only who asks for it pays

        return Bucket.from_url(url)
    raise ConfigError("MEDIA_URL must begin with file: or s3:")

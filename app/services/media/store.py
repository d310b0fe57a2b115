"""The storage that create_app handed over (integrations/storage): services know its three verbs only."""

import structlog

log = structlog.get_logger()
_storage = None


def set_storage(storage):
    global _storage
    _storage = storage


def save(stream, key):
    _storage.save(stream, key)


def open_at(key, start=0):
    return _storage.open(key, start)


def delete(keys):
    """Delete what can be deleted; whether all of it was. What was not, the sweeper tries again."""
    done = True
    for key in keys:
        try:
            _storage.delete(key)
        except Exception:
            log.exception("media_not_deleted")
            done = False
    return done

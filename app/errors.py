"""What can go wrong by the rules. No Flask here: error_pages.py turns these into HTML or JSON.

A message is a lazy English msgid (or plain text); ``code`` is for machines and never changes.
"""


class DomainError(Exception):
    """A rule says no. ``field`` names the form field at fault where there is one."""

    code = "invalid"
    status = 400

    def __init__(self, message="", *, code=None, field=None):
        super().__init__(message)
        self.message = message
        self.field = field
        if code:
            self.code = code

    @property
    def page_status(self):
        """Of a page that shows its form again, with what was typed: 422 where the value is wrong."""
        return 422 if self.status == 400 else self.status


class InvalidInput(DomainError):
    """The value itself is wrong: show it at the field."""


class Overtaken(InvalidInput):
    """One field of a page was saved by somebody else meanwhile: sent once more, what is typed replaces that."""

    code = "edit_conflict"
    status = 409


class Unauthorized(DomainError):
    """Nobody who is known asks."""

    code = "unauthorized"
    status = 401


class NotFound(DomainError):
    """The object does not exist for this actor (which includes: is somebody else's)."""

    code = "not_found"
    status = 404


class Forbidden(DomainError):
    """The object is visible, the permission is missing."""

    code = "forbidden"
    status = 403


class RefusedMove(DomainError):
    """The state table has no such move; the message names the reason."""

    code = "refused"
    status = 409


class ConversationClosed(RefusedMove):
    code = "conversation_closed"


class EditConflict(DomainError):
    """Somebody saved the record meanwhile. Carries ``original``, ``theirs`` and ``mine`` as field → value."""

    code = "edit_conflict"
    status = 409

    def __init__(self, message="", *, original, theirs, mine):
        super().__init__(message)
        self.original, self.theirs, self.mine = original, theirs, mine


class Blocked(DomainError):
    """The account is blocked; the message tells why."""

    code = "blocked"
    status = 403


class TooLarge(DomainError):
    code = "too_large"
    status = 413


class StorageFull(DomainError):
    """There is no room for another file."""

    code = "storage_full"
    status = 507


class StorageDown(DomainError):
    """The place where files lie does not answer; later it may."""

    code = "storage_down"
    status = 503


class TooMany(DomainError):
    """``retry_after``: in how many seconds it may be tried again, where that is known."""

    code = "too_many"
    status = 429

    def __init__(self, message="", *, retry_after=None):
        super().__init__(message)
        self.retry_after = retry_after

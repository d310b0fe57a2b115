"""What the chat page's scripts need for photos, files and voice: limits, and every word they may say."""

from flask_babel import gettext as _

from app.access.permissions import Permission, may
from app.services.media.documents import MIMES
from app.services.media.limits import MEGABYTE, file_size, voice_seconds
from app.services.media.refusals import TEXTS

# HEIC by its endings too: browsers that do not know its type would not let it be chosen.
PHOTOS = "image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic,image/heif,.heic,.heif"
ACCEPT = ",".join([PHOTOS, *(f".{ending}" for ending in MIMES)])


def settings(conversation, actor):
    return {
        "accept": ACCEPT,
        "size": file_size(),
        "seconds": voice_seconds(),
        "voice": may(actor, Permission.VOICE_SEND, conversation),
        "words": _files() | _voice() | _viewer(),
    }


def _files():
    return {
        "photo": _("Photo: %(name)s", name="{name}"),
        "kb": _("%(n)s KB", n="{n}"),
        "mb": _("%(n)s MB", n="{n}"),
        "uploading": _("Sending %(name)s", name="{name}"),
        "cancelUpload": _("Cancel the sending"),
        "remove": _("Take out %(name)s", name="{name}"),
        "tooMany": _("Up to %(n)s files can be sent at once.", n="{n}"),
        "tooLarge": _("The file is too large: up to %(n)s MB can be sent.", n=file_size() // MEGABYTE),
        "empty": str(TEXTS["empty"]),
        "kinds": str(TEXTS["unknown_type"]),
    }


def _voice():
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "position": _("Position in the recording"),
        "speed": _("Speed: %(n)s", n="{n}"),
        "preparing": _("The recording is being prepared for this device. Try again in a moment."),
        "cannotPlay": _("This recording cannot be played here."),
        "slide": _("Slide left to cancel"),
        "stop": _("Stop and listen"),
        "forget": _("Delete the recording"),
        "sendVoice": _("Send the voice message"),
        "tooShort": _("Too short. Hold the microphone while you speak, or press it once."),
        "micRefused": _("The browser does not let us use the microphone. Allow it in the address bar and try again."),
        "micMissing": _("No microphone was found."),
        "micBroken": _("The microphone is busy or does not work. Close other programs that use it and try again."),
    }


def _viewer():
    return {
        "close": _("Close"),
        "save": _("Save"),
        "previous": _("Previous photo"),
        "next": _("Next photo"),
    }

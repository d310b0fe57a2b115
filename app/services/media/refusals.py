"""Why a file is not taken: one clear sentence each, with a code for programs."""

from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput, TooLarge
from app.services.attachments import clock
from app.services.media.limits import MEGABYTE

ALLOWED = _l(
    "Photos (JPEG, HEIC, PNG, WebP, GIF), PDF, Word, Excel, PowerPoint, OpenDocument, TXT and CSV can be sent."
)

TEXTS = {
    "empty": _l("The file is empty."),
    "unknown_type": ALLOWED,
    "svg": _l("SVG pictures cannot be sent. Save it as PNG or PDF."),
    "html": _l("Web pages cannot be sent. Save it as PDF."),
    "archive": _l("Archives cannot be sent. Send the files one by one."),
    "macros": _l("Documents with macros cannot be sent. Save it without them."),
    "broken": _l("The file is damaged or not all of it has arrived. Try again or choose another one."),
    "polyglot": _l("There is something else hidden in the file, so it cannot be sent."),
    "renamed": _l("The file is not what its name says. Give it its right ending and try again."),
    "too_many_pixels": _l("The picture is too large. Up to %(n)s megapixels can be sent.", n=100),
    "not_voice": _l("This recording cannot be read. Record it once more."),
}


def refuse(code):
    raise InvalidInput(TEXTS[code], code=code, field="file")


def refuse_size(limit):
    raise TooLarge(_l("The file is too large: up to %(n)s MB can be sent.", n=limit // MEGABYTE))


def refuse_length(seconds):
    text = _l("A voice message may last up to %(length)s.", length=clock(seconds))
    raise InvalidInput(text, code="too_long", field="file")

"""Documents by allow-list: what a file is, is read from its bytes, and its name must not say otherwise."""

import re
import zipfile
from io import BytesIO

from app.services.media.limits import TEXT_SIZE
from app.services.media.refusals import refuse, refuse_size

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
MIMES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": f"{_OPEN}text",
    "ods": f"{_OPEN}spreadsheet",
    "odp": f"{_OPEN}presentation",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_ACTIVE = re.compile(r"(^|/)(vbaproject\.bin|activex/|scripts?/|basic/)", re.IGNORECASE)
_MARKUP = re.compile(r"<\s*(script|html|body|iframe|svg|\?xml|\?php|!doctype)", re.IGNORECASE)
_END_OF_ZIP = 22  # bytes of its last record, which must be the last of the file


def ending_of(data):
    """The ending (a key of MIMES; txt for csv too) that these bytes deserve. Raises InvalidInput, TooLarge."""
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    return _text(data)


def _pdf(data):
    if zipfile.is_zipfile(BytesIO(data)):
        refuse("polyglot")
    if b"%%EOF" not in data[-2048:]:
        refuse("broken")
    if _MARKUP.search(data[:1024].decode("latin-1")):
        refuse("polyglot")
    return "pdf"


def _packed(data):
    try:
        with zipfile.ZipFile(BytesIO(data)) as box:
            names = {entry.filename for entry in box.infolist()}
            ending = _office(names) or _open_document(box, names)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, RuntimeError):
        refuse("broken")
    if ending is None:
        refuse("archive")
    if any(_ACTIVE.search(name) for name in names):
        refuse("macros")
    if data[-_END_OF_ZIP:][:4] != b"PK\x05\x06":
        refuse("polyglot")
    return ending


def _office(names):
    if "[Content_Types].xml" not in names:
        return None
    return next((ending for part, ending in _MAIN_PARTS.items() if part in names), None)


def _open_document(box, names):
    if "mimetype" not in names or box.getinfo("mimetype").file_size > 100:
        return None
    mime = box.read("mimetype").decode("ascii", "replace").strip()
    return next((ending for ending in ("odt", "ods", "odp") if MIMES[ending] == mime), None)


def _text(data):
    """Plain text, in UTF-8 or the Windows code page of Russian; anything that a browser could render is none."""
    words = _decoded(data)
    if words is None:
        refuse("unknown_type")
    start = words.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith("<svg") or (start.startswith("<?xml") and "<svg" in words.lower()):
        refuse("svg")
    if start.startswith("<") or _MARKUP.search(words):
        refuse("html")
    if len(data) > TEXT_SIZE:
        refuse_size(TEXT_SIZE)
    return "txt"


def _decoded(data):
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "cp1251"):
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\x98]", words):
            return words
    return None


def as_utf8(data):
    """The text in the one encoding that it is served in."""
    return _decoded(data).removeprefix("\ufeff").encode()

"""Photos are drawn anew: what leaves has the picture's pixels and nothing else that came with the file."""

import zipfile
from io import BytesIO
from typing import NamedTuple

from app.later import later
from app.services.media import heif
from app.services.media.refusals import refuse

Image, ImageCms, ImageOps = (later(f"PIL.{name}") for name in ("Image", "ImageCms", "ImageOps"))

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MIMES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"})
HEIF_MIMES = frozenset({"image/heic", "image/heif"})
ENDINGS = frozenset({"jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "avif", "heic", "heif"})
LONG_SIDE = 2560
THUMB_SIDE = 640  # twice the widest bubble
JPEG_PIXELS = 100_000_000  # these are read at a fraction of their size
OTHER_PIXELS = 40_000_000  # these must be unpacked whole: 160 MB
HEIF_PIXELS = 50_000_000  # so must these, but they have no fourth channel; newer iPhones make 48 megapixels
_FOREIGN = (b"<script", b"<html", b"<!doctype", b"<?php", b"<iframe")


class Picture(NamedTuple):
    content_type: str
    ending: str
    data: bytes
    thumb: bytes
    width: int
    height: int


def redraw(data, mime=None):
    """A Picture of the image in these bytes, which are of this type. Raises InvalidInput."""
    if zipfile.is_zipfile(BytesIO(data)) or _has_foreign(data):
        refuse("polyglot")
    try:
        image, lossless = _load_heif(data) if mime in HEIF_MIMES else _load(data)
        return _picture(_straight(image), lossless)
    except Image.DecompressionBombError:
        refuse("too_many_pixels")
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, MemoryError):
        refuse("broken")  # Pillow's readers say it in all these ways


def _has_foreign(data):
    """Whether markup that a browser could be talked into running lies somewhere in the file."""
    lower = data.lower()
    return any(word in lower for word in _FOREIGN) or b"%pdf-" in lower[:1024]


def _load(data):
    """The decoded first frame, no larger than LONG_SIDE, and whether its format keeps sharp edges sharp."""
    image = Image.open(BytesIO(data), formats=FORMATS)
    jpeg = image.format == "JPEG"
    if image.width * image.height > (JPEG_PIXELS if jpeg else OTHER_PIXELS):
        refuse("too_many_pixels")
    if not jpeg:
        image.load()
    lossless = image.format in ("PNG", "GIF")
    image.thumbnail((LONG_SIDE, LONG_SIDE), reducing_gap=2.0)  # JPEG: unpacked at a half, a quarter or an eighth
    return image, lossless


def _load_heif(data):
    return heif.load(data, HEIF_PIXELS, LONG_SIDE), False


def _straight(image):
    """Turned the way it was taken, in plain RGB (with alpha where there is some) of the web's colours."""
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        return image.convert("RGBA")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        image = _to_srgb(image, profile)
    return image.convert("RGB")


def _to_srgb(image, profile):
    try:
        return ImageCms.profileToProfile(image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # an unreadable profile: the colours are nearly right without it


def _picture(image, lossless):
    clean = Image.new(image.mode, image.size)  # no info, no EXIF, no comment comes along
    clean.paste(image)
    small = clean.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    thumb = _saved(small, "WEBP", quality=76, method=4)
    if lossless or clean.mode == "RGBA":
        return Picture("image/webp", "webp", _saved(clean, "WEBP", quality=90, method=3), thumb, *clean.size)
    data = _saved(clean, "JPEG", quality=84, optimize=True, progressive=True)
    return Picture("image/jpeg", "jpg", data, thumb, *clean.size)


def _saved(image, form, **options):
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()

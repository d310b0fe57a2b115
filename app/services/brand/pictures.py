"""The owners' logo and icon: judged by their bytes, cleaned or drawn anew, and kept under the hash of what came out.

A picture's name says all there is to know of it: «3f2a…-240x64.svg». Nothing is ever overwritten or removed, so every
earlier look can come back.
"""

import hashlib
import re
import zipfile
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput
from app.later import later
from app.services.brand import svg
from app.services.media import store

Image, ImageOps = later("PIL.Image"), later("PIL.ImageOps")

LARGEST = 512 * 1024  # bytes
PIXELS = 25_000_000
LOGO, ICON = (1200, 400), 512  # px: the most a logo has, and the side of an icon
MIMES = {"svg": "image/svg+xml", "png": "image/png"}
NAME = re.compile(r"(?P<hash>[0-9a-f]{20})-(?P<width>\d{1,5})x(?P<height>\d{1,5})\.(?P<ending>svg|png)")


class Named(NamedTuple):
    name: str
    width: int
    height: int
    ending: str

    @property
    def mime(self):
        return MIMES[self.ending]

    def within(self, width, height):
        """Its size in such a box: in its own proportions, and never larger than it is."""
        scale = min(width / self.width, height / self.height, 1)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))


def named(name):
    """What a picture's name says of it; None when it is none."""
    found = NAME.fullmatch(name)
    return found and Named(name, int(found["width"]), int(found["height"]), found["ending"])


def receive(data, *, square=False, drawing=True):
    """Keep an uploaded picture; its name. ``square``: an icon; ``drawing``: it may be SVG. Raises InvalidInput."""
    if len(data) > LARGEST:
        raise InvalidInput(_l("The picture is too large: up to 512 KB."))
    if svg.looks_like(data):
        if square:
            raise InvalidInput(_l("An icon has to be PNG, JPEG or WebP: iOS takes no SVG."))
        if not drawing:
            raise InvalidInput(_l("PNG, JPEG or WebP is needed here: mail programs and Excel show no SVG."))
        cleaned, size = svg.clean(data)
        return _keep(cleaned, size, "svg")
    image = _load(data)
    return _keep(*_drawn(_squared(image) if square else _fitting(image)), "png")


@lru_cache(maxsize=8)
def content(name):
    """The bytes of a kept picture, which never change. Raises NotFound."""
    with store.open_at(f"brand/{name}") as file:
        return file.read()


def _keep(data, size, ending):
    name = f"{hashlib.sha256(data).hexdigest()[:20]}-{size[0]}x{size[1]}.{ending}"
    store.save(BytesIO(data), f"brand/{name}")
    return name


def _load(data):
    if zipfile.is_zipfile(BytesIO(data)):
        raise InvalidInput(_l("There is something else hidden in the file, so it cannot be sent."))
    try:
        image = Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
        if image.width * image.height > PIXELS:
            raise InvalidInput(_l("The picture has too many pixels: up to 25 megapixels."))
        image = ImageOps.exif_transpose(image)
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise InvalidInput(_l("Only SVG, PNG, JPEG and WebP can stand here.")) from None


def _fitting(image):
    image.thumbnail(LOGO)
    return image


def _squared(image):
    """The whole picture in the middle of a white square: iOS shows what is transparent as black."""
    image = ImageOps.contain(image.convert("RGBA"), (ICON, ICON))
    square = Image.new("RGB", (ICON, ICON), "#ffffff")
    square.paste(image, ((ICON - image.width) // 2, (ICON - image.height) // 2), image)
    return square


def _drawn(image):
    clean = Image.new(image.mode, image.size)  # nothing that came with the file goes along
    clean.paste(image)
    made = BytesIO()
    clean.save(made, "PNG", optimize=True)
    return made.getvalue(), clean.size

"""The picture that messengers show beside a link of ours: 1200 × 630, in the owners' look and the reader's language.

The ground is white, so that any logo stands on it as it does in letters; their colour has the other half.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from app.app_icon import sign
from app.errors import NotFound
from app.later import later
from app.services.brand import pictures
from app.services.brand.look import look

Image, ImageDraw, ImageFont = later("PIL.Image"), later("PIL.ImageDraw"), later("PIL.ImageFont")

EDITION = 1  # one more whenever the same words are drawn otherwise: messengers keep what they have by its address
WIDTH, HEIGHT = 1200, 630
SHARP = 2  # drawn so many times larger, so that edges are smooth
LEFT, COLUMN = 72, 660  # where the words begin, and how wide they may be
LOGO_BOX = (400, 84)
SIZES, LINES = (76, 72, 68, 64, 60, 56, 52, 48, 44, 40), 3  # of the promise: the first at which it takes so few lines
TOKENS = ("paper", "ink", "ink-2", "press", "accent", "accent-soft", "mine")
FONTS = Path(__file__).parent / "static" / "vendor" / "fonts"
# The files of the font and what each has, as css/base.css says it to browsers.
SUBSETS = {
    "latin": ((0x20, 0xFF), (0x152, 0x153), (0x2000, 0x206F), (0x20AC, 0x20AC), (0x2122, 0x2122), (0x2212, 0x2212)),
    "cyrillic": ((0x400, 0x45F), (0x490, 0x491), (0x4B0, 0x4B1), (0x2116, 0x2116)),
    "latin-ext": ((0x100, 0x2BA), (0x1E00, 0x1E9F), (0x20A0, 0x20C0)),
    "cyrillic-ext": ((0x460, 0x52F),),
}


@dataclass(frozen=True)
class Card:
    """All that is seen on it. ``logo`` and ``icon`` are names of pictures, empty for none."""

    name: str
    promise: str
    address: str
    colours: tuple  # of (token, colour)
    logo: str = ""
    icon: str = ""

    @property
    def mark(self):
        """What changes with the picture, for its address."""
        return sha256(repr((EDITION, self)).encode()).hexdigest()[:10]

    @property
    def words(self):
        """What it says, for those who do not see it."""
        return f"{self.name}. {self.promise}"


def card(locale):
    """The Card of the look of this moment."""
    shown, host = look(), urlsplit(current_app.config["SETTINGS"].public_url).netloc
    with force_locale(locale):
        promise = _("One inquiry, and the realtors of the whole city answer you")
    return _card(shown, shown.name(locale), promise, host)


@lru_cache(maxsize=16)
def _card(shown, name, promise, host):
    colours = tuple((token, shown.palette.day[token]) for token in TOKENS)
    logo = shown.logo_in_pixels
    return Card(name, promise, host, colours, logo.name if logo else "", shown.app_icon)


@lru_cache(maxsize=8)
def png(card):
    return _Drawing(card).png()


class _Drawing:
    def __init__(self, card):
        self.card, self.colours = card, dict(card.colours)
        self.image = Image.new("RGB", (WIDTH * SHARP, HEIGHT * SHARP), self.colours["paper"])
        self.draw = ImageDraw.Draw(self.image)

    def png(self):
        self._head()
        self._promise()
        self._words(LEFT, HEIGHT - 68, self.card.address, _fitting(self.card.address, (30, 26, 22), 500), "ink-2")
        self._talk()
        made = BytesIO()
        self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(made, "PNG", optimize=True)
        return made.getvalue()

    def _head(self):
        if logo := _picture(self.card.logo):
            scale = min(LOGO_BOX[0] / logo.width, LOGO_BOX[1] / logo.height, 1)
            self._put(logo, LEFT, 72, round(logo.width * scale), round(logo.height * scale))
        else:
            self._sign(LEFT, 72, 76)
            size = _fitting(self.card.name, (52, 46, 40, 34, 28, 24), 700, 560)
            self._words(LEFT + 100, 110 + size * 0.35, self.card.name, size, "ink", 700)

    def _sign(self, x, y, side):
        if icon := _picture(self.card.icon):
            self._put(icon, x, y, side, side, corner=side // 4)
        else:
            self._own_sign(x, y, side)

    def _own_sign(self, x, y, side):
        whole, side_of_it = round(side * 1.3), side * SHARP
        drawn = sign(whole * SHARP, self.colours["accent"]).convert("RGBA")
        edge = (drawn.width - side_of_it) // 2  # without the margin that phones cut off
        drawn = drawn.crop((edge, edge, edge + side_of_it, edge + side_of_it))
        self._box(x, y + side * 0.55, x + side * 0.45, y + side - 0.5, side * 3 // 28, "accent")
        self._put(drawn, x, y, side, side, corner=side * 9 // 28)

    def _put(self, picture, x, y, width, height, corner=0):
        size = width * SHARP, height * SHARP
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        mask = picture.getchannel("A")
        if corner:
            shape = Image.new("L", size)
            ImageDraw.Draw(shape).rounded_rectangle((0, 0, *size), corner * SHARP, fill=255)
            mask = shape
        self.image.paste(picture, (x * SHARP, y * SHARP), mask)

    def _promise(self):
        size, lines = _wrapped(self.card.promise)
        step = round(size * 1.14)
        y = 352 - step * (len(lines) - 1) // 2 + size // 3
        for n, line in enumerate(lines):
            self._words(LEFT, y + n * step, line, size, "ink", 700)

    def _words(self, x, y, text, size, token, weight=600):
        """One line, its baseline at ``y``."""
        x *= SHARP
        for subset, piece in _pieces(text):
            font = _font(subset, size * SHARP, weight)
            self.draw.text((x, y * SHARP), piece, font=font, fill=self.colours[token], anchor="ls")
            x += font.getlength(piece)

    def _talk(self):
        """One inquiry, and the answers of several: what the service is, without words."""
        self._box(780, 36, 1164, 594, 40, "accent")
        self._box(872, 92, 1116, 196, 28, "mine")
        self._box(1060, 140, 1116, 196, 8, "mine")
        self._sign(896, 116, 56)
        self._bars(972, 126, (118, 78), "accent")
        for n, (bubble, bars) in enumerate(((206, (142, 96)), (236, (172, 118)), (178, (114, 70)))):
            y = 232 + n * 112
            self._face(828, y + 26)
            self._box(888, y, 888 + bubble, y + 88, 26, "paper")
            self._box(888, y + 44, 932, y + 88, 8, "paper")
            self._bars(916, y + 26, bars, "press")

    def _face(self, x, y):
        self._box(x, y, x + 48, y + 48, 24, "accent-soft")
        self._box(x + 16, y + 9, x + 32, y + 25, 8, "accent")
        self._box(x + 11, y + 28, x + 37, y + 39, 5, "accent")

    def _bars(self, x, y, widths, token):
        for n, width in enumerate(widths):
            self._box(x, y + n * 24, x + width, y + n * 24 + 12, 6, token)

    def _box(self, left, top, right, bottom, corner, token):
        edges = [value * SHARP for value in (left, top, right, bottom)]
        self.draw.rounded_rectangle(edges, corner * SHARP, fill=self.colours[token])


def _picture(name):
    """One of the owners' pictures; None where there is none."""
    try:
        return Image.open(BytesIO(pictures.content(name))).convert("RGBA") if name else None
    except NotFound:
        return None


def _wrapped(text):
    """(size, lines) of the promise at the largest size at which it stands in its column."""
    for size in SIZES:
        lines = _lines(text.split(" "), size)
        if len(lines) <= LINES and all(_width(line, size, 700) <= COLUMN for line in lines):
            break
    return size, lines[:LINES]


def _lines(words, size):
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if _width(longer, size, 700) <= COLUMN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _fitting(text, sizes, weight, room=COLUMN):
    return next((size for size in sizes if _width(text, size, weight) <= room), sizes[-1])


def _width(text, size, weight):
    return sum(_font(subset, size, weight).getlength(piece) for subset, piece in _pieces(text))


def _pieces(text):
    """(file of the font, what it draws) one after another; what no file has is left out."""
    pieces = []
    for letter in text:
        subset = _subset(letter)
        if pieces and pieces[-1][0] == subset:
            pieces[-1][1] += letter
        elif subset:
            pieces.append([subset, letter])
    return pieces


def _subset(letter):
    code = ord(letter)
    return next((name for name, ranges in SUBSETS.items() if any(a <= code <= b for a, b in ranges)), None)


@lru_cache(maxsize=64)
def _font(subset, size, weight):
    font = ImageFont.truetype(FONTS / f"onest-{subset}.woff2", size)
    font.set_variation_by_axes([weight])
    return font

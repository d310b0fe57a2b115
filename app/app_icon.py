"""The sign of the app as PNG, for iOS, which takes no SVG. The same lines as static/icon-maskable.svg."""

from functools import lru_cache
from io import BytesIO
from math import cos, pi, sin

from app.later import later

Image, ImageDraw = later("PIL.Image"), later("PIL.ImageDraw")


LINE, WIDTH = "#ffffff", 4.4
BOX = 64  # the drawing's own units
SHARP = 4  # drawn so many times larger, so that its edges are smooth


def _arc(x, y, start):
    """A quarter of a circle of 3.5 around (x, y), turning left from ``start``, an angle in quarters."""
    return [(x + 3.5 * cos(a), y + 3.5 * sin(a)) for a in (pi / 2 * (start - step / 8) for step in range(9))]


ROOF = [(20.6, 32.3), (32, 22.2), (43.4, 32.3)]
WALLS = [(25.7, 33), *_arc(29.2, 38.4, 2), *_arc(34.8, 38.4, 1), (38.3, 33)]


@lru_cache(maxsize=4)
def png(size, ground):
    made = BytesIO()
    sign(size, ground).save(made, "PNG", optimize=True)
    return made.getvalue()


def sign(size, ground):
    """The same as a picture of Pillow's."""
    scale = size * SHARP / BOX
    image = Image.new("RGB", (size * SHARP, size * SHARP), ground)
    draw = ImageDraw.Draw(image)
    for points in (ROOF, WALLS):
        _stroke(draw, [(x * scale, y * scale) for x, y in points], WIDTH * scale)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _stroke(draw, points, width):
    draw.line(points, fill=LINE, width=round(width), joint="curve")
    for x, y in points:
        draw.circle((x, y), width / 2, fill=LINE)

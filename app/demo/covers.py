"""Covers of the demo's articles, drawn here: roofs of a town at a time of day."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1600, 900)
SKIES = {  # (sky above, sky below, the far town, the near one, windows)
    "morning": ("#cfeee8", "#fff4e6", "#8fcbc0", "#0f766e", "#fff4e6"),
    "evening": ("#2a2342", "#f0965a", "#6b4a7a", "#2b1f3d", "#ffd9a0"),
    "day": ("#e5f0fb", "#ffffff", "#a9c8e8", "#1d5fa8", "#ffffff"),
}


def cover(sky, seed):
    """A JPEG to read from."""
    above, below, far, near, window = SKIES[sky]
    random, picture = Random(seed), _sky(above, below)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((1130, 150, 1330, 350), fill=window)
    _town(draw, random, far, None, base=560, height=190)
    picture = picture.filter(ImageFilter.GaussianBlur(3))
    _town(ImageDraw.Draw(picture), random, near, window, base=700, height=320)
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    out.seek(0)
    return out


def _sky(above, below):
    gradient = Image.linear_gradient("L").resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, below), Image.new("RGB", SIZE, above), gradient)


def _town(draw, random, colour, window, *, base, height):
    x = -40
    while x < SIZE[0]:
        width, top = random.randrange(110, 210), base - random.randrange(height)
        draw.rectangle((x, top, x + width, SIZE[1]), fill=colour)
        peak = top - random.choice((0, 50, 90))
        draw.polygon(((x - 8, top), (x + width // 2, peak), (x + width + 8, top)), fill=colour)
        if window:
            _windows(draw, random, x, top, width, window)
        x += width + random.choice((0, 0, 14))


def _windows(draw, random, x, top, width, colour):
    for row in range(top + 36, SIZE[1] - 60, 62):
        for column in range(x + 26, x + width - 34, 44):
            if random.random() < 0.55:
                draw.rounded_rectangle((column, row, column + 20, row + 32), 3, fill=colour)

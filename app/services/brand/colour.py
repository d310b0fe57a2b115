"""One colour: sRGB as «#rrggbb», OKLCH in which hues stay what they are, and the luminance that WCAG measures.

Conversions after Björn Ottosson's OKLab (public domain) and WCAG 2.2 «relative luminance».
"""

import math
import re
from functools import lru_cache

_HEX = re.compile(r"#[0-9a-f]{6}")


def is_colour(text):
    return bool(_HEX.fullmatch(text))


def luminance(colour):
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def oklch(colour):
    """(lightness 0–1, chroma, hue in degrees)"""
    red, green, blue = _linear(colour)
    cones = (
        0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue,
        0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue,
        0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue,
    )
    long, medium, short = (math.cbrt(cone) for cone in cones)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        math.hypot(a, b),
        math.degrees(math.atan2(b, a)) % 360,
    )


@lru_cache(maxsize=4096)
def with_luminance(wanted, chroma, hue):
    """The colour of this luminance and hue, with as much of ``chroma`` as a screen can show."""
    for share in (1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0):
        if found := _search(wanted, chroma * share, hue):
            return found
    raise ValueError(wanted)


def _search(wanted, chroma, hue):
    """Lightness by halving: luminance grows with it. None where the screen cannot show such a colour."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        red, green, blue = _channels(middle, chroma, hue)
        if 0.2126 * red + 0.7152 * green + 0.0722 * blue < wanted:
            low = middle
        else:
            high = middle
    channels = _channels(high, chroma, hue)
    if any(not -0.0005 <= channel <= 1.0005 for channel in channels):
        return None
    return "#" + "".join(f"{_byte(channel):02x}" for channel in channels)


def _channels(lightness, chroma, hue):
    """Linear red, green and blue, beyond 0 to 1 where no screen shows it."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long, medium, short = (
        cone**3
        for cone in (
            lightness + 0.3963377774 * a + 0.2158037573 * b,
            lightness - 0.1055613458 * a - 0.0638541728 * b,
            lightness - 0.0894841775 * a - 1.2914855480 * b,
        )
    )
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _linear(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def _byte(channel):
    channel = min(1, max(0, channel))
    return round(255 * (12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055))

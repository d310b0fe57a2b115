"""A drawing in SVG with nothing in it that runs or reaches out: only what is known to draw comes through.

It is shown as a picture (<img>), where browsers run nothing anyway, under a policy of its own; this is the first of
three walls, not the only one.
"""

import re
from xml.etree import ElementTree

from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DRAWS = set(
    re.findall(
        r"\w+",
        "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan style "
        "linearGradient radialGradient stop clipPath mask pattern",
    )
)
_ELSEWHERE = re.compile(r"url\s*\((?!\s*['\"]?\s*#)|@import|javascript:|data:|expression\s*\(|\\", re.IGNORECASE)
_HARMLESS_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*>", re.IGNORECASE)
_DEEPEST, _MOST = 40, 5_000

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)


def looks_like(data):
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith((b"<svg", b"<?xml", b"<!--")) or b"<svg" in start


def clean(data):
    """(the drawing anew, (width, height)). Raises InvalidInput, with the name of what may not stand in it."""
    root = _parsed(data)
    if root.tag != f"{{{_SVG}}}svg":
        raise InvalidInput(_l("This is no SVG drawing."))
    count = _check(root, 0)
    if count > _MOST:
        raise InvalidInput(_l("The drawing has too many parts."))
    size = _size(root)
    root.set("width", str(size[0]))
    root.set("height", str(size[1]))
    return ElementTree.tostring(root, encoding="utf-8"), size


def _parsed(data):
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(_l("This is no SVG drawing.")) from None
    text = _HARMLESS_DOCTYPE.sub("", text, count=1)
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):  # entities swell and reach out
        raise _not("DOCTYPE")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        raise InvalidInput(_l("This is no SVG drawing.")) from None


def _check(element, depth):
    """Refuse what runs or reaches out; drop what editors of drawings keep for themselves. How many parts there are."""
    if depth > _DEEPEST:
        raise InvalidInput(_l("The drawing has too many parts."))
    count = 1
    for child in list(element):
        if not isinstance(child.tag, str) or not child.tag.startswith(f"{{{_SVG}}}") or child.tag.endswith("}metadata"):
            element.remove(child)  # Inkscape's and Illustrator's own
            continue
        count += _check(child, depth + 1)
    name = element.tag.rpartition("}")[2]
    if name not in _DRAWS:
        raise _not(f"<{name}>")
    if name == "style" and _ELSEWHERE.search("".join(element.itertext())):
        raise _not("<style>")
    _check_attributes(element)
    return count


def _check_attributes(element):
    for name, value in list(element.attrib.items()):
        space, _brace, local = name.rpartition("}")
        if local.lower().startswith("on"):
            raise _not(local)
        if local == "href":
            if not value.strip().startswith("#"):
                raise _not(f"href={value[:40]}")
        elif space:
            del element.attrib[name]
        elif _ELSEWHERE.search(value):
            raise _not(f"{local}={value[:40]}")


def _size(root):
    """(width, height), of the view box or as it says itself."""
    box = [_number(each) for each in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    width, height = box[2:] if len(box) == 4 else (_number(root.get("width")), _number(root.get("height")))
    if not width or not height or not 1 / 20 <= width / height <= 20:
        raise InvalidInput(_l("The drawing does not say how large it is, or is too long."))
    root.set("viewBox", root.get("viewBox") or f"0 0 {width:g} {height:g}")
    scale = 240 / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _number(text):
    found = re.match(r"\s*(-?\d+(?:\.\d+)?)", text or "")
    return float(found[1]) if found else 0.0


def _not(what):
    return InvalidInput(_l("Such a drawing is not taken: it has %(what)s in it.", what=what))

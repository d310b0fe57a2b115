"""The owners' logo: what may stand in a drawing, and what becomes of pictures."""

from io import BytesIO

import pytest
from PIL import Image

from app.errors import InvalidInput
from app.services.brand import pictures, svg
from tests import files

pytestmark = pytest.mark.usefixtures("context")

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 120 30">'


def drawing(inside, head=HEAD):
    return f"{head}{inside}</svg>".encode()


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<image href="https://spy.example/x.png"/>',
        '<use href="https://spy.example/x.svg#a"/>',
        '<use xlink:href="data:image/svg+xml,x"/>',
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<rect fill="url(https://spy.example/#a)"/>',
        "<style>@import 'https://spy.example/x.css';</style>",
        "<style>rect{fill:url(//spy.example)}</style>",
        "<style><g/>@import 'https://spy.example/x.css';</style>",
        '<path style="fill:u\\72l(//spy.example)"/>',
        '<path><animate attributeName="href" to="javascript:alert(1)"/></path>',
        "<g>" * 60 + "</g>" * 60,
    ],
)
def test_a_drawing_that_runs_or_reaches_out_is_refused(inside, stored):
    with pytest.raises(InvalidInput):
        pictures.receive(drawing(inside))
    assert stored() == []


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + drawing("<text>&a;</text>"),
        drawing("<g>", head=HEAD),
        b"<svg><path d='M0 0'/></svg>",
        drawing("<g/>", head='<svg xmlns="http://www.w3.org/2000/svg">'),
        drawing("<g/>", head='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 1">'),
        "<svg>".encode("utf-16"),
    ],
    ids=["entities", "cut", "no namespace", "no size", "a line", "UTF-16"],
)
def test_what_is_no_drawing_is_refused(data):
    with pytest.raises(InvalidInput):
        pictures.receive(data)


def test_a_drawing_of_an_editor_loses_only_what_is_the_editors_own():
    inside = (
        '<metadata>secret</metadata><sodipodi:view xmlns:sodipodi="http://sodipodi.example" id="v"/>'
        '<defs><linearGradient id="a"><stop stop-color="red"/></linearGradient></defs>'
        "<style>.b{fill:url('#a')}</style>"
        '<path class="b" d="M0 0h9" fill="url(#a)"/><use xlink:href="#v"/>'
    )
    made, size = svg.clean(b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y">' + drawing(inside))
    assert size == (240, 60)
    assert b"secret" not in made and b"sodipodi" not in made
    assert b"url(#a)" in made and b"linearGradient" in made and b'href="#v"' in made
    assert svg.clean(made)[0] == made


def test_a_photo_is_drawn_anew_and_an_icon_is_square(stored):
    name = pictures.receive(files.photo_with_a_place())
    found = pictures.named(name)
    assert found.ending == "png" and found.width <= 1200 and found.height <= 400
    made = Image.open(BytesIO(pictures.content(name)))
    assert made.size == (found.width, found.height) and not made.getexif() and not made.info.get("exif")
    icon = Image.open(BytesIO(pictures.content(pictures.receive(files.photo((900, 300)), square=True))))
    assert icon.size == (512, 512) and icon.mode == "RGB" and icon.getpixel((5, 5)) == (255, 255, 255)
    assert pictures.receive(files.photo_with_a_place()) == name and len(stored()) == 2


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"%PDF-1.4", files.photo((10, 10))[:60], bytes(600_000)])
def test_nothing_else_is_a_logo(data):
    with pytest.raises(InvalidInput):
        pictures.receive(data)


def test_an_icon_is_no_drawing():
    with pytest.raises(InvalidInput):
        pictures.receive(drawing("<path d='M0 0h9'/>"), square=True)

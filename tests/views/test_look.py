"""The owners' colours, corners and name: on pages, in files that are kept for a year, in letters and in the app."""

import html
import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from PIL import Image

from app import card_picture
from app.channels.email.compose import compose
from app.models.base import utcnow
from app.services import settings
from app.services.brand import pictures
from tests import files

ORANGE = "#b45309"


@pytest.fixture
def owner(build):
    return build.supervisor()


def text(response):
    assert response.status_code == 200
    return response.get_data(as_text=True)


def sheet_of(page):
    return re.search(r'href="(/static/look\.css[^"]+)"', page)


def test_nothing_more_is_loaded_until_owners_choose(visitor):
    page = text(visitor.get("/"))
    assert not sheet_of(page)
    assert 'content="#ffffff"' in page and 'content="#17201e"' in page


def test_the_chosen_look_is_on_every_page_at_once(owner, visitor, browser_of, build):
    assert not sheet_of(text(visitor.get("/"))), "the page that is kept for everybody follows too"
    settings.change("accent", ORANGE, actor=owner)
    settings.change("corners", "round", actor=owner)
    settings.change("name_ru", "Домосед", actor=owner)
    for browser, path in [
        (visitor, "/"),
        (visitor, "/login"),
        (browser_of(owner), "/supervisor/"),
        (browser_of(build.realtor()), "/office/inquiries/"),
    ]:
        page = text(browser.get(path))
        assert sheet_of(page), path
        assert "<span>Домосед</span>" in page, path
        assert "Домосед</title>" in page or "консоль</title>" in page or "/office" in path, path
        assert "accent=b25105" in page, "the icon follows"


def test_the_sheet_is_kept_for_a_year_and_is_what_its_address_says(owner, visitor):
    settings.change("accent", ORANGE, actor=owner)
    address = sheet_of(text(visitor.get("/login")))[1].replace("&amp;", "&")
    settings.reset("accent", actor=owner)
    answer = visitor.get(address)
    assert "immutable" in answer.headers["Cache-Control"] and answer.mimetype == "text/css"
    assert "--accent:#b25105;" in text(answer) and "prefers-color-scheme: dark" in text(answer)
    assert "immutable" not in visitor.get(address.replace("v=", "v=0")).headers["Cache-Control"]
    for wrong in ("accent=red&corners=soft", "accent=b45309&corners=x", "accent=b45309;}body{&corners=soft"):
        assert visitor.get(f"/static/look.css?{wrong}").status_code == 404
    assert visitor.get("/static/look/tokens.css?accent=b45309").status_code == 404


def test_the_app_and_its_icons_follow(owner, visitor):
    before = visitor.get("/apple-touch-icon.png").data
    settings.change("accent", ORANGE, actor=owner)
    settings.change("short_name", "Дом", actor=owner)
    manifest = visitor.get("/manifest.webmanifest").get_json(force=True)
    assert (manifest["theme_color"], manifest["name"], manifest["short_name"]) == ("#b25105", "Отклик", "Дом")
    drawn = visitor.get(manifest["icons"][1]["src"])
    assert drawn.mimetype == "image/svg+xml" and "#b25105" in text(drawn) and "#0f766e" not in text(drawn)
    assert visitor.get("/apple-touch-icon.png").data != before


def test_letters_have_the_colours_and_the_name(owner, build):
    settings.change("accent", ORANGE, actor=owner)
    settings.change("name_ru", "Домосед", actor=owner)
    values = {"path": "/x", "name": "Анна"}
    letter = compose("password_reset", address="a@mail.ru", locale="ru", key="k", values=values, created_at=utcnow())
    body = letter.get_body(("html",)).get_content()
    assert "#b25105" in body and "Домосед" in body
    assert "#0f766e" not in body and "#34b3a4" not in body


def test_a_colour_is_tried_before_it_is_saved(owner, browser_of, visitor):
    browser = browser_of(owner)
    pale = browser.get("/supervisor/settings/palette/?accent=%23fc0").json
    assert "на белом почти не читались бы" in pale["note"] and pale["day"]["--accent"] in pale["note"]
    assert browser.get("/supervisor/settings/palette/?accent=1d4ed8").json["note"] == ""
    assert browser.get("/supervisor/settings/palette/?accent=red").status_code == 400
    wrong = browser.post("/supervisor/settings/", data={"accent": "красный", "was-accent": "#0f766e"})
    assert wrong.status_code == 422 and "#0f766e" in wrong.get_data(as_text=True)
    assert visitor.get("/supervisor/settings/palette/?accent=1d4ed8").status_code != 200


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 30"><path d="M0 0h120v30z"/></svg>'
SETTINGS = "/supervisor/settings/"


def upload(browser, **sent):
    was = {f"was-{key}": "" for key in sent}
    sent = {f"file-{key}": (BytesIO(data), "x") for key, data in sent.items()}
    return browser.post(SETTINGS, data=was | sent, content_type="multipart/form-data")


def test_a_logo_stands_in_place_of_the_sign_and_goes_again(owner, browser_of, visitor):
    browser = browser_of(owner)
    assert upload(browser, logo=DRAWING, app_icon=files.photo((300, 300))).status_code == 303
    page = text(visitor.get("/"))
    logo = re.search(r'<img src="(/static/logo/[^"]+)" width="240" height="60" alt="Отклик">', page)
    drawn = visitor.get(logo[1])
    assert drawn.mimetype == "image/svg+xml" and "immutable" in drawn.headers["Cache-Control"]
    assert drawn.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert drawn.headers["X-Content-Type-Options"] == "nosniff"
    [icon] = visitor.get("/manifest.webmanifest").get_json(force=True)["icons"]
    assert (icon["sizes"], icon["type"]) == ("512x512", "image/png") and icon["src"] in page
    assert visitor.get(icon["src"]).data.startswith(b"\x89PNG")
    browser.post(SETTINGS, data={"back": "logo"})
    assert "/static/logo/" not in text(visitor.get("/")).partition("<body")[2]
    assert visitor.get(logo[1]).status_code == 200, "what is kept in caches still opens, and can come back"


def test_a_refused_logo_is_told_at_its_field_and_keeps_the_rest(owner, browser_of):
    bad = DRAWING.replace(b"<path", b"<script>alert(1)</script><path")
    answer = upload(browser_of(owner), logo=bad, logo_dark=DRAWING)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "&lt;script&gt;" in page.partition('id="logo-error"')[2][:800]
    assert re.search(r'name="logo_dark" value="[0-9a-f]{20}-240x60\.svg"', page), "the good one need not be sent again"
    assert settings.get("logo_dark") == ""


def test_the_logo_of_letters_is_of_pixels(owner, browser_of):
    answer = upload(browser_of(owner), logo_pixels=DRAWING)
    assert answer.status_code == 422
    assert "почтовые программы и Excel не показывают SVG" in answer.get_data(as_text=True)
    assert settings.get("logo_pixels") == ""


def test_a_photo_that_is_too_large_is_told_at_its_field(owner, browser_of):
    answer = upload(browser_of(owner), logo=bytes(3_000_000))
    assert answer.status_code == 422
    assert "до 512 КБ" in answer.get_data(as_text=True)


def test_other_names_find_no_file(visitor):
    for name in ("x.svg", "../secret_key", f"{'0' * 20}-1x1.png"):
        assert visitor.get(f"/static/logo/{name}").status_code == 404


def test_letters_show_a_logo_that_mail_programs_can(owner, build):
    def letter():
        values = {"path": "/x", "name": "Анна"}
        at = utcnow()
        made = compose("password_reset", address="a@mail.ru", locale="ru", key="k", values=values, created_at=at)
        return made.get_body(("html",)).get_content()

    shown = r'<img src="http://localhost/static/logo/[^"]+\.png" width="120" height="40" alt="Отклик"'
    settings.change("logo", pictures.receive(files.photo((600, 200), "PNG")), actor=owner)
    assert re.search(shown, letter())
    settings.change("logo", pictures.receive(DRAWING), actor=owner)
    assert "/static/logo/" not in letter() and ">Отклик</td>" in letter(), "mail programs show no SVG"
    settings.change("logo_pixels", pictures.receive(files.photo((900, 300), "PNG")), actor=owner)
    assert re.search(shown, letter())


def test_workbooks_have_the_colours(owner, browser_of):
    def fills():
        book = browser_of(owner).get("/supervisor/statistics.xlsx?period=month").data
        return zipfile.ZipFile(BytesIO(book)).read("xl/styles.xml").decode()

    assert "FF0F766E" in fills()
    settings.change("accent", ORANGE, actor=owner)
    assert "FFB25105" in fills() and "FF0F766E" not in fills()


@pytest.mark.parametrize("variant", ["full", "partner"])
def test_workbooks_have_the_logo_in_its_proportions(owner, browser_of, variant):
    def front():
        book = browser_of(owner).get(f"/supervisor/statistics.xlsx?period=month&variant={variant}").data
        return openpyxl.load_workbook(BytesIO(book)).worksheets[0], zipfile.ZipFile(BytesIO(book))

    page, _files = front()
    assert page["A1"].value == "Отклик" and not page._images
    settings.change("logo", pictures.receive(DRAWING), actor=owner)
    assert not front()[0]._images, "Excel shows no SVG: the name stands there"
    settings.change("logo_pixels", pictures.receive(files.photo((900, 300), "PNG")), actor=owner)
    page, inside = front()
    [logo] = page._images
    size = logo.anchor.pic.spPr.xfrm.ext
    assert logo._data().startswith(b"\x89PNG") and size.cx == pytest.approx(3 * size.cy, rel=0.02)
    assert 'descr="Отклик"' in inside.read("xl/drawings/drawing1.xml").decode()
    assert logo.anchor.to.row == 0 and logo.anchor.to.col <= 1, "it covers no words"
    assert page["C1"].value == "Отклик", "whose figures they are is said in letters too"
    assert page["A2"].value.startswith("Статистика запросов")


def said(page, name):
    return html.unescape(re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)"', page)[1])


def test_a_link_has_a_picture_of_the_look_in_the_readers_language(owner, visitor):
    page = text(visitor.get("/login"))
    assert said(page, "og:image:alt") == "Отклик. Один запрос — и вам отвечают риелторы всего города"
    assert said(page, "twitter:card") == "summary_large_image"
    first = said(page, "og:image")
    assert first.startswith("http://localhost/card/ru.png?v=")
    answer = visitor.get(first)
    drawn = Image.open(BytesIO(answer.data))
    assert (drawn.format, [str(side) for side in drawn.size]) == (
        "PNG",
        [said(page, f"og:image:{side}") for side in ("width", "height")],
    )
    assert "immutable" in answer.headers["Cache-Control"]
    assert drawn.getpixel((790, 300)) == (0x0F, 0x76, 0x6E)
    assert "/card/en.png" in said(text(visitor.get("/login?lang=en")), "og:image")
    settings.change("accent", ORANGE, actor=owner)
    second = said(text(visitor.get("/login")), "og:image")
    assert second != first, "messengers keep a picture by its address"
    assert Image.open(BytesIO(visitor.get(second).data)).getpixel((790, 300)) == (0xB2, 0x51, 0x05)
    assert "immutable" not in visitor.get(first).headers["Cache-Control"], "another picture stands there now"
    assert visitor.get("/card/de.png").status_code == 404


def test_the_picture_of_links_has_the_logo_where_it_is_of_pixels(owner):
    def shown():
        return card_picture.card("ru")

    plain = shown()
    settings.change("logo", pictures.receive(DRAWING), actor=owner)
    assert shown() == plain
    red = Image.new("RGB", (800, 100), "#ff0000")
    kept = BytesIO()
    red.save(kept, "PNG")
    settings.change("logo_pixels", pictures.receive(kept.getvalue()), actor=owner)
    drawn = Image.open(BytesIO(card_picture.png(shown())))
    width = sum(drawn.getpixel((x, 90))[1] < 128 for x in range(600))
    height = sum(drawn.getpixel((200, y))[1] < 128 for y in range(200))
    assert width == pytest.approx(8 * height, rel=0.05), "never stretched"


def test_words_of_the_picture_fit_whatever_the_name_is():
    size, lines = card_picture._wrapped("Один запрос — и вам отвечают все риелторы самого большого города страны")
    assert len(lines) <= 3 and all(card_picture._width(line, size, 700) <= card_picture.COLUMN for line in lines)

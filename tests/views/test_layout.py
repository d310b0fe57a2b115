"""The frame every page shares: versioned files, icons, the language switch, the way out of an error."""

import os
import re

import pytest

from app.icons import icon


def page(visitor, path="/no-such-page", **kwargs):
    return visitor.get(path, **kwargs).get_data(as_text=True)


def test_a_missing_page_is_kind_and_leads_out(visitor):
    response = visitor.get("/no-such-page")
    text = response.get_data(as_text=True)
    assert response.status_code == 404
    assert "<h1>Страница не найдена</h1>" in text
    assert 'href="/support"' in text and 'href="/"' in text


def test_programs_get_their_errors_as_json(visitor):
    response = visitor.get("/no-such-page", headers={"Accept": "application/json"})
    assert response.json["ok"] is False


def test_a_nul_is_refused_wherever_it_stands(visitor):
    for path in ("/cities/search?q=a%00b", "/join/a%00b", "/?%00=1&city=%00"):
        assert visitor.get(path, check=False).status_code == 400, path
    assert visitor.post("/login", data={"email": "a\0@example.com", "password": "x"}).status_code == 400


def test_an_expired_form_offers_the_page_again(visitor):
    response = visitor.post("/language", csrf=False, headers={"Referer": "http://localhost/support"})
    assert response.status_code == 400
    assert 'href="http://localhost/support"' in response.get_data(as_text=True)


def test_the_way_back_never_leaves_the_site(visitor):
    response = visitor.post("/language", csrf=False, headers={"Referer": "https://evil.example/"})
    assert "evil.example" not in response.get_data(as_text=True)


def test_the_footer_switches_the_language(visitor):
    assert '<html lang="ru">' in page(visitor)
    visitor.post("/language", data={"language": "en", "next": "/"})
    text = page(visitor)
    assert '<html lang="en">' in text
    assert "Skip to the content" in text


def test_style_sheets_are_kept_for_ever_under_their_hash(visitor):
    sheet = re.search(r'href="(/static/css/base\.css\?v=\w+)"', page(visitor))[1]
    assert "immutable" in visitor.get(sheet).headers["Cache-Control"]
    assert visitor.get("/static/css/base.css").headers["Cache-Control"] == "no-cache"


def test_a_style_sheet_that_changes_gets_another_address_at_once(app, tmp_path, monkeypatch):
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    sheet = tmp_path / "own.css"
    with app.test_request_context():
        named = lambda: app.jinja_env.from_string('{{ url_for("static", filename="own.css") }}').render()  # noqa: E731
        seen = [named()]
        for moment, text in enumerate(("a {}", "b {}"), 1):
            sheet.write_text(text)
            os.utime(sheet, (moment, moment))
            seen.append(named())
    assert seen[0] == "/static/own.css"
    assert len(set(seen)) == 3


def test_scripts_have_one_address_and_are_asked_for_each_time(visitor):
    assert 'src="/static/js/site.js"' in page(visitor)
    response = visitor.get("/static/js/site.js")
    assert response.headers["Cache-Control"] == "no-cache"
    again = visitor.get("/static/js/site.js", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_fonts_are_served_from_our_origin(visitor):
    fonts = re.findall(r'href="(/static/vendor/fonts/[^"]+)"', page(visitor))
    assert len(fonts) == 2
    assert all("immutable" in visitor.get(font).headers["Cache-Control"] for font in fonts)


def test_an_icon_is_silent_unless_it_is_named():
    assert 'aria-hidden="true"' in icon("house")
    assert 'role="img" aria-label="&lt;Дом&gt;"' in icon("house", "<Дом>")


@pytest.mark.parametrize("name", ["no-such-icon", "../fonts/x", ""])
def test_an_unknown_icon_is_an_error(name):
    with pytest.raises(LookupError):
        icon(name)

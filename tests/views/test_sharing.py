"""«Share» that reaches us, because the service worker is not at work yet, and scripts that ask who is in."""

from io import BytesIO

from tests import files


def share(browser, **data):
    return browser.post("/share", data=data, content_type="multipart/form-data", csrf=False)


def test_a_photo_shared_too_early_is_asked_for_again_however_large(browser_of, build):
    for size in (1000, 3 * 1024 * 1024):
        photo = (BytesIO(files.photo() + bytes(size)), "план.jpg")
        page = share(browser_of(build.client()), text="", files=photo)
        assert "ещё не успело установиться" in page.text
        assert "data-files" in page.text


def test_words_shared_too_early_are_kept_by_the_page(visitor):
    page = share(visitor, title="Дом", text="<b>Вот</b>", url="https://example.org/1")
    assert 'data-text="Дом\n&lt;b&gt;Вот&lt;/b&gt;\nhttps://example.org/1"' in page.text
    assert "data-files" not in page.text


def test_to_scripts_an_owner_who_looks_as_somebody_is_nobody(browser_of, build):
    owner, person = build.supervisor(), build.client()
    browser = browser_of(owner)
    assert browser.get("/api/session").json["person"] == str(owner.public_id)
    browser.post(f"/supervisor/people/{person.public_id}/view-as/")
    assert browser.get("/api/session").json["person"] is None
    assert "everywhere.js" not in browser.get("/my/inquiries").text


def test_an_owner_who_looks_as_somebody_has_nothing_to_write_with(browser_of, build):
    chat = build.conversation()
    browser = browser_of(build.supervisor())
    browser.post(f"/supervisor/people/{chat.client.public_id}/view-as/")
    page = browser.get(f"/my/conversations/{chat.public_id}").text
    assert 'id="compose"' not in page and "Вы смотрите сайт как" in page

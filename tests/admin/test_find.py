"""The field in the bar of the console: whatever an owner has in hand, typed once, wherever they are."""

from app.access.permissions import Permission
from app.services import partners, search

FIND = "/supervisor/find/"


def test_a_phone_in_any_spelling_finds_the_person_and_what_they_asked_for(build, browser_of):
    anna = build.client("Анна Новак", phone="+420777123456")
    build.inquiry(anna, number=3107)
    build.client("Пётр Чужой", phone="+420777999999")
    search.rebuild()
    browser = browser_of(build.supervisor())
    page = browser.get(FIND, query_string={"q": "777 123-456"}).get_data(as_text=True)
    assert f"/supervisor/people/{anna.public_id}/" in page
    assert 'href="tel:+420777123456"' in page
    assert "3107" in page
    assert "Чужой" not in page
    assert FIND in browser.get("/supervisor/journal/").get_data(as_text=True), "the field stands on every page"


def test_the_only_thing_found_is_opened_at_once(build, browser_of):
    owner = build.supervisor()
    inquiry = build.inquiry(number=3107)
    agency = partners.create("Орбис Реалти", actor=owner)
    search.rebuild()
    browser = browser_of(owner)
    assert browser.get(FIND, query_string={"q": "№ 3107"}).location == f"/supervisor/inquiries/{inquiry.public_id}/"
    assert browser.get(FIND, query_string={"q": "орбис"}).location == f"/supervisor/agencies/{agency.public_id}/"
    nothing = browser.get(FIND, query_string={"q": "такогонет"}).get_data(as_text=True)
    assert "Ничего не найдено" in nothing
    assert "такогонет" in nothing


def test_of_many_the_first_are_shown_and_the_list_has_them_all(build, browser_of):
    for _each in range(7):
        build.client("Анна Новак")
    search.rebuild()
    page = browser_of(build.supervisor()).get(FIND, query_string={"q": "Анна"}).get_data(as_text=True)
    assert page.count('<a class="strong"') == 5
    assert "/supervisor/people/?q=" in page


def test_nobody_finds_what_they_may_not_open(build, browser_of):
    anna = build.client("Анна Новак")
    inquiry = build.inquiry(anna, number=3107)
    search.rebuild()
    looker = browser_of(build.staff(Permission.INQUIRY_READ))
    assert looker.get(FIND, query_string={"q": "Анна"}).location == f"/supervisor/inquiries/{inquiry.public_id}/"
    analyst = browser_of(build.staff(Permission.STATISTICS))
    assert "Новак" not in analyst.get(FIND, query_string={"q": "Анна"}).get_data(as_text=True)
    assert FIND not in analyst.get("/supervisor/statistics/").get_data(as_text=True)
    for stranger in (build.client(), build.realtor()):
        assert browser_of(stranger).get(FIND).status_code == 403

"""Three actors at every door of an admin view: the city's realtor, a realtor of another city, another role."""

import io

import openpyxl
import pytest

from app.extensions import db
from app.models.inquiries import Inquiry
from app.services import search


@pytest.fixture
def scene(build, probe):
    class Scene:
        mine = build.inquiry(city=build.city("Прага"), wishes="моё окно", deal="rent")
        theirs = build.inquiry(city=build.city("Берлин"), wishes="чужое окно", deal="rent")
        owner = probe(build.realtor(city=build.city("Прага")))
        client = probe(build.client())

    search.rebuild()
    return Scene


def text(response):
    return response.get_data(as_text=True)


@pytest.mark.parametrize("query", ["", "?deal=rent", "?q=окно", "?sort=number", "?page=-1"])
def test_a_list_shows_the_actors_rows_only(scene, query):
    page = text(scene.owner.get("/probe/inquiries/" + query))
    assert "моё окно" in page
    assert "чужое окно" not in page


def test_search_and_filter_do_not_tell_of_foreign_rows(scene):
    assert "чужое окно" not in text(scene.owner.get("/probe/inquiries/?q=чужое"))
    foreign = f"/probe/inquiries/?like={scene.theirs.public_id}"
    assert "моё окно" in text(scene.owner.get(foreign))  # an unseen row filters nothing
    assert "чужое окно" not in text(scene.owner.get(foreign))


@pytest.mark.parametrize("door", ["", "edit/"])
def test_records_are_404_for_a_stranger(scene, door):
    assert scene.owner.get(f"/probe/inquiries/{scene.mine.public_id}/{door}").status_code == 200
    assert scene.owner.get(f"/probe/inquiries/{scene.theirs.public_id}/{door}").status_code == 404
    assert scene.owner.get(f"/probe/inquiries/nonsense/{door}").status_code == 404


@pytest.mark.parametrize(
    ("door", "data"), [("edit/", {"wishes": "x"}), ("delete/", {}), ("inline/", {"field": "wishes", "wishes": "x"})]
)
def test_nothing_changes_a_foreign_row(scene, door, data):
    assert scene.owner.post(f"/probe/inquiries/{scene.theirs.public_id}/{door}", data=data).status_code == 404
    assert db.session.get(Inquiry, scene.theirs.id).wishes == "чужое окно"


def test_actions_reach_only_visible_rows(scene):
    rows = [str(scene.mine.public_id), str(scene.theirs.public_id)]
    scene.owner.post("/probe/inquiries/action/", data={"action": "shout", "rowid": rows, "confirmed": "1"})
    db.session.rollback()
    assert db.session.get(Inquiry, scene.mine.id).wishes == "МОЁ ОКНО"
    assert db.session.get(Inquiry, scene.theirs.id).wishes == "чужое окно"


def test_an_action_with_a_question_asks_first_and_shows_the_rows(scene):
    data = {"action": "shout", "rowid": [str(scene.mine.public_id), str(scene.theirs.public_id)]}
    page = text(scene.owner.post("/probe/inquiries/action/", data=data))
    assert f"№ {scene.mine.number}" in page
    assert f"№ {scene.theirs.number}" not in page
    assert db.session.get(Inquiry, scene.mine.id).wishes == "моё окно"


def test_look_ups_and_export_are_scoped_and_capped(scene, build):
    for _ in range(25):
        build.inquiry(city=build.city("Прага"))
    found = scene.owner.get("/probe/inquiries/lookup/like/?q=&limit=1000").json
    assert len(found) == 20
    assert str(scene.theirs.public_id) not in {row["id"] for row in found}
    exported = text(scene.owner.get("/probe/inquiries/export.csv?columns=all"))
    assert "моё окно" in exported
    assert "чужое окно" not in exported
    assert scene.owner.get("/probe/inquiries/lookup/nothing/").status_code == 404


@pytest.mark.parametrize("door", ["", "new/", "export.xlsx", "lookup/like/", "{id}/", "{id}/edit/"])
def test_another_role_gets_403(scene, door):
    assert scene.client.get("/probe/inquiries/" + door.format(id=scene.mine.public_id)).status_code == 403


@pytest.mark.parametrize("door", ["{id}/edit/", "{id}/delete/", "{id}/inline/", "action/", "new/"])
def test_another_role_changes_nothing(scene, door):
    address = "/probe/inquiries/" + door.format(id=scene.mine.public_id)
    assert scene.client.post(address, data={"action": "shout"}).status_code == 403


@pytest.mark.parametrize(
    ("method", "door"),
    [
        ("get", "new/"),
        ("get", "{id}/"),
        ("get", "{id}/edit/"),
        ("post", "{id}/delete/"),
        ("post", "{id}/inline/"),
        ("get", "export.csv"),
    ],
)
def test_what_a_view_does_not_offer_is_403(scene, method, door):
    address = "/probe/read-only/" + door.format(id=scene.mine.public_id)
    assert getattr(scene.owner, method)(address).status_code == 403


def test_only_the_named_fields_are_edited_inline(scene):
    answer = scene.owner.post(
        f"/probe/inquiries/{scene.mine.public_id}/inline/", data={"field": "currency", "currency": "USD"}
    )
    assert answer.status_code == 403
    db.session.rollback()
    assert db.session.get(Inquiry, scene.mine.id).currency == "EUR"


def test_an_inline_edit_saves_one_field_and_tells_the_new_version(scene):
    address = f"/probe/inquiries/{scene.mine.public_id}/inline/"
    answer = scene.owner.post(address, data={"field": "wishes", "wishes": "новое", "version": "1", "currency": "USD"})
    assert answer.json == {"ok": True, "html": "новое", "version": 2}
    db.session.rollback()
    row = db.session.get(Inquiry, scene.mine.id)
    assert (row.wishes, row.currency) == ("новое", "EUR")


def test_an_inline_edit_of_an_outdated_row_is_a_conflict(scene):
    address = f"/probe/inquiries/{scene.mine.public_id}/inline/"
    data = {"field": "wishes", "wishes": "новое", "version": "0"}
    answer = scene.owner.post(address, data=data, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "edit_conflict")
    assert scene.mine.wishes in answer.json["error"]["text"]


def test_a_wrong_value_stands_at_its_field_and_keeps_what_was_typed(scene):
    answer = scene.owner.post(f"/probe/inquiries/{scene.mine.public_id}/edit/", data={"wishes": "о" * 60})
    assert answer.status_code == 422
    assert "о" * 60 in text(answer)
    assert 'aria-invalid="true"' in text(answer)


def test_changes_need_a_token(scene):
    answer = scene.owner.post(f"/probe/inquiries/{scene.mine.public_id}/delete/", csrf=False)
    assert answer.status_code == 400
    assert db.session.get(Inquiry, scene.mine.id) is not None


def test_a_workbook_keeps_text_as_text(scene, build):
    build.inquiry(city=build.city("Прага"), wishes="=1+1", number=9)
    book = openpyxl.load_workbook(io.BytesIO(scene.owner.get("/probe/inquiries/export.xlsx?columns=all").data))
    cells = {row[0].value: row[1] for row in book.active.iter_rows(min_row=2)}
    assert (cells[9].value, cells[9].data_type) == ("=1+1", "s")
    assert "'=1+1" in text(scene.owner.get("/probe/inquiries/export.csv?columns=all"))

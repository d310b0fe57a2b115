"""«Поля запроса»: an owner adds, orders and retires fields; everybody else sees what was made of them."""

import io
import re

import html5lib
import openpyxl
import pytest
from werkzeug.datastructures import MultiDict

from app.constants import InquiryStatus
from app.errors import RefusedMove
from app.extensions import db
from app.models.request_fields import RequestField
from app.services import bin, inquiries, request_fields

ADDRESS = "/supervisor/request-fields/"


@pytest.fixture
def owner(browser_of, build):
    return browser_of(build.supervisor())


def typed(label, options=(), **values):
    data = MultiDict({"kind": "choice", "label_ru": label, "label_en": label} | values)
    if label != "Итоги":
        data["counted"] = "y"
    for name, at in (("option_ru", 0), ("option_en", 1)):
        data.setlist(name, [option[at] for option in options])
    data.setlist("option_key", [option[2] if len(option) > 2 else "" for option in options])
    data.setlist("option_state", ["" for _option in options])
    return data


WINDOW = [("парк", "park"), ("двор", "yard"), ("", "")]


def stored():
    db.session.rollback()
    return db.session.scalars(db.select(RequestField).order_by(RequestField.position)).all()


def test_an_owner_adds_a_field_orders_its_options_and_sees_the_form(owner):
    assert ">None" not in owner.get(f"{ADDRESS}new/").text
    moved = owner.post(f"{ADDRESS}new/", data=typed("Вид", WINDOW, shift="1:-1"))
    assert moved.text.index("двор") < moved.text.index("парк") and stored() == [], "moved, not saved"
    assert owner.post(f"{ADDRESS}new/", data=typed("Вид", [("парк", "")])).status_code == 422
    shown = owner.post(f"{ADDRESS}preview", data=typed("Вид", WINDOW, required="y")).json["html"]
    assert "парк" in shown and "data-required" in shown
    assert owner.post(f"{ADDRESS}new/", data=typed("Вид", WINDOW, deals="rent")).status_code == 303
    [field] = stored()
    assert (field.key, [option["key"] for option in field.options], field.deals) == ("vid", ["park", "yard"], ["rent"])
    page = owner.get(ADDRESS).text
    assert "парк, двор" in page and 'name="x-vid"' in page and "аренда" in page


def test_two_owners_at_one_field_do_not_overwrite_each_other(owner):
    owner.post(f"{ADDRESS}new/", data=typed("Вид", WINDOW))
    [field] = stored()
    address, version = f"{ADDRESS}{field.public_id}/", str(field.version)
    assert owner.post(address, data=typed("Вид из окна", WINDOW, version=version)).status_code == 303
    late = owner.post(address, data=typed("Окна", WINDOW, version=version))
    assert late.status_code == 422 and "Окна" in late.text
    db.session.rollback()
    assert field.label_ru == "Вид из окна"


def test_fields_are_moved_retired_asked_again_and_deleted(owner):
    for label in ("Один", "Два"):
        owner.post(f"{ADDRESS}new/", data=typed(label, kind="yes_no"))
    first, second = stored()
    owner.post(f"{ADDRESS}{second.public_id}/move", data={"step": "up"})
    assert [field.key for field in request_fields_now()] == [second.key, first.key]
    owner.post(f"{ADDRESS}{first.public_id}/retire")
    assert [field.key for field in request_fields_now()] == [second.key]
    owner.post(f"{ADDRESS}{first.public_id}/restore")
    owner.post(f"{ADDRESS}{second.public_id}/retire")
    owner.post(f"{ADDRESS}{second.public_id}/delete")
    assert [field.key for field in stored()] == [first.key]


def request_fields_now():
    db.session.rollback()
    db.session().info.pop("request_fields", None)
    return request_fields.live()


@pytest.fixture
def scene(build, owner):
    """Two inquiries with answers, and the fields they answer."""
    owner.post(f"{ADDRESS}new/", data=typed("Вид", WINDOW))
    owner.post(f"{ADDRESS}new/", data=typed("Метро", kind="number", unit_ru="мин", unit_en="min"))
    request_fields_now()
    made = []
    for client, answers in (("Анна", {"vid": "park", "metro": 5}), ("Борис", {"vid": "yard", "metro": 12.5})):
        inquiry = build.inquiry(build.client(client))
        made.append(inquiries.edit(inquiry, {"answers": answers}, actor=inquiry.client))
    return made


def test_the_list_is_narrowed_shown_and_downloaded_by_answers(owner, scene):
    listed = owner.get("/supervisor/inquiries/?x-vid=park").text
    assert "Анна" in listed and "Борис" not in listed
    listed = owner.get("/supervisor/inquiries/?x-metro_from=6&x-metro_to=20").text
    assert "Борис" in listed and "Анна" not in listed
    assert "Борис" in owner.get("/supervisor/inquiries/?x-metro_from=6").text, "one end is enough"
    assert "Борис" not in owner.get("/supervisor/inquiries/?x-metro_to=6").text
    record = owner.get(f"/supervisor/inquiries/{scene[0].public_id}/").text
    assert re.search(r"<dt>Метро</dt><dd>5 мин</dd>", record)
    book = openpyxl.load_workbook(
        io.BytesIO(owner.get("/supervisor/inquiries/export.xlsx?columns=all&x-vid=yard").data)
    )
    titles, row = list(book.active.iter_rows(values_only=True))
    told = dict(zip(titles, row, strict=True))
    assert (told["Вид"], told["Метро, мин"]) == ("двор", 12.5)


def test_an_owner_corrects_an_answer_and_changes_many(owner, scene):
    first, second = scene
    address = f"/supervisor/inquiries/{first.public_id}/edit/"
    sent = {"deal": "rent", "city": str(first.city.public_id), "property_type": "apartment", "currency": "EUR"}
    saved = owner.post(address, data=sent | {"x-vid": "yard", "x-metro": ""})
    assert saved.status_code == 303, saved.text
    db.session.rollback()
    assert first.answers == {"vid": "yard"}
    rows = [str(each.public_id) for each in scene]
    chosen = {"rowid": rows, "confirmed": "1", "status": "", "deal": "", "x-vid": "park"}
    plan = owner.post("/supervisor/inquiries/bulk/", data=chosen)
    assert plan.status_code == 303
    assert "парк" in owner.get(plan.location).text
    owner.post(f"{plan.location}run/")
    db.session.rollback()
    assert (first.answers, second.answers) == ({"vid": "park"}, {"vid": "park", "metro": 12.5})


def test_fields_of_every_kind_are_changed_in_many_at_once(owner, scene):
    for label, kind in (("Слова", "text"), ("День", "date"), ("Кошки", "yes_no")):
        owner.post(f"{ADDRESS}new/", data=typed(label, kind=kind))
    owner.post(f"{ADDRESS}new/", data=typed("Удобства", WINDOW, kind="several"))
    request_fields_now()
    chosen = MultiDict({"confirmed": "1", "status": "", "deal": "", "x-slova": "тихо", "x-den": "2027-09-01"})
    chosen.setlist("rowid", [str(each.public_id) for each in scene])
    chosen.setlist("x-udobstva", ["yard", "park"])
    chosen["x-koshki"] = "no"
    plan = owner.post("/supervisor/inquiries/bulk/", data=chosen)
    assert plan.status_code == 303, plan.text
    seen = owner.get(plan.location).text
    assert "парк, двор" in seen and "тихо" in seen and "1 сент" in seen
    owner.post(f"{plan.location}run/")
    db.session.rollback()
    given = {"slova": "тихо", "den": "2027-09-01", "koshki": False, "udobstva": ["park", "yard"]}
    assert [inquiry.answers for inquiry in scene] == [
        *({"vid": "park", "metro": 5} | given, {"vid": "yard", "metro": 12.5} | given),
    ]
    again = owner.post("/supervisor/inquiries/bulk/", data=chosen)
    assert "изменится: 0" in owner.get(again.location).text.casefold()


def test_a_realtor_sees_the_answers(build, browser_of, scene):
    realtor = browser_of(build.realtor())
    assert scene[0].status == InquiryStatus.NEW
    page = realtor.get("/office/inquiries/").text
    assert "Вид: <b>парк</b>" in page and "Метро: <b>12,5 мин</b>" in page
    assert "12,5 мин" in realtor.get(f"/office/inquiries/{scene[1].public_id}").text


def test_a_realtor_narrows_the_list_by_an_answer(build, browser_of, scene):
    page = browser_of(build.realtor()).get("/office/inquiries/?x-vid=park").text
    assert "Анна" in page and "Борис" not in page


def test_figures_are_broken_down_by_an_answer_to_the_unit(owner, build, scene):
    build.inquiry()
    build.inquiry()
    page = owner.get("/supervisor/statistics/?period=year&field=x-vid")
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    lines = tree.findall(".//div[@id='answers']//tbody/tr")
    told = {"".join(line[0].itertext()): line[1].text for line in lines}
    assert told == {"парк": "1", "двор": "1", "не указано": "2", "Всего": "4"}


def sheets(owner, query=""):
    book = openpyxl.load_workbook(io.BytesIO(owner.get(f"/supervisor/statistics.xlsx?period=year{query}").data))
    return {sheet.title: [row[:2] for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_the_workbook_has_a_sheet_of_each_field_that_is_counted(owner, build, scene, monkeypatch):
    owner.post(f"{ADDRESS}new/", data=typed("Удобства: какие?", WINDOW, kind="several"))
    owner.post(f"{ADDRESS}new/", data=typed("Итоги", [("да", "y"), ("может", "m")]))
    request_fields_now()
    inquiries.edit(scene[0], {"answers": {"udobstva-kakie": ["park", "yard"]}}, actor=scene[0].client)
    build.inquiry(source="import")
    told = sheets(owner)
    assert told["Вид"][1:] == [("парк", 1), ("двор", 1), ("не указано", 1), ("Всего", 3)]
    assert told["Удобства какие"][1:] == [("парк", 1), ("двор", 1), ("не указано", 2), ("Всего", 3)]
    assert "Итоги" not in told and ("Из файлов (импорт)", 1) in told["По источникам"]
    assert "Вид" not in sheets(owner, "&variant=partner"), "nothing of clients' answers is a partner's"
    monkeypatch.setattr("app.services.statistics.workbook.AT_ONCE", 2)
    told = sheets(owner)
    assert "Вид" not in told and any("период покороче" in str(row) for row in told["Сводка"])


def test_no_two_fields_share_a_name_in_either_language(owner, build):
    tree = {"kind": "yes_no", "label_ru": "Ёлка во дворе", "label_en": "A tree in the yard"}
    assert owner.post(f"{ADDRESS}new/", data=tree).status_code == 303
    for words, blamed in (
        ({"label_ru": "  елка  ВО дворе", "label_en": "Another"}, "label_ru"),
        ({"label_ru": "Другое", "label_en": "a TREE in the  yard"}, "label_en"),
    ):
        page = owner.post(f"{ADDRESS}new/", data=tree | words)
        assert page.status_code == 422 and len(stored()) == 1
        field = html5lib.parse(page.text, namespaceHTMLElements=False).find(f".//input[@name='{blamed}']")
        assert field.get("aria-invalid") == "true" and field.get("value") == words[blamed], "said there, nothing lost"
    [field] = stored()
    address = f"{ADDRESS}{field.public_id}/"
    assert owner.post(address, data=tree | {"hint_ru": "новая"}).status_code == 303, "its own name is no namesake"
    owner.post(f"{ADDRESS}{field.public_id}/retire")
    assert "больше не спрашивают" in owner.post(f"{ADDRESS}new/", data=tree).text
    assert owner.post(f"{ADDRESS}{field.public_id}/delete").status_code == 303 and stored() == []
    assert owner.post(f"{ADDRESS}new/", data=tree).status_code == 303, "what is in the bin holds no name"
    binned = bin.latest("requestfield", str(field_id := address.split("/")[-2]))
    with pytest.raises(RefusedMove):
        bin.restore(binned, actor=build.supervisor())
    assert field_id not in {str(row.public_id) for row in stored()}

"""The pages of an import: file, columns, check, run, result, the way back."""

import io
import re
import zipfile

import pytest
import sqlalchemy as sa
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.constants import Role
from app.extensions import db
from app.models.accounts import User
from app.models.imports import Import
from app.services import imports, settings, takebacks

ROOM = "/supervisor/imports/"
ROWS = [["Имя", "Почта", "Телефон"], ["Анна", "anna@mail.com", 79161234567], ["Олег", "не почта", ""]]


def workbook(rows=ROWS):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def uploaded(browser, data, kind="people", name="люди.xlsx"):
    return browser.post(ROOM, data={"kind": kind, "file": (io.BytesIO(data), name)})


def work():
    while imports.work() or takebacks.work():
        pass
    db.session.rollback()


def clients():
    db.session.rollback()
    return db.session.scalars(sa.select(User.email).where(User.role == Role.CLIENT)).all()


def test_from_a_file_to_people_and_back(build, browser_of, context):
    browser = browser_of(build.supervisor())
    assert "Импорт из Excel" in browser.get(ROOM).get_data(as_text=True)
    plan = uploaded(browser, workbook()).location
    columns = browser.get(plan).get_data(as_text=True)
    assert re.search(r'<option value="1" selected>Почта', columns)
    assert "79161234567" in columns
    seen, folded = columns.split('<details class="fold column-fold">')
    assert 'name="column-email"' in seen and 'name="column-city"' not in seen
    assert 'name="column-city"' in folded and "полей, которых в файле" in folded

    asked = {"column-name": "0", "column-email": "1", "column-phone": "2", "keys": "email", "update": "1"}
    assert browser.post(f"{plan}columns/", data=asked).status_code == 303
    assert "data-going" in browser.get(plan).get_data(as_text=True)
    work()
    page = browser.get(plan).get_data(as_text=True)
    assert re.search(r"добавится: <b>1", page)
    wrong = browser.get(f"{plan}?only=wrong").get_data(as_text=True)
    assert "<b>Электронная почта:</b> Это не похоже на адрес" in wrong
    assert "Анна" not in wrong
    assert clients() == []

    browser.post(f"{plan}run/")
    browser.post(f"{plan}run/")
    work()
    assert clients() == ["anna@mail.com"]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"{plan}outcome.xlsx").data)).get_sheet_by_index(0)
    heading, first, second = sheet.to_python()
    assert heading[3:] == ["Имя", "Почта", "Телефон"]
    assert (first[:2], second[:2]) == ([2, "добавлено"], [3, "с ошибкой"])
    assert second[2]

    browser.post(f"{plan}undo/")
    work()
    assert clients() == []
    assert "Отменено изменений" in browser.get(plan).get_data(as_text=True)


def test_columns_that_make_no_sense_are_said(build, browser_of, context):
    browser = browser_of(build.supervisor())
    plan = uploaded(browser, workbook()).location
    twice = browser.post(f"{plan}columns/", data={"column-name": "0", "column-email": "0", "keys": "email"})
    assert (twice.status_code, "Один столбец" in twice.get_data(as_text=True)) == (422, True)
    assert browser.post(f"{plan}columns/", data={"column-email": "1"}).status_code == 422
    assert browser.post(f"{plan}discard/").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Import)) == 0


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts, parts.open("xl/a.xml", "w") as part:
        for _ in range(450):
            part.write(b" " * 2**20)
    return file.getvalue()


def with_entity():
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(file, "w") as parts:
        for name in source.namelist():
            doctype = b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
            parts.writestr(name, source.read(name).replace(b"?>", doctype, 1))
    return file.getvalue()


@pytest.mark.parametrize(
    "make, words",
    [
        (bomb, "слишком длинная"),
        (with_entity, "сущности"),
        (lambda: b"PK\x03\x04 no zip at all", "не нашлось таблицы"),
        (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "не нашлось таблицы"),
        (lambda: workbook(ROWS[:1]), "ни одной строки"),
        (lambda: b"", "не нашлось таблицы"),
    ],
    ids=["bomb", "entities", "broken zip", "a picture", "headings alone", "nothing"],
)
def test_a_file_that_is_no_table_is_refused_in_words(build, browser_of, make, words):
    answer = uploaded(browser_of(build.supervisor()), make())
    assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True)


def test_a_file_beyond_the_limits_of_the_owners_is_refused(build, browser_of, context):
    owner = build.supervisor()
    settings.change("import_megabytes", 1, actor=owner)
    settings.change("import_rows", 100, actor=owner)
    answer = uploaded(browser_of(owner), b"name;email\n" * 95_400, name="a.csv")
    assert (answer.status_code, "не больше 1 МБ" in answer.get_data(as_text=True)) == (413, True)
    answer = uploaded(browser_of(owner), b"name;email\n" * 102, name="a.csv")
    assert "не больше 100" in answer.get_data(as_text=True)
    assert "строк до 100" in browser_of(owner).get("/supervisor/imports/").get_data(as_text=True)


def test_a_large_file_is_an_owners_alone(build, browser_of):
    rows = "Имя,Почта\n" + "".join(f"Имя {n},n{n}@mail.com\n" for n in range(40_000))
    assert len(rows.encode()) > 2**20
    assert uploaded(browser_of(build.supervisor()), rows.encode(), name="a.csv").status_code == 303
    assert uploaded(browser_of(build.realtor()), rows.encode(), name="a.csv").status_code in (403, 413)


@pytest.mark.parametrize("role", ["client", "realtor", "agent"])
def test_nobody_else_comes_in(build, browser_of, context, role):
    plan = uploaded(browser_of(build.supervisor()), workbook()).location
    stranger = browser_of(getattr(build, role)())
    for address in (ROOM, plan, f"{plan}columns/", f"{plan}outcome.xlsx", f"{ROOM}sample-people.xlsx"):
        assert stranger.get(address, check=False).status_code in (403, 404), address
    for word in ("run", "undo", "discard", "columns"):
        assert stranger.post(f"{plan}{word}/").status_code in (403, 404), word


@pytest.mark.parametrize("kind", list(imports.KINDS))
def test_a_sample_can_be_brought_in_as_it_is(build, browser_of, context, kind):
    browser = browser_of(build.supervisor())
    build.city("Прага")
    build.client(email="anna@mail.com")
    sample = browser.get(f"{ROOM}sample-{kind}.xlsx").data
    plan_id = uploaded(browser, sample, kind).location.rstrip("/").rpartition("/")[2]
    plan = db.session.scalars(sa.select(Import)).one()
    assert str(plan.public_id) == plan_id
    assert len(plan.mapping) == len(plan.columns)


def test_a_large_operation_is_taken_back_by_the_worker(build, browser_of, context, monkeypatch):
    monkeypatch.setattr(takebacks, "LARGE", 2)
    owner = build.supervisor()
    rows = "Имя,Почта\n" + "".join(f"Имя {n},n{n}@mail.com\n" for n in range(5))
    plan = imports.receive("people", io.BytesIO(rows.encode()), "a.csv", actor=owner)
    imports.name_columns(plan, plan.mapping, {"keys": ["email"]}, actor=owner)
    work()
    imports.run(plan, actor=owner)
    work()
    browser = browser_of(owner)
    answer = browser.post(f"/supervisor/journal/together/{plan.operation.public_id}/undo/")
    assert "data-going" in browser.get(answer.location).get_data(as_text=True)
    assert len(clients()) == 5
    work()
    assert "отменено: 6" in browser.get(answer.location).get_data(as_text=True)
    assert clients() == []

"""The file of a long list is one that spreadsheets open, cell by cell what was written."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from reports import rows as files


def written(titles, rows, name="Запросы"):
    file = io.BytesIO()
    files.workbook(file, titles, rows, name=name)
    return openpyxl.load_workbook(file)


def test_every_kind_of_cell_comes_back_as_it_was():
    values = ["=1+1", ' a <b> & "c"\n', 7, -1.25, None, datetime(2026, 11, 22, 9, 30), date(2026, 2, 1), "ж" * 40_000]
    book = written([str(n) for n in range(8)], [values])
    cells = [cell.value for cell in book.active[2]]
    assert cells[:5] == values[:5] and book.active["A2"].data_type == "s"
    assert cells[5:7] == [values[5], datetime(2026, 2, 1)]
    assert cells[7] == "ж" * 32_767
    assert [book.active[place].number_format for place in ("F2", "G2")] == ["dd.mm.yyyy hh:mm", "dd.mm.yyyy"]
    assert book.active.freeze_panes == "A2" and book.active.auto_filter.ref == "A1:H2"


@pytest.mark.parametrize("text", ["\x00\x0b", "_x0041_", "\ufffe"])
def test_what_xml_cannot_say_does_not_break_the_file(text):
    escaped = written(["a"], [[text]]).active["A2"].value
    assert openpyxl.utils.escape.unescape(escaped) == text


def test_what_excel_cannot_hold_on_one_sheet_goes_on_on_the_next(monkeypatch):
    monkeypatch.setattr(files, "SHEET_ROWS", 4)
    book = written(["Номер"], ([n] for n in range(10)), name="Люди: всё/ничего")
    assert book.sheetnames == ["Люди  всё ничего", "Люди  всё ничего 2", "Люди  всё ничего 3"]
    assert [sheet["A1"].value for sheet in book] == ["Номер"] * 3
    assert [row[0] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)] == list(range(10))


def test_a_list_without_rows_is_a_file_with_a_head():
    assert [cell.value for cell in written(["a", "b"], []).active[1]] == ["a", "b"]


def test_columns_have_names_beyond_z():
    assert written(["x"] * 30, [list(range(30))]).active["AD2"].value == 29

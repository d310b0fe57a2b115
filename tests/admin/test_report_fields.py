"""The builder with the fields that owners added: chosen like any other dimension, in files, and linked to the list."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from app.constants import FieldKind
from app.extensions import db
from app.models.request_fields import RequestField
from app.services import reports, request_fields
from app.services.request_fields import editing
from app.services.transaction import transaction

NEW, FILE = "/supervisor/reports/new/", "/supervisor/reports/file/"
AUTUMN = "when=range&from=2026-09-01&to=2026-11-30"


@pytest.fixture
def owner(build):
    owner = build.supervisor()
    options = [{"ru": "Газ", "en": "Gas"}, {"ru": "Дрова", "en": "Wood"}]
    fields = (
        ({"label_ru": "Тип отопления", "label_en": "Heating", "kind": FieldKind.CHOICE, "options": options}),
        ({"label_ru": "Удобства", "label_en": "Extras", "kind": FieldKind.SEVERAL, "options": options}),
        ({"label_ru": "До метро", "label_en": "Metro", "kind": FieldKind.NUMBER}),
        ({"label_ru": "Показ", "label_en": "Viewing", "kind": FieldKind.DATE}),
    )
    for values in fields:
        editing.save(None, values, actor=owner)
    client = build.client()
    for n in range(8):
        answers = {"heating": ("gas", "wood")[n % 2], "extras": ["gas", "wood"][: 1 + n % 2], "metro": n * 3}
        answers |= {"viewing": f"2026-1{n % 3}-05"} if n else {}
        inquiry = build.inquiry(client, published_day=date(2026, 11, 2), acceptances=n % 3, answers=answers)
        with transaction():
            request_fields.index(inquiry)
    return owner


@pytest.fixture
def boss(owner, browser_of):
    return browser_of(owner)


def text(answer):
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_field_is_chosen_like_any_other_dimension(boss):
    page = text(boss.get(f"{NEW}?{AUTUMN}"))
    assert '<option value="x-heating">Тип отопления</option>' in page
    page = text(boss.get(f"{NEW}?rows=x-heating&columns=x-extras&x-metro_to=15&{AUTUMN}"))
    assert '<option value="x-heating" selected>' in page and "Газ" in page
    assert "а в строке «Всего» — один раз" in page and 'name="x-metro_to"' in page


def test_the_files_say_what_the_screen_says(boss):
    query = f"?rows=x-heating&columns=x-extras&x-heating=gas&{AUTUMN}"
    book = load_workbook(BytesIO(boss.get(FILE + query).data))
    rows = [*book["Таблица"].iter_rows(values_only=True)]
    assert rows == [("Тип отопления", "Газ", "Всего"), ("Газ", 4, 4), ("Всего", 4, 4)]
    facts = [row[:2] for row in book["Отчёт"].iter_rows(values_only=True)]
    assert ("Тип отопления", "Газ") in facts
    assert "Тип отопления" in boss.get(f"{FILE}{query}&format=csv").get_data(as_text=True)


@pytest.mark.parametrize(
    "asked",
    [
        *("rows=x-heating", "rows=x-heating&columns=x-extras", "rows=x-metro", "rows=x-viewing"),
        *("rows=city&x-heating=gas", "rows=x-heating&x-metro_from=4&x-viewing_to=2026-11-30"),
    ],
)
def test_every_linked_number_is_as_many_inquiries_as_its_list_has(boss, asked):
    page = text(boss.get(f"{NEW}?{asked}&{AUTUMN}&measure=inquiries&measure=accepted"))
    cells = re.findall(r'<a href="(/supervisor/inquiries/\?[^"]*)">(\d+)</a>', page)
    assert len(cells) >= 4
    for url, number in cells:
        lines = boss.get(unescape(url).replace("/?", "/export.csv?")).get_data(as_text=True).splitlines()
        assert len(lines) - 1 == int(number), url


def test_a_kept_report_whose_field_is_gone_says_so(boss, owner):
    words = {"when": "range", "from": "2026-09-01", "to": "2026-11-30"}
    editing.save(None, {"label_ru": "Балкон", "label_en": "Balcony", "kind": FieldKind.YES_NO}, actor=owner)
    report = reports.save("Балконы", words | {"rows": "x-balcony"}, actor=owner)
    field = db.session.scalar(sa.select(RequestField).where(RequestField.key == "balcony"))
    editing.remove(field, actor=owner)
    one = f"/supervisor/reports/{report.public_id}/"
    for url in (one, "/supervisor/reports/"):
        assert "его удалили" in text(boss.get(url))
    assert "его удалили" in text(boss.get(f"{one}tile/", check=False))
    answer = boss.get(f"{one}edit/")
    assert answer.status_code == 400 and "его удалили" in answer.get_data(as_text=True)

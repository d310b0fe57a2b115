"""A table of any length as a file, written while its rows come. Nothing is kept and no other file is needed.

XlsxWriter (workbook.py) puts each sheet aside, some 700 MB for a million rows, which a killed process leaves behind;
here rows go straight into the archive. Text is always text: a cell that begins with = + - @ is never a formula.
"""

import csv
import io
import re
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice
from zipfile import ZIP_DEFLATED, ZipFile

SHEET_ROWS = 1_048_575  # Excel's limit, below a header; what is more stands on further sheets
LONGEST = 32_767  # characters of a cell
AT_ONCE = 100  # lines that are compressed together
EPOCH, FIRST = datetime(1899, 12, 30), datetime(1900, 3, 1)  # before that day Excel counts a day that never was
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BOLD, _MOMENT, _DAY = 1, 2, 3  # places in cellXfs

CONTENT_TYPES = f"""{_HEAD}<Types xmlns="{_TYPES}">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="{_SHEETS}.worksheet+xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>\
<Override PartName="/xl/styles.xml" ContentType="{_SHEETS}.styles+xml"/></Types>"""
ROOT = f"""{_HEAD}<Relationships xmlns="{_RELATIONS}">\
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">\
<numFmts count="2"><numFmt numFmtId="164" formatCode="dd.mm.yyyy hh:mm"/>\
<numFmt numFmtId="165" formatCode="dd.mm.yyyy"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border/></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def workbook(file, titles, rows, *, name):
    """Write an .xlsx to ``file`` (binary). ``rows``: lists of None, text, numbers, dates and moments without a zone."""
    rows, sheets = iter(rows), 0
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        first = next(rows, None)
        while first is not None or not sheets:
            sheets += 1
            here = chain([] if first is None else [first], islice(rows, SHEET_ROWS - 1))
            with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                _sheet(sheet, titles, here)
            first = next(rows, None)
        _bind(archive, name, sheets)


def _bind(archive, name, sheets):
    """What makes a workbook of the sheets."""
    name = _text(re.sub(r"[\[\]:*?/\\']", " ", name)[:25])
    numbers = range(1, sheets + 1)
    named = "".join(f'<sheet name="{_sheet_name(name, n)}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    book = f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>'
    links = "".join(_link(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    links += _link("styles", "styles", "styles.xml")
    archive.writestr("_rels/.rels", ROOT)
    archive.writestr("xl/workbook.xml", book)
    archive.writestr("xl/styles.xml", STYLES)
    relations = f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{links}</Relationships>'
    archive.writestr("xl/_rels/workbook.xml.rels", relations)


def _sheet_name(name, number):
    return name if number == 1 else f"{name} {number}"


def _link(id, kind, target):
    return f'<Relationship Id="{id}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _sheet(sheet, titles, rows):
    letters = [_letters(n) for n in range(len(titles))]
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    head = "".join(_string(f"{letter}1", title, _BOLD) for letter, title in zip(letters, titles, strict=True))
    sheet.write(
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<cols><col min="1" max="{len(titles)}" width="18" customWidth="1"/></cols>'
        f'<sheetData><row r="1">{head}</row>'.encode()
    )
    last = 1
    while lines := [_line(n, letters, values) for n, values in enumerate(islice(rows, AT_ONCE), last + 1)]:
        last += len(lines)
        sheet.write("".join(lines).encode(errors="replace"))
    sheet.write(f'</sheetData><autoFilter ref="A1:{letters[-1]}{last}"/></worksheet>'.encode())


def _letters(n):
    """The name of a column: A … Z, AA …"""
    before, letter = divmod(n, 26)
    return (_letters(before - 1) if before else "") + chr(65 + letter)


def _line(number, letters, values):
    cells = [
        _WRITERS.get(type(value), _string)(f"{letter}{number}", value)
        for letter, value in zip(letters, values, strict=True)
        if value is not None
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _string(place, text, style=0):
    face = f' s="{style}"' if style else ""
    return f'<c r="{place}"{face} t="inlineStr"><is>{_inline(text)}</is></c>'


def _number(place, value):
    return f'<c r="{place}"><v>{value}</v></c>'


def _moment(place, value):
    if value < FIRST:
        return _string(place, value.isoformat(" ", "minutes"))
    since = value - EPOCH
    return f'<c r="{place}" s="{_MOMENT}"><v>{since.days + since.seconds / 86_400!r}</v></c>'


def _day(place, value):
    if value < FIRST.date():
        return _string(place, value.isoformat())
    return f'<c r="{place}" s="{_DAY}"><v>{(value - EPOCH.date()).days}</v></c>'


_WRITERS = {int: _number, float: _number, datetime: _moment, date: _day}
KEPT = frozenset(_WRITERS)  # the types that stay what they are; whatever else comes has to be text or None


@lru_cache(maxsize=1024)
def _inline(text):
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<t{space}>{_text(text)}</t>"


def _text(text):
    """As XML has it. What XML cannot say at all Excel reads from _xHHHH_."""
    text = UNSPEAKABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text[:LONGEST])
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def text_file(file, titles, rows, *, name):
    """Write a CSV to ``file`` (binary): semicolons, and the mark that tells a spreadsheet that this is UTF-8."""
    lines = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="")
    writer = csv.writer(lines, delimiter=";")
    writer.writerow(titles)
    writer.writerows([_harmless(value) for value in values] for values in rows)
    lines.flush()
    lines.detach()


def _harmless(value):
    """A spreadsheet runs text that begins like a formula: an apostrophe keeps it text. Moments end at the minute."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

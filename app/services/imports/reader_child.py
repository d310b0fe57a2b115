"""Run by reading.py, never imported: a workbook or a CSV file on stdin becomes lines of JSON on stdout.

A file from outside may be made to burst: this process can write nothing and has only so much memory and time.
The first line says what was found, each further one is [number of the row, [texts]]. Argument: the most rows.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile

LIMITS = {
    resource.RLIMIT_AS: 1536 * 1024**2,
    resource.RLIMIT_CPU: 60,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}
UNPACKED = 400 * 1024**2  # bytes of a workbook: a full one of 20 MB has 200
COLUMNS = 200
CELL = 4_000
TOO_LARGE, NO_TABLE, ENTITIES = 3, 4, 5
DELIMITERS = ";,\t|"
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff]")


class Unfit(Exception):
    pass


def main(most):
    for name, limit in LIMITS.items():
        resource.setrlimit(name, (limit, limit))
    data = sys.stdin.buffer.read()
    try:
        facts, rows = _workbook(data) if data[:4] == b"PK\x03\x04" else _text(data)
        return _tell(facts, rows, most)
    except Unfit as error:
        return error.args[0]


def _tell(facts, rows, most):
    heading, told = None, 0
    for number, cells in enumerate(rows, start=1):
        cells = [_plain(cell) for cell in cells[:COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if heading is None:
            heading = cells
            _say(facts | {"columns": cells})
            continue
        told += 1
        if told > most:
            return TOO_LARGE
        _say([number, cells])
    return 0 if heading else NO_TABLE


def _say(line):
    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")


def _plain(cell):
    """As it is written in the sheet: 79161234567.0 is a number without a point, midnight is a day."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if hasattr(cell, "isoformat"):
        return cell.isoformat().removesuffix("T00:00:00")[:CELL]
    return UNSEEN.sub("", str(cell)).strip()[:CELL]


def _workbook(data):
    _check_parts(data)
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                rows = book.get_sheet_by_name(sheet.name)
                if rows.height:
                    return {"sheet": sheet.name}, rows.iter_rows()
    except (CalamineError, ValueError) as error:
        raise Unfit(NO_TABLE) from error
    raise Unfit(NO_TABLE)


def _check_parts(data):
    """Unpack each part once, counting: what a zip says of its sizes need not be true. No part may declare entities."""
    left = UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            for name in parts.namelist():
                with parts.open(name) as part:
                    tail = b""
                    while piece := part.read(1 << 20):
                        left -= len(piece)
                        if left < 0:
                            raise Unfit(TOO_LARGE)
                        if name.endswith((".xml", ".rels")) and _declares(tail + piece):
                            raise Unfit(ENTITIES)
                        tail = piece[-32:]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unfit(NO_TABLE) from error


def _declares(piece):
    bare = piece.replace(b"\0", b"")  # UTF-16 says the same with a NUL beside each letter
    return b"<!DOCTYPE" in bare or b"<!ENTITY" in bare


def _text(data):
    encoding, text = _decoded(data)
    if b"\0" in data[:4096] and encoding != "utf-16":
        raise Unfit(NO_TABLE)
    csv.field_size_limit(1 << 20)
    delimiter = _delimiter(text)
    facts = {"encoding": encoding, "delimiter": delimiter}
    return facts, _lines(text, delimiter)


def _lines(text, delimiter):
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Unfit(NO_TABLE) from error


def _decoded(data):
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16", data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        marked = data[:3] == b"\xef\xbb\xbf"
        return (encoding if marked or encoding == "cp1251" else "utf-8"), text
    return "cp1251", data.decode("cp1251", errors="replace")


def _delimiter(text):
    """The one that cuts the first lines into most cells, alike in each of them."""
    sample = "\n".join(text.splitlines()[:30])
    best, most = ",", 0
    for each in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=each) if row]
        except csv.Error:
            continue
        alike = sum(width == widths[0] for width in widths) / len(widths) if widths else 0
        if widths and (score := (widths[0] - 1) * alike) > most:
            best, most = each, score
    return best


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

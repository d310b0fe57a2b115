"""From an uploaded file to its heading and rows. A process of its own reads it; see reader_child.py."""

import json
import subprocess
import sys
from pathlib import Path

from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput, TooLarge

CHILD = Path(__file__).with_name("reader_child.py")
SIZE = 20 * 1024**2  # bytes of a file
ROWS = 50_000
PATIENCE = 90  # seconds
REASONS = {  # what the child exits with, as reader_child.py
    3: _l("The table is too long: at most 50,000 rows. Divide it into several files."),
    4: _l("No table was found in this file. Save it as Excel (.xlsx) or CSV, with headings in the first row."),
    5: _l("This workbook declares entities, which tables never need: it is not read. Save it anew as .xlsx."),
}


def read(file):
    """``(facts, rows)``: facts have ``columns``; rows yields (number in the file, [texts]).

    Raises TooLarge, InvalidInput(field "file").
    """
    data = file.read(SIZE + 1)
    if len(data) > SIZE:
        raise TooLarge(_l("The file is too large: at most 20 MB."), field="file")
    done = _run(data)
    if done is None or done.returncode:
        reason = REASONS.get(done and done.returncode, _l("This file could not be read: it is damaged or too large."))
        raise InvalidInput(reason, field="file")
    lines = done.stdout.splitlines()
    return json.loads(lines[0]), (tuple(json.loads(line)) for line in lines[1:])


def _run(data):
    command = [sys.executable, "-I", str(CHILD), str(ROWS)]
    try:
        return subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, env={}, check=False)
    except subprocess.TimeoutExpired:
        return None

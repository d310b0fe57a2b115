"""From an uploaded file to its heading and rows. A process of its own reads it; see reader_child.py."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput, TooLarge
from app.formatting import number
from app.services import settings

CHILD = Path(__file__).with_name("reader_child.py")
PATIENCE = 90  # seconds; a setting could only let a bad file keep the worker for longer
TOO_LONG = 3
REASONS = {  # what the child exits with, as reader_child.py
    4: _l("No table was found in this file. Save it as Excel (.xlsx) or CSV, with headings in the first row."),
    5: _l("This workbook declares entities, which tables never need: it is not read. Save it anew as .xlsx."),
}


class Limits(NamedTuple):
    """What the owners take in one file. The bounds of both settings are what the child can bear."""

    megabytes: int
    rows: int

    @property
    def size(self):
        """In bytes."""
        return self.megabytes * 1024**2


def limits():
    return Limits(*settings.several(("import_megabytes", "import_rows")))


def read(file):
    """``(facts, rows)``: facts have ``columns``; rows yields (number in the file, [texts]).

    Raises TooLarge, InvalidInput(field "file").
    """
    most = limits()
    data = file.read(most.size + 1)
    if len(data) > most.size:
        raise TooLarge(_l("The file is too large: at most %(n)s MB.", n=most.megabytes), field="file")
    done = _run(data, most.rows)
    if done is None or done.returncode:
        raise InvalidInput(_reason(done, most.rows), field="file")
    lines = done.stdout.splitlines()
    return json.loads(lines[0]), (tuple(json.loads(line)) for line in lines[1:])


def _reason(done, rows):
    if done is not None and done.returncode == TOO_LONG:
        return _l("The table is too long: at most %(rows)s rows. Divide it into several files.", rows=number(rows))
    return REASONS.get(done and done.returncode, _l("This file could not be read: it is damaged or too large."))


def _run(data, rows):
    command = [sys.executable, "-I", str(CHILD), str(rows)]
    try:
        return subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, env={}, check=False)
    except subprocess.TimeoutExpired:
        return None

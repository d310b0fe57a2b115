"""Long lists as files, beside bare XlsxWriter that writes as many of the same cells, and beside stock Flask-Admin.

Each runs in a process of its own; its memory is what the peak grew by. The time is the processor's.
"""

import json
import subprocess
import sys
import tempfile
import time
from itertools import chain, islice, repeat
from pathlib import Path

from flask import Flask, g
from werkzeug.datastructures import MultiDict

from app import create_app
from app.config import Settings
from bench.data import KEY, ROOT, application

LIST, SAMPLE = "inquiries_admin", 1_000


def run(rows, *, large, stock):
    """Rows for bench.report: ``rows`` inquiries of a database of ``large``. ``stock``: beside Flask-Admin's own too."""
    application(large)  # made or brought up to date before anything is measured
    bare, ours = _apart("bare", rows, large), _apart("ours", rows, large)
    made = [
        (f"{rows:,} rows: beside XlsxWriter, time", bare["ms"] / 1000, ours["ms"] / 1000, "s", "≤ 1.30 ×"),
        (f"{rows:,} rows: beside XlsxWriter, memory", bare["mb"], ours["mb"], "MB", "≤ 1.50 ×"),
        (f"{rows:,} rows: peak of the whole process", None, ours["peak"], "MB"),
    ]
    if stock:
        theirs = _apart("stock", rows, large)
        made += [
            (f"{rows:,} rows: beside Flask-Admin, time", theirs["ms"] / 1000, ours["ms"] / 1000, "s", "≤ 1.00 ×"),
            (f"{rows:,} rows: beside Flask-Admin, memory", theirs["mb"], ours["mb"], "MB", "≤ 1.00 ×"),
        ]
    return made


def _apart(what, rows, large):
    line = [sys.executable, "-m", "bench.exports", what, str(rows), str(large)]
    told = subprocess.run(line, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(told.splitlines()[-1])


def _megabytes(name):
    """VmRSS: what the process has; VmHWM: the most that it had."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[name].split()[0]) / 1024


def _ours(app, rows):
    """The list as the worker writes it; what is above ``rows`` is left out."""
    from app.admin import export, listing

    view = export.room(LIST)
    asked = listing.Asked.of(view, MultiDict({"columns": listing.ALL}))
    keys = export._keys

    def first(*asked):
        found = keys(*asked)
        found.count = min(found.count, rows)
        return found

    export._keys = first
    return lambda file: export.write(view, asked, "xlsx", file)


def _bare(app, rows):
    """XlsxWriter as its manual says, with the cells of the first thousand rows over and over."""
    from datetime import datetime

    import xlsxwriter

    sample = []
    _cells(app, sample)

    def write(file):
        with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
            sheet, moment = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
            for line, values in enumerate(islice(chain.from_iterable(repeat(sample)), rows)):
                for column, value in enumerate(values):
                    if isinstance(value, datetime):
                        sheet.write_datetime(line, column, value, moment)
                    elif isinstance(value, str):
                        sheet.write_string(line, column, value)
                    elif value is not None:
                        sheet.write_number(line, column, value)

    return write


def _cells(app, sample):
    from app.admin import export

    keep, export.WRITERS["xlsx"] = export.WRITERS["xlsx"], (lambda file, titles, rows, name: sample.extend(rows), "")
    _ours(app, SAMPLE)(None)
    export.WRITERS["xlsx"] = keep


def _stock(app, rows):
    """Flask-Admin's own view of the same columns, its own export to the same format."""
    from flask_admin import Admin
    from flask_admin.contrib.sqla import ModelView

    from app.extensions import db
    from app.models.inquiries import Inquiry

    class Stock(ModelView):
        can_export, export_types, export_max_rows = True, ["xlsx"], rows
        column_list = ("number", "status", "deal", "city.country", "city", "property_type", "rooms", "budget_min")
        column_list += ("budget_max", "currency", "client", "source", "recipients", "acceptances", "created_at")
        column_list += ("published_at",)
        column_default_sort = ("id", True)

    plain = Flask("stock")
    plain.config |= {"SECRET_KEY": "bench", "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"]}
    db.init_app(plain)
    Admin(plain).add_view(Stock(Inquiry, db, endpoint="stock"))
    browser = plain.test_client()
    return lambda file: file.write(browser.get("/admin/stock/export/xlsx/").get_data())


def main(what, rows, large):
    from app.constants import Role
    from app.extensions import db
    from app.models.accounts import User

    folder = ROOT / "instance" / f"bench-{large}"
    app = create_app(Settings.from_env(folder, KEY))
    with app.app_context():
        g.actor = db.session.scalar(db.select(User).where(User.role == Role.SUPERVISOR))
        write = {"ours": _ours, "bare": _bare, "stock": _stock}[what](app, int(rows))
        db.session.rollback()
        before, begin = _megabytes("VmRSS"), time.process_time()
        with tempfile.TemporaryFile() as file:
            write(file)
            size = file.seek(0, 2)
        taken = (time.process_time() - begin) * 1000
    print(json.dumps({"ms": taken, "mb": _megabytes("VmHWM") - before, "peak": _megabytes("VmHWM"), "size": size}))


if __name__ == "__main__":
    main(*sys.argv[1:])

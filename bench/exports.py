"""Long lists as files, beside bare XlsxWriter that writes as many of the same cells, and beside stock Flask-Admin.

Each runs in a process of its own, XlsxWriter in one without our program; its memory is what the process grew by, and
how high it stood then. The time is the processor's.
"""

import json
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

from flask import Flask, g
from werkzeug.datastructures import MultiDict

from app import create_app
from app.config import Settings
from bench.data import KEY, ROOT, application
from bench.written import measured

LIST, SAMPLE = "inquiries_admin", 1_000


def run(rows, *, large, stock):
    """Rows for bench.report: ``rows`` inquiries of a database of ``large``. ``stock``: beside Flask-Admin's own too."""
    application(large)  # made or brought up to date before anything is measured
    ours = _apart("bench.exports", "ours", rows, large)
    made = list(_beside("XlsxWriter", _bare(rows, large), ours, rows, ("≤ 1.30 ×", "≤ 1.50 ×")))
    if stock:
        theirs = _apart("bench.exports", "stock", rows, large)
        made += _beside("Flask-Admin", theirs, ours, rows, ("≤ 1.00 ×", "≤ 1.00 ×"))
    return made


def _beside(whose, theirs, ours, rows, aims):
    what = f"{rows:,} rows: beside {whose}"
    yield f"{what}, time", theirs["ms"] / 1000, ours["ms"] / 1000, "s", aims[0]
    yield f"{what}, memory it grew by", theirs["mb"], ours["mb"], "MB", aims[1]
    yield f"{what}, peak of the whole process", theirs["peak"], ours["peak"], "MB", "≤ 120 MB"


def _bare(rows, large):
    with tempfile.TemporaryDirectory() as folder:
        cells = Path(folder) / "cells"
        _apart("bench.exports", "cells", SAMPLE, large, cells)
        return _apart("bench.bare", rows, cells)


def _apart(module, *words):
    line = [sys.executable, "-m", module, *map(str, words)]
    told = subprocess.run(line, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(told.splitlines()[-1])


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


def _keep_cells(app, rows, path):
    """The cells of the first rows as they go to a workbook, pickled."""
    from app.admin import export

    sample = []
    export.WRITERS["xlsx"] = (lambda file, titles, rows, name: sample.extend(rows)), ""
    _ours(app, rows)(None)
    Path(path).write_bytes(pickle.dumps(sample))
    return len(sample)


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


def main(what, rows, large, path=None):
    from app.constants import Role
    from app.extensions import db
    from app.models.accounts import User

    folder = ROOT / "instance" / f"bench-{large}"
    app = create_app(Settings.from_env(folder, KEY))
    with app.app_context():
        g.actor = db.session.scalar(db.select(User).where(User.role == Role.SUPERVISOR))
        if what == "cells":
            told = _keep_cells(app, int(rows), path)
        else:
            write = {"ours": _ours, "stock": _stock}[what](app, int(rows))
            db.session.rollback()
            told = measured(write)
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])

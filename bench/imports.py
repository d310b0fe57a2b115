"""A file of many people: read, checked and brought in as the worker does it, on a copy of the small database."""

import io
import shutil
import tempfile
import time
from pathlib import Path

from app.demo.people import OWNER
from bench.data import ROOT, application

SMALL = 1_000
FIRST = ("Анна", "Пётр", "Ольга", "Иван", "Мария", "Олег", "Елена", "Павел")
LAST = ("Новак", "Домов", "Соколова", "Чернов", "Лебедева", "Орлов", "Королёва", "Зайцев")
CITIES = ("Прага", "Брно", "Острава", "Пльзень")
REALTORS = 5  # each fifth is one


def run(rows):
    """Rows for bench.report: how many lines the processor gets through in a second, and the memory that it took."""
    with tempfile.TemporaryDirectory() as folder:
        app = _copy(Path(folder))
        with app.app_context():
            taken = _steps(rows)
    return [(f"{rows:,} people: {step}", None, rows / seconds, "/s", aim) for step, seconds, aim in taken]


def _copy(folder):
    application(SMALL)
    shutil.copytree(ROOT / "instance" / f"bench-{SMALL}", folder, dirs_exist_ok=True)
    return application(SMALL, folder)


def _steps(rows):
    from sqlalchemy import select

    from app.extensions import db
    from app.models.accounts import User
    from app.services import imports

    owner = db.session.scalar(select(User).where(User.email == OWNER[0]))
    file = io.BytesIO(_file(rows).encode())
    plan, received = _timed(lambda: imports.receive("people", file, "people.csv", actor=owner))
    choices = {"keys": list(imports.KINDS["people"].keys), "update": True, "country": "CZ"}
    imports.name_columns(plan, plan.mapping, choices, actor=owner)
    _, checked = _timed(_work)
    imports.run(plan, actor=owner)
    _, ran = _timed(_work)
    found = imports.outcomes(plan)
    if found.total() != rows or found["new"] != rows:
        wrong = [(row.cells, row.reason) for row in imports.rows(plan, "wrong", limit=3)]
        raise RuntimeError(f"not everybody came: {found} {wrong}")
    return ("received", received, ""), ("checked", checked, "≥ 1,140 /s"), ("brought in", ran, "≥ 333 /s")


def _timed(do):
    begin = time.process_time()
    return do(), time.process_time() - begin


def _work():
    from app.extensions import db
    from app.services import imports

    while imports.work():
        pass
    db.session.rollback()


def _file(rows):
    """Clients and realtors by turns, with phones written as people write them."""
    lines = ["ФИО;Почта;Телефон;Роль;Город;Агентство"]
    for n in range(rows):
        name = f"{FIRST[n % 8]} {LAST[n // 8 % 8]}-{_letters(n)}"  # no two realtors of a city have one name
        phone = f"+420 73{n % 8} {n // 1000 % 1000:03} {n % 1000:03}"
        bound = f"риелтор;{CITIES[n % len(CITIES)]};Агентство {n % 200}" if n % REALTORS == 0 else "клиент;;"
        lines.append(f"{name};person{n}@import.example;{phone};{bound}")
    return "\n".join(lines)


def _letters(n):
    return "".join("абвгдежзик"[int(digit)] for digit in str(n)).capitalize()

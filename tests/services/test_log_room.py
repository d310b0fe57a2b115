"""SQLite's write-ahead log has its room before it is written to, whoever writes meanwhile, and loses nothing by it."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.models import engine as engines


@pytest.fixture
def engine(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'room.sqlite3'}")
    engines.prepare(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE said (n INTEGER PRIMARY KEY)"))
    yield engine
    engine.dispose()


def say(engine, numbers):
    for n in numbers:
        with engine.connect() as connection:
            connection.execution_options(**{engines.WRITE: True}).execute(
                sa.text("INSERT INTO said VALUES (:n)"), {"n": n}
            )
            connection.commit()


def said(path):
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        return set(connection.scalars(sa.text("SELECT n FROM said")))


def test_what_is_written_while_the_log_grows_is_there_after_a_crash(engine, tmp_path):
    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(say, engine, range(start, start + 60)) for start in (0, 60)]
        pool.submit(engines.make_room, engine).result()
        for one in writing:
            one.result()
    say(engine, [1000])
    log = tmp_path / "room.sqlite3-wal"
    assert log.stat().st_size == engines.LOG_SIZE
    crashed = tmp_path / "crashed.sqlite3"  # as the disk has it, without the index that the process had in memory
    shutil.copy(tmp_path / "room.sqlite3", crashed)
    shutil.copy(log, tmp_path / "crashed.sqlite3-wal")
    assert said(crashed) == {*range(120), 1000}


def test_a_disk_that_is_nearly_full_is_left_alone(engine, tmp_path, monkeypatch):
    nearly = shutil.disk_usage(tmp_path)._replace(free=engines.LOG_SIZE)
    monkeypatch.setattr(engines.shutil, "disk_usage", lambda path: nearly)
    before = (tmp_path / "room.sqlite3-wal").stat().st_size
    engines.make_room(engine)
    assert (tmp_path / "room.sqlite3-wal").stat().st_size == before

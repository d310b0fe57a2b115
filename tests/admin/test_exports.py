"""Lists as files: the short at once, the long by the worker; only to whoever asked and still may."""

import io
import threading
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest

from app.admin import listing
from app.constants import AuditTag, ExportState, NotificationKind
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import Message
from app.models.exports import Export
from app.models.notifications import Notification
from app.services import exports, settings
from app.services.media import store
from app.services.transaction import transaction
from app.tasks import exports as job

PAGE, PEOPLE, INQUIRIES = "/supervisor/exports/", "/supervisor/people/", "/supervisor/inquiries/"


@pytest.fixture
def owner(build):
    return build.supervisor()


@pytest.fixture
def boss(browser_of, owner):
    return browser_of(owner)


@pytest.fixture
def long(monkeypatch):
    """Lists of more than two rows are long."""
    monkeypatch.setattr(listing, "CAP", 2)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """A worker looks in a context of its own; here it must leave the snapshot that the scene was built in."""
    for look in (exports.claim, exports.purge):
        monkeypatch.setattr(exports, look.__name__, lambda look=look: db.session.rollback() or look())


def only():
    db.session.rollback()
    return db.session.scalars(db.select(Export)).one()


def sheet(data):
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))


def test_a_short_list_is_downloaded_at_once_and_the_journal_knows(boss, build):
    build.client(name="Анна Новак")
    assert 'href="/supervisor/people/export.xlsx' in boss.get(PEOPLE).text
    answer = boss.get(PEOPLE + "export.xlsx?role=client")
    head, *rows = sheet(answer.data)
    assert [row[0] for row in rows] == ["Анна Новак"] and head[:2] == ("Имя", "Роль")
    db.session.rollback()
    event = db.session.scalars(db.select(AuditEvent).where(AuditEvent.tag == AuditTag.LIST_EXPORTED)).one()
    assert event.data == {"title": "Люди", "filters": {"Роль": "клиент"}, "kind": "xlsx", "rows": 1}
    assert "выгружен список" in boss.get("/supervisor/journal/").text


def test_a_file_has_the_columns_of_the_screen_in_their_order(boss, build):
    city = build.city("Прага")
    build.inquiry(build.client("Анна"), city=city, budget_max=90_000, wishes="Тихо\nи светло")
    head, *rows = sheet(boss.get(INQUIRIES + "export.xlsx").data)
    assert head == ("№", "Состояние", "Что нужно", "Город", "Клиент", "Отклики", "Составлено")
    assert rows[0][1:5] == ("ждёт откликов", "Снять квартиру, 2 комнаты", "Прага, Чехия", "Анна")
    chosen = {
        "list": "inquiries_admin",
        "order": ["wishes", "client", "budget"],
        "column": ["wishes", "client", "budget"],
    }
    boss.post("/supervisor/views/columns/", data=chosen)
    page = boss.get(INQUIRIES).text
    assert "Тихо и светло" in page and "до 900 €" in page.replace("\xa0", " ") and "ждёт откликов</span>" not in page
    head, *rows = sheet(boss.get(INQUIRIES + "export.xlsx").data)
    assert head == ("№", "Пожелания", "Клиент", "Бюджет") and rows[0][1:3] == ("Тихо\nи светло", "Анна")
    assert sheet(boss.get(INQUIRIES + "export.xlsx?columns=client").data)[0] == ("№", "Клиент")
    assert len(sheet(boss.get(INQUIRIES + "export.xlsx?columns=all").data)[0]) > 15
    assert "columns=all" in page


def test_the_worker_writes_the_columns_that_stood_when_it_was_asked(boss, owner, build, long):
    chosen = {"list": "people", "order": ["role", "email"], "column": ["role", "email"]}
    boss.post("/supervisor/views/columns/", data=chosen)
    boss.post(PEOPLE + "export.xlsx")
    boss.post("/supervisor/views/columns/", data={"list": "people", "reset": "1"})
    answer = boss.post(PEOPLE + "export.xlsx?columns=all&role=supervisor")
    assert "columns" not in answer.location, "the list itself stays as it was"
    assert job.make_next() and job.make_next()
    db.session.rollback()
    files = db.session.scalars(db.select(Export).order_by(Export.id)).all()
    heads = [sheet(boss.get(f"{PAGE}{export.public_id}/file").data)[0] for export in files]
    assert heads[0] == ("Имя", "Роль", "Электронная почта") and len(heads[1]) == 9


@pytest.mark.parametrize("list", ["agencies", "cities", "journal"])
def test_lists_without_a_fast_way_say_their_cells_in_words(boss, build, list):
    build.realtor(), build.inquiry(), boss.get(PEOPLE + "export.xlsx")
    head, *rows = sheet(boss.get(f"/supervisor/{list}/export.xlsx").data)
    assert rows and not any("<" in str(cell) or "object at" in str(cell) for row in rows for cell in row)


def test_a_long_list_is_made_by_the_worker_with_the_screens_filters_and_zone(boss, owner, build, long):
    with transaction():
        owner.timezone = "Asia/Tokyo"
    late = build.inquiry(city=build.city("Прага"), created_at=utcnow().replace(hour=20, minute=5))
    for _ in range(3):
        build.inquiry(city=build.city("Прага"))
    other = build.inquiry(city=build.city("Берлин"))
    address = f"?city={build.city('Прага').public_id}&sort=number"
    page = boss.get(INQUIRIES + address)
    assert 'action="/supervisor/inquiries/export.xlsx' in page.text, "a button, no link to wait for"
    assert boss.get(INQUIRIES + "export.xlsx" + address).status_code == 303
    answer = boss.post(INQUIRIES + "export.xlsx" + address)
    assert answer.status_code == 303
    assert 'href="/supervisor/exports/"' in boss.get(answer.location).text, "says where to look"
    assert "ждёт очереди" in boss.get(PAGE).text

    assert job.make_next() and not job.make_next()
    export = only()
    assert (export.state, export.done, export.total) == (ExportState.READY, 4, 4)
    taken = boss.get(f"{PAGE}{export.public_id}/file")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    head, *rows = sheet(taken.data)
    numbers, made = [row[0] for row in rows], len(head) - 1
    assert numbers == sorted(numbers) and other.number not in numbers
    local = late.created_at + timedelta(hours=9)
    assert abs(next(row[made] for row in rows if row[0] == late.number) - local.replace(tzinfo=None)) < timedelta(
        seconds=1
    )
    told = db.session.scalars(db.select(Notification).where(Notification.user_id == owner.id)).one()
    assert (told.kind, told.url) == (NotificationKind.EXPORT_READY, PAGE)
    assert "Выгрузки" in boss.get(PAGE).text


@pytest.mark.parametrize("address, rows", [(PEOPLE, 8), (INQUIRIES, 7)])
def test_a_list_is_whole_and_in_its_order_however_few_rows_are_read_at_a_time(boss, build, monkeypatch, address, rows):
    client = build.client(name="Клиент")
    for n in range(6):
        build.client(name=f"Имя {n}")
        build.inquiry(client, build.city("Прага"))
    build.inquiry(client, build.city("Берлин"))
    whole = sheet(boss.get(address + "export.xlsx").data)
    assert len(whole) == 1 + rows
    monkeypatch.setattr("app.admin.export.CHUNK", 3)
    monkeypatch.setattr("reports.rows.AT_ONCE", 2)
    assert sheet(boss.get(address + "export.xlsx").data) == whole


def test_asked_twice_is_made_once_and_a_person_has_a_few_at_a_time(boss, owner, build, long):
    for _ in range(3):
        build.client()
    for _ in range(2):
        boss.post(PEOPLE + "export.xlsx?role=client")
    assert only().query == "role=client"
    settings.change("exports_at_once", 3, actor=owner)
    for word in "абвг":
        boss.post(PEOPLE + f"export.xlsx?q={word}")
    db.session.rollback()
    assert len(db.session.scalars(db.select(Export)).all()) == 3


def test_a_file_opens_to_whoever_asked_and_only_while_the_list_does(boss, owner, build, browser_of, long, monkeypatch):
    boss.post(PEOPLE + "export.csv")
    job.make_next()
    address = f"{PAGE}{only().public_id}/file"
    assert boss.get(address).data.startswith("\ufeffИмя;Роль".encode())
    assert browser_of(build.supervisor()).get(address).status_code == 404
    assert browser_of(build.client()).get(address).status_code == 403
    monkeypatch.setattr("app.admin.supervisor.people.PeopleAdmin.is_accessible", lambda view: False)
    assert boss.get(address).status_code == 403, "the permission is asked again"


def test_who_lost_the_list_meanwhile_gets_no_file(boss, owner, long, stored):
    boss.post(PEOPLE + "export.xlsx")
    with transaction():
        owner.blocked_at = utcnow()
    job.make_next()
    export = only()
    assert (export.state, export.error) == (ExportState.FAILED, "forbidden")
    assert stored() == []


def test_cancelled_in_the_middle_it_stops_and_leaves_nothing(boss, owner, build, long, stored, monkeypatch):
    boss.post(PEOPLE + "export.xlsx")
    written = exports.make

    def cancelled_meanwhile(work, file, tell):
        boss.post(f"{PAGE}{only().public_id}/cancel")
        return written(work, file, tell)

    monkeypatch.setattr(exports, "make", cancelled_meanwhile)
    job.make_next()
    assert only().state == ExportState.CANCELLED
    assert stored() == []


def test_after_a_killed_worker_it_begins_again_once_and_the_dead_one_has_no_say(boss, build, long, stored):
    boss.post(PEOPLE + "export.xlsx")
    dead = exports.claim()
    assert exports.claim() is None, "while the lease holds nobody else takes it"
    with transaction():
        only_one = db.session.scalars(db.select(Export)).one()
        only_one.leased_until = utcnow() - timedelta(seconds=1)
    assert job.make_next()
    assert not exports.progress(dead, 1, 2)
    exports.finish(dead, 1, 1)
    export = only()
    assert (export.state, export.attempts) == (ExportState.READY, 2)
    assert len(stored()) == 1 and store.open_at(export.key).read(2) == b"PK"
    assert len(db.session.scalars(db.select(Notification)).all()) == 1


def test_a_worker_that_is_asked_to_stop_gives_it_back(boss, long, stored):
    boss.post(PEOPLE + "export.xlsx")
    stop = threading.Event()
    stop.set()
    job.make_next(stop)
    export = only()
    assert (export.state, export.attempts, stored()) == (ExportState.WAITING, 0, [])


def test_what_fails_each_time_is_given_up(boss, long, monkeypatch):
    boss.post(PEOPLE + "export.xlsx")
    for _ in range(exports.ATTEMPTS + 1):
        exports.claim()
        with transaction() as session:
            session.execute(db.update(Export).values(leased_until=utcnow() - timedelta(seconds=1)))
    assert only().state == ExportState.FAILED
    assert "Три попытки" in boss.get(PAGE).text


def test_files_go_after_a_week(boss, long, stored):
    boss.post(PEOPLE + "export.xlsx")
    job.make_next()
    address = f"{PAGE}{only().public_id}/file"
    with transaction() as session:
        session.execute(db.update(Export).values(expires_at=utcnow() - timedelta(seconds=1)))
    assert exports.purge() == 1
    assert stored() == [] and boss.get(address).status_code == 404
    assert "неделя прошла" in boss.get(PAGE).text


def test_messages_are_listed_without_their_words(boss, build, long):
    conversation = build.conversation()
    for seq in range(1, 4):
        build.add(Message(conversation_id=conversation.id, seq=seq, nonce=uuid4(), body=f"тайна {seq}"))
    page = boss.get("/supervisor/messages/")
    assert "тайна" not in page.text and "Сообщение №" in page.text
    boss.post("/supervisor/messages/export.csv")
    job.make_next()
    taken = boss.get(f"{PAGE}{only().public_id}/file").text
    assert "тайна" not in taken and len(taken.splitlines()) == 1 + 3

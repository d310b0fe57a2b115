"""Files brought in: judged row by row, carried out by the worker, once, and taken back as a whole."""

import io

import pytest
import sqlalchemy as sa

from app.constants import AuditTag, InquiryStatus, Role
from app.constants import ImportOutcome as Outcome
from app.constants import ImportState as State
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import Consent, User
from app.models.audit import AuditEvent, BinItem
from app.models.imports import ImportRow
from app.models.inquiries import Inquiry
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.models.partners import Agency
from app.models.places import City
from app.services import accounts, bin, imports, inquiries, leases, matches, outbox, partners, search, takebacks
from app.services.request_fields import editing
from app.services.transaction import transaction
from tests.services.test_statistics_rollup import recount, rollup


def received(owner, kind, text, **choices):
    plan = imports.receive(kind, io.BytesIO(text.encode()), "файл.csv", actor=owner)
    keys = list(imports.KINDS[kind].keys)
    imports.name_columns(plan, plan.mapping, {"keys": keys, "update": True} | choices, actor=owner)
    return worked(plan)


def worked(plan):
    while imports.work() or takebacks.work():
        pass
    db.session.rollback()
    return plan


def ran(plan, owner):
    imports.run(plan, actor=owner)
    return worked(plan)


def lines(plan):
    """[(verdict or outcome, field, reason)] in the order of the file."""
    found = db.session.scalars(sa.select(ImportRow).where(ImportRow.import_id == plan.id).order_by(ImportRow.position))
    return [(row.outcome or row.verdict, row.field, row.reason) for row in found]


def said(plan):
    return [outcome for outcome, _field, _reason in lines(plan)]


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.fixture
def owner(build, context):
    return build.supervisor()


CITIES = """Страна;Город;Написания;Население
Чехия;prague;Прага-сити, Praga;1300000
CZ;Прагаа;;
CZ;Оломоуц;Olomouc;100 000
"""
PEOPLE = """ФИО;Эл. почта;Тел.;Роль;Город;Агентство
Анна Новак;Anna@Mail.com;8 916 123-45-67;клиент;;
Пётр Домов;petr@domus.cz;+420 777 123 456;риелтор;Praga;Домус
Без Города;b@domus.cz;+420 777 123 457;риелтор;Прагга;Домус
Без почты;;+420 777 123 458;клиент;;
Анна Опять;anna@mail.com;;клиент;;
Чужая Роль;x@mail.com;;директор;;
"""


@pytest.mark.every_database
def test_people_come_once_and_go_as_if_never_here(build, owner):
    prague = build.city("Прага")
    with transaction() as session:
        prague.aliases.append(type(prague.aliases[0])(country_id=prague.country_id, name="Praga", key="praga"))
        session.flush()
    waiting = build.inquiry(city=prague, status=InquiryStatus.DRAFT, awaiting_realtor=True, published_at=None)
    before = {row.public_id: (row.email, row.version) for row in db.session.scalars(sa.select(User)).unique()}
    plan = received(owner, "people", PEOPLE, country="CZ")
    assert count(User) == len(before)  # a check changes nothing
    verdicts = lines(plan)
    assert [verdict for verdict, _f, _r in verdicts] == [
        *(Outcome.NEW, Outcome.NEW, Outcome.WRONG, Outcome.WRONG, Outcome.UNCLEAR, Outcome.WRONG)
    ]
    assert [field for _o, field, _r in verdicts[2:4]] == ["city", "email"]
    assert "Прага" in verdicts[2][2]
    assert "строк" in verdicts[4][2]

    ran(plan, owner)
    assert plan.state == State.DONE
    anna = db.session.scalar(sa.select(User).where(User.email == "anna@mail.com"))
    petr = db.session.scalar(sa.select(User).where(User.email == "petr@domus.cz"))
    assert (anna.role, anna.name, anna.phone) == (Role.CLIENT, "Анна Новак", "+79161234567")
    assert (petr.first_name, petr.last_name, petr.realtor.city, petr.realtor.agency.name) == (
        *("Пётр", "Домов"),
        *(prague, "Домус"),
    )
    assert waiting.status == InquiryStatus.NEW  # the city is served now
    assert (count(Delivery), count(Notification), count(Consent)) == (0, 0, 0)

    again = ran(received(owner, "people", PEOPLE, country="CZ"), owner)
    assert said(again)[:2] == [Outcome.SAME, Outcome.SAME]
    assert count(User) == len(before) + 2

    imports.undo(plan, actor=owner)
    worked(plan)
    assert {row.public_id: (row.email, row.version) for row in db.session.scalars(sa.select(User)).unique()} == before
    assert takebacks.latest(plan.operation).refused == 0
    assert count(Agency) == 0
    assert search.PEOPLE.matching("Домов")[1] is not None
    key, clause = search.PEOPLE.matching("Домов")
    assert db.session.scalars(sa.select(key).where(clause)).all() == []


def test_who_has_come_in_since_stays_and_the_rest_goes(build, owner):
    plan = ran(received(owner, "people", "Имя,Почта\nАнна,anna@mail.com\nОлег,oleg@mail.com\n"), owner)
    anna = db.session.scalar(sa.select(User).where(User.email == "anna@mail.com"))
    build.inquiry(client=anna)
    imports.undo(plan, actor=owner)
    worked(plan)
    assert [row.email for row in db.session.scalars(sa.select(User).where(User.role == Role.CLIENT)).unique()] == [
        "anna@mail.com"
    ]
    takeback = takebacks.latest(plan.operation)
    assert (takeback.refused, len(takebacks.refusals(takeback))) == (1, 1)


def test_people_who_are_here_are_corrected_and_put_back(build, owner):
    realtor = build.realtor("Пётр Домов", first_name="Пётр", last_name="Домов", email="petr@domus.cz")
    staff = build.agent("Ольга", email="olga@otklik.example")
    text = "имя;почта;телефон;город\nПётр Домов;petr@domus.cz;+420777123456;Брно\nОльга;olga@otklik.example;;\n"
    build.city("Брно")
    plan = received(owner, "people", text)
    changed = db.session.scalar(sa.select(ImportRow).where(ImportRow.verdict == Outcome.CHANGED))
    assert changed.changes == {"phone": ["", "+420777123456"], "city": ["Прага", "Брно"]}
    ran(plan, owner)
    assert (realtor.phone, realtor.realtor.city.name_ru) == ("+420777123456", "Брно")
    assert said(plan) == [Outcome.CHANGED, Outcome.WRONG]
    assert staff.name == "Ольга"
    imports.undo(plan, actor=owner)
    worked(plan)
    assert (realtor.phone, realtor.realtor.city.name_ru) == (None, "Прага")


def test_a_new_realtor_needs_what_joining_asks_for(build, owner):
    build.city("Прага")
    text = "имя;почта;телефон;город;агентство\nПётр Домов;p@d.cz;+420777123456;Прага;\n"
    text += "Пётр;q@d.cz;+420777123457;Прага;Домус\n"
    plan = received(owner, "people", text, role="realtor")
    assert [(outcome, field) for outcome, field, _reason in lines(plan)] == [
        (Outcome.WRONG, "agency"),
        (Outcome.WRONG, "last_name"),
    ]


def test_the_invited_get_one_letter_each(build, owner):
    plan = ran(received(owner, "people", "Имя,Почта\nАнна,anna@mail.com\n", invite=True), owner)
    [letter] = db.session.scalars(sa.select(Delivery)).all()
    assert (letter.kind, letter.address) == ("account_invited", "anna@mail.com")
    user = accounts.person_of_reset(letter.payload["path"].rpartition("/")[2])
    assert user.email == "anna@mail.com"
    assert said(plan) == [Outcome.NEW]


@pytest.mark.every_database
def test_agencies_by_any_spelling_and_by_site(build, owner):
    domus = partners.create("ДОМУС", website="domus.cz", actor=owner)
    partners.create("Терра", website="terra.cz", actor=owner)
    text = "Агентство,Сайт\nдомус,https://www.new.cz\nТерра Плюс,www.terra.cz\nНовое,novoe.cz\nНовое,\nКривое,не сайт\n"
    plan = received(owner, "agencies", text)
    assert said(plan) == [Outcome.CHANGED, Outcome.CHANGED, Outcome.NEW, Outcome.UNCLEAR, Outcome.WRONG]
    ran(plan, owner)
    assert {row.name: row.website for row in db.session.scalars(sa.select(Agency))} == {
        "ДОМУС": "https://www.new.cz",
        "Терра Плюс": "https://www.terra.cz",
        "Новое": "https://novoe.cz",
    }
    imports.undo(plan, actor=owner)
    worked(plan)
    assert {row.name: row.website for row in db.session.scalars(sa.select(Agency))} == {
        "ДОМУС": "https://domus.cz",
        "Терра": "https://terra.cz",
    }
    assert domus.name == "ДОМУС"


@pytest.mark.every_database
def test_cities_get_spellings_and_new_ones_are_made(build, owner):
    prague = build.city("Прага")
    plan = received(owner, "places", CITIES)
    assert said(plan) == [Outcome.CHANGED, Outcome.UNCLEAR, Outcome.NEW]
    ran(plan, owner)
    assert prague.population == 1_300_000
    assert {"Прага-сити", "Praga"} <= {alias.name for alias in prague.aliases}
    olomouc = db.session.scalar(sa.select(City).where(City.name_ru == "Оломоуц"))
    assert (olomouc.country.code, olomouc.population) == ("CZ", 100_000)
    imports.undo(plan, actor=owner)
    worked(plan)
    assert db.session.scalars(sa.select(City.name_ru)).all() == ["Прага"]
    assert {alias.name for alias in prague.aliases} == {"Прага", "Prague"}


INQUIRIES = """Почта;Сделка;Город;Тип;Комнаты;Бюджет до;Валюта;Дата
anna@mail.com;аренда;Прага;квартира;1, 2;900;EUR;01.09.2099
nobody@mail.com;аренда;Прага;;;;;
anna@mail.com;обмен;Прага;;;;;
anna@mail.com;покупка;Прага;дом;;420 000;EUR;01.09.2009
"""


@pytest.mark.every_database
def test_inquiries_of_known_clients_are_published_in_silence(build, owner):
    anna, realtor = build.client(email="anna@mail.com"), build.realtor()
    plan = received(owner, "inquiries", INQUIRIES)
    assert [(outcome, field) for outcome, field, _reason in lines(plan)] == [
        (Outcome.NEW, ""),
        (Outcome.WRONG, "email"),
        (Outcome.WRONG, "deal"),
        (Outcome.WRONG, "move_in"),
    ]
    ran(plan, owner)
    [inquiry] = db.session.scalars(sa.select(Inquiry)).all()
    assert (inquiry.client_id, inquiry.status, inquiry.rooms) == (anna.id, InquiryStatus.NEW, ["1", "2"])
    assert (inquiry.budget_max, inquiry.currency, inquiry.recipients) == (90_000, "EUR", 1)
    assert (count(Notification), count(Delivery)) == (0, 0)
    assert realtor.id

    again = received(owner, "inquiries", INQUIRIES.replace("900", "950"))
    assert said(again)[0] == Outcome.CHANGED
    ran(again, owner)
    assert (inquiry.budget_max, count(Inquiry), count(Notification)) == (95_000, 1, 0)

    imports.undo(again, actor=owner)
    imports.undo(plan, actor=owner)
    worked(plan)
    assert (count(Inquiry), rollup(), count(Notification)) == (0, {}, 0)
    item = db.session.scalars(sa.select(BinItem)).one()
    bin.restore(item, actor=owner)
    db.session.rollback()
    back = db.session.scalars(sa.select(Inquiry)).one()
    assert (back.budget_max, back.number, back.source) == (90_000, inquiry.number, "import")
    assert rollup() == recount() and rollup()


def told(person):
    return db.session.scalars(
        sa.select(Notification.kind).where(Notification.user_id == person.id).order_by(Notification.id)
    ).all()


@pytest.mark.parametrize("tell", [True, False])
def test_a_taken_back_import_tells_those_whom_it_told_and_nobody_else(build, owner, tell):
    build.client(email="anna@mail.com"), build.realtor(city=build.city("Брно"))
    realtor = build.realtor()
    plan = ran(received(owner, "inquiries", INQUIRIES, tell=tell), owner)
    joined_later = build.realtor()
    imports.undo(plan, actor=owner)
    worked(plan)
    assert told(realtor) == (["inquiry_new", "inquiry_withdrawn"] if tell else [])
    others = sa.select(Notification.id).where(Notification.user_id != realtor.id)
    assert db.session.scalars(others).all() == [] and not told(joined_later)


@pytest.mark.parametrize("sent", [True, False])
def test_only_who_has_had_an_invitation_hears_that_it_is_taken_back(build, owner, sent):
    plan = ran(received(owner, "people", "Имя,Почта\nАнна,anna@mail.com\n", invite=True), owner)
    if sent:
        outbox.mark_sent(db.session.scalar(sa.select(Delivery.id)))
    imports.undo(plan, actor=owner)
    worked(plan)
    left = [(letter.kind, letter.address, letter.user_id) for letter in db.session.scalars(sa.select(Delivery))]
    assert left == ([("account_withdrawn", "anna@mail.com", None)] if sent else [])


@pytest.mark.parametrize("what", ["accepted", "corrected", "repeated", "cancelled"])
def test_an_imported_inquiry_on_which_something_stands_stays_and_says_why(build, owner, what):
    anna, realtor = build.client(email="anna@mail.com"), build.realtor()
    plan = ran(received(owner, "inquiries", INQUIRIES), owner)
    [inquiry] = db.session.scalars(sa.select(Inquiry)).all()
    if what == "accepted":
        matches.accept(inquiry, actor=realtor)
    elif what == "corrected":
        inquiries.edit(inquiry, {"wishes": "Тише"}, actor=anna)
    else:
        inquiries.move(inquiry, InquiryStatus.CANCELLED, actor=anna)
        inquiry = inquiries.repeat(inquiry, actor=anna) if what == "repeated" else inquiry
    imports.undo(plan, actor=owner)
    worked(plan)
    takeback = takebacks.latest(plan.operation)
    reasons = [str(refusal.reason) for refusal in takebacks.refusals(takeback)]
    assert len(reasons) == 1 and count(BinItem) == 0 and rollup() == recount()


ASKED = (
    ("text", "Комментарий агента", {}),
    ("number", "Метро", {"unit_ru": "мин", "unit_en": "min", "maximum": 60}),
    ("choice", "Вид", {"options": ["парк", "двор, тихий"]}),
    ("several", "Удобства", {"options": ["балкон", "лифт", "гараж"]}),
    ("date", "Осмотр", {}),
    ("yes_no", "Животные", {"deals": ["rent"]}),
)
ANSWERED = """Почта;Сделка;Город;Комментарий агента;Метро, мин;вид;Удобства;Осмотр;Животные
anna@mail.com;аренда;Прага;тихо;7,5 мин;Двор, тихий;Лифт, балкон;01.09.2027;да
anna@mail.com;аренда;Прага;;99;парк;;;
anna@mail.com;аренда;Прага;;;море;;;
anna@mail.com;аренда;Прага;;;;балкон, бассейн;;
anna@mail.com;аренда;Прага;;;;;вчера;
anna@mail.com;покупка;Прага;;;;;;да
anna@mail.com;аренда;Прага;;;;;;может быть
"""


def test_own_fields_are_columns_each_cell_judged(build, owner):
    for kind, label, more in ASKED:
        options = [{"ru": word, "en": word} for word in more.pop("options", ())]
        values = {"kind": kind, "label_ru": label, "label_en": label, "options": options} | more
        editing.save(None, values, actor=owner)
    build.client(email="anna@mail.com"), build.realtor()
    plan = received(owner, "inquiries", ANSWERED)
    wrong = ("x-metro", "x-vid", "x-udobstva", "x-osmotr", "x-zhivotnye", "x-zhivotnye")
    assert [(outcome, field) for outcome, field, _reason in lines(plan)] == [
        (Outcome.NEW, ""),
        *((Outcome.WRONG, field) for field in wrong),
    ]
    ran(plan, owner)
    [inquiry] = db.session.scalars(sa.select(Inquiry)).all()
    answers = {"kommentariy-agenta": "тихо", "metro": 7.5, "vid": "dvor-tikhiy", "udobstva": ["balkon", "lift"]}
    assert inquiry.answers == answers | {"osmotr": "2027-09-01", "zhivotnye": True}

    again = received(owner, "inquiries", ANSWERED.replace("7,5 мин", "12").replace("Лифт, ", ""))
    [first, *_others] = db.session.scalars(sa.select(ImportRow).where(ImportRow.import_id == again.id)).all()
    assert first.changes == {"x-metro": ["7,5 мин", "12 мин"], "x-udobstva": ["балкон, лифт", "балкон"]}
    ran(again, owner)
    assert (inquiry.answers["metro"], inquiry.answers["udobstva"]) == (12, ["balkon"])
    imports.undo(again, actor=owner)
    worked(again)
    assert inquiry.answers["metro"] == 7.5


def test_what_changed_after_the_check_is_left_alone(build, owner):
    anna = build.client("Анна", email="anna@mail.com")
    plan = received(owner, "people", "Имя,Почта\nАнна Новак,anna@mail.com\nОлег,oleg@mail.com\n")
    accounts.correct(anna, {"phone": "+420777123456"}, actor=owner)
    build.client("Другой Олег", email="oleg@mail.com")
    ran(plan, owner)
    assert said(plan) == [Outcome.WRONG, Outcome.WRONG]
    assert anna.name == "Анна"


def test_a_row_refused_half_way_leaves_nothing_behind(build, owner, monkeypatch):
    """What its service had written by then goes with it; the rows of the same commit stay."""
    plan = received(owner, "people", "Имя,Почта\nАнна,anna@mail.com\nОлег,oleg@mail.com\nЯн,jan@mail.com\n")
    whole = search.index_new_people

    def refusing(users):
        whole(users)
        if "oleg@mail.com" in [user.email for user in users]:
            raise InvalidInput("нельзя", field="email")

    monkeypatch.setattr(search, "index_new_people", refusing)
    ran(plan, owner)
    assert [outcome for outcome, *_ in lines(plan)] == [Outcome.NEW, Outcome.WRONG, Outcome.NEW]
    clients = sa.select(User.email).where(User.role == Role.CLIENT).order_by(User.id)
    assert db.session.scalars(clients).all() == ["anna@mail.com", "jan@mail.com"]
    key, clause = search.PEOPLE.matching("Олег")
    assert db.session.scalars(sa.select(key).where(clause)).all() == []


@pytest.mark.every_database
def test_people_made_at_once_are_as_if_made_one_by_one(build, owner, count_queries):
    """Who shares a phone or, as a realtor of the city, a name with an earlier row is judged after that row is made."""
    build.city("Прага")
    bound = "риелтор;Прага;Домус"
    rows = [f"Имя {word};{word}@mail.com;+4207771234{n:02};{bound}" for n, word in enumerate("abcdefghijklmnop")]
    rows.append("Другой;other@mail.com;+420777123403;клиент;;")
    rows.append("Ещё один;more@mail.com;+420777123490;клиент;;")
    text = "\n".join(["ФИО;Почта;Телефон;Роль;Город;Агентство", *rows])
    plan = received(owner, "people", text, country="CZ")
    assert set(said(plan)) == {Outcome.NEW}
    with count_queries() as statements:
        ran(plan, owner)
    assert said(plan) == [*[Outcome.NEW] * 16, Outcome.WRONG, Outcome.NEW]
    assert len([each for each in statements if each.startswith("SAVEPOINT")]) < 6, "not one for each row"
    people = {user.email: user for user in db.session.scalars(sa.select(User)).unique()}
    assert "other@mail.com" not in people and people["more@mail.com"].role == Role.CLIENT
    assert {people[f"{word}@mail.com"].realtor.agency.name for word in "abcdefghijklmnop"} == {"Домус"}
    journal = db.session.scalars(sa.select(AuditEvent.object_id).where(AuditEvent.tag == AuditTag.ACCOUNT_IMPORTED))
    imported = {str(user.public_id) for email, user in people.items() if email.endswith("@mail.com")}
    assert set(journal.all()) == imported
    key, clause = search.PEOPLE.matching("Домус")
    assert len(db.session.scalars(sa.select(key).where(clause)).all()) == 16

    imports.undo(plan, actor=owner)
    worked(plan)
    assert not [email for email in db.session.scalars(sa.select(User.email)) if email.endswith("@mail.com")]


def test_a_row_nobody_thought_of_stops_no_others(build, owner, monkeypatch):
    from app.services.imports import people

    whole = people.words.role

    def failing(text):
        if text == "кто-то":
            raise LookupError
        return whole(text)

    monkeypatch.setattr(people.words, "role", failing)
    text = "Имя,Почта,Роль\nАнна,anna@mail.com,кто-то\nОлег,oleg@mail.com,клиент\n"
    plan = ran(received(owner, "people", text), owner)
    assert said(plan) == [Outcome.WRONG, Outcome.NEW]


@pytest.mark.parametrize("degrees", ["nan", "inf", "91", "север"])
def test_a_place_that_is_nowhere_is_refused(build, owner, degrees):
    build.city("Прага")
    plan = received(owner, "places", f"Страна;Город;Широта\nCZ;Оломоуц;{degrees}\n")
    assert [(outcome, field) for outcome, field, _reason in lines(plan)] == [(Outcome.WRONG, "latitude")]


def test_found_records_can_be_left_alone(build, owner):
    build.client("Анна", email="anna@mail.com")
    plan = ran(received(owner, "people", "Имя,Почта\nАня,anna@mail.com\nОлег,oleg@mail.com\n", update=False), owner)
    assert said(plan) == [Outcome.LEFT, Outcome.NEW]


@pytest.mark.parametrize("at_once", [1, 2])
@pytest.mark.parametrize("held", [0, 10], ids=["a commit to each", "one to several"])
def test_a_worker_that_died_left_each_row_done_or_not(build, owner, monkeypatch, held, at_once):
    """Killed in the midst of it, another goes on: nothing is made twice, nothing is forgotten."""
    from app.services.imports import working

    text = "Имя,Почта\n" + "".join(f"Имя {n},n{n}@mail.com\n" for n in range(7))
    plan = received(owner, "people", text)
    imports.run(plan, actor=owner)
    done, whole = [], search.index_new_people

    def dying(users):
        if len(done) == 2:
            done.append("dead")
            raise KeyboardInterrupt
        whole(users)
        done.append(users)

    monkeypatch.setattr(search, "index_new_people", dying)
    monkeypatch.setattr(working, "AT_ONCE", at_once)
    monkeypatch.setattr(leases, "HELD", held)
    with pytest.raises(KeyboardInterrupt):
        imports.work()
    db.session.rollback()
    assert not imports.work()  # its lease holds
    with transaction():
        plan.busy_until = None
    worked(plan)
    assert said(plan) == [Outcome.NEW] * 7
    events = db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.operation_id == plan.operation_id))
    assert events == 8


def test_columns_are_remembered(build, owner):
    plan = imports.receive(
        "people", io.BytesIO("Человек,Куда писать\nАнна,anna@mail.com\n".encode()), "a.csv", actor=owner
    )
    assert plan.mapping == {"email": 1}  # by what its cells look like
    imports.name_columns(plan, {"email": 1, "name": 0}, {"keys": ["email"]}, actor=owner)
    worked(plan)
    again = imports.receive("people", io.BytesIO("Куда писать,Человек\nb@mail.com,Б\n".encode()), "b.csv", actor=owner)
    assert again.mapping == {"email": 0, "name": 1}


@pytest.mark.parametrize(
    "text, columns",
    [
        ("Имя;Почта\nАнна;a@b.cz\n".encode("cp1251"), ["Имя", "Почта"]),
        ('\ufeffИмя,Почта\n"Анна; да",a@b.cz\n'.encode(), ["Имя", "Почта"]),
        ("Имя\tПочта\nАнна\ta@b.cz\n".encode(), ["Имя", "Почта"]),
    ],
)
def test_encodings_and_delimiters_are_recognised(owner, text, columns):
    plan = imports.receive("people", io.BytesIO(text), "a.csv", actor=owner)
    assert (plan.columns, plan.mapping) == (columns, {"name": 0, "email": 1})

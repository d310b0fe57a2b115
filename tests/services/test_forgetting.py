"""Whoever deletes their account is named nowhere any more: not in the bin, a brought-in file, a waiting letter."""

import io
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.constants import Channel, ConsentDocument, ExportKind, ExportState, FieldKind, IdentityProvider
from app.constants import NotificationKind as Kind
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Consent, Departure, Identity
from app.models.api import ApiAnswer
from app.models.audit import AuditEvent, BinItem
from app.models.base import utcnow
from app.models.bulk_edits import BulkEdit, BulkRow
from app.models.conversations import Standing
from app.models.exports import Export
from app.models.imports import ImportRow
from app.models.inquiries import Inquiry, PendingInquiry
from app.models.list_views import ListView
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.models.partner_pages import PartnerPage
from app.models.passkeys import Passkey
from app.models.support import SupportNote
from app.models.takebacks import Refusal, Takeback
from app.models.telegram import TelegramLink
from app.services import (
    accounts,
    api_tokens,
    articles,
    audit,
    bin,
    comments,
    conversations,
    imports,
    inquiries,
    outbox,
    search,
    undoing,
)
from app.services.accounts import leaving
from app.services.merging import people
from app.services.request_fields import editing
from app.services.transaction import transaction
from tests.services.test_imports import ran, received

NAME, EMAIL, PHONE = "Зинаида Меченая", "zinaida.mark@example.com", "+420777000111"
MARK = re.compile("зинаид|меченая|zinaida|777000111")
ESCAPED = re.compile(r"\\+u([0-9a-f]{4})")  # a letter as JSON inside of a text writes it
# Where a person may be named, and the scene below does so. A new one is added here, named by the scene, and emptied by
# services/accounts/forgetting.py or traces.py.
PERSONAL = {
    *("users.name", "users.email", "users.phone", "users.first_name", "users.last_name", "users.blocked_reason"),
    *("identities.email", "telegram_links.username", "passkeys.name", "standings.draft", "support_notes.body"),
    *("inquiries.wishes", "inquiries.answers", "pending_inquiries.payload", "bin.data"),
    *("import_rows.cells", "import_rows.changes", "import_rows.mark", "import_rows.reason"),
    *("notifications.params", "outbox.address", "outbox.payload", "api_answers.body", "audit_events.data"),
    *("exports.query", "exports.filters", "list_views.query", "partner_pages.receiver", "partner_pages.contact"),
    *("bulk_edits.values", "bulk_rows.reason", "takeback_refusals.reason", "merges.moved"),
}
# Said to somebody, or by somebody else for their own eyes: it stays with them.
SAID = {"messages.body", "conversations.last_preview", "comments.body", "standings.note", "media.name"}
# Columns of text that nobody's name gets into: words of the program, keys, and what owners write for everybody.
NOBODYS = {
    *("agencies", "article_versions", "articles", "checkups", "cities", "city_aliases", "consents", "countries"),
    *("daily_counts", "monthly_counts", "yearly_counts", "differents", "error_groups", "faq_questions", "faq_topics"),
    *("field_hints", "form_refusal_counts", "former_addresses", "job_runs", "join_links", "menu_items", "settings"),
    *("messenger_links", "not_found_counts", "page_versions", "pages", "pictures", "push_keys", "push_subscriptions"),
    *("ready_answers", "recovery_codes", "reports", "request_answers", "request_fields", "second_factors", "sign_ins"),
    *("spent_challenges", "staff_roles", "takebacks", "telegram_bots", "telegram_codes", "webhook_attempts"),
    *("webhooks", "wordings", "api_tokens", "announcements", "imports", "request_forms"),
    *("audit_events.object_type", "audit_events.object_id", "audit_events.keys", "audit_events.address"),
    *("api_answers.key", "api_answers.question", "api_answers.headers"),
    *("bin.object_type", "bin.object_id", "bin.title", "bulk_edits.kind"),
    *("exports.list", "exports.title", "exports.locale", "exports.timezone", "exports.error"),
    *("identities.subject", "import_rows.field", "inquiries.rooms", "inquiries.currency", "list_views.list"),
    *("list_views.name", "media.content_type", "media.waveform", "media.key", "media.thumb_key", "media.copy_key"),
    *(
        "merges.object_type",
        "merges.loser",
        "merges.winner",
        "merges.key",
        "moves.plan",
        "reindexings.what",
        "messages.params",
        "notifications.url",
    ),
    *("outbox.kind", "outbox.once", "outbox.locale", "outbox.error", "partner_pages.locale", "partner_pages.title"),
    *("partner_pages.words", "partner_pages.invitation", "passkeys.credential_id", "passkeys.public_key"),
    *("pending_inquiries.token", "pending_inquiries.visit", "users.password_hash", "users.locale", "users.timezone"),
    *("users.list_columns",),
    "departures.email",  # hers, and gone with the row: see test_much_goes_a_little_at_a_time
}


def texts():
    """Every column that can hold a text."""
    for table in db.metadata.sorted_tables:
        for column in table.c:
            kind = column.type
            free = isinstance(kind, sa.Text | sa.String | sa.JSON | sa.LargeBinary | sa.types.TypeDecorator)
            if free and not isinstance(kind, sa.Enum) and getattr(kind, "impl", kind).__class__ is not sa.DateTime:
                yield column


def named():
    """The columns that say who the person was."""
    found = set()
    for column in texts():
        for value in db.session.execute(sa.select(column)).scalars():
            said = json.dumps(value, ensure_ascii=False, default=repr)
            said = ESCAPED.sub(lambda found: chr(int(found[1], 16)), said).casefold()
            if MARK.search(said) or MARK.search(re.sub(r"[\s()./-]", "", said)):
                found.add(str(column))
    return found


@pytest.fixture
def owner(build):
    return build.supervisor(name="Владимир Лебедев")


@pytest.fixture
def field(owner):
    values = {"kind": FieldKind.TEXT, "label_ru": "О себе", "label_en": "About"}
    return editing.save(None, values, actor=owner)


@pytest.fixture
def zina(build):
    first_last = {"first_name": "Зинаида", "last_name": "Меченая"}
    return build.client(NAME, email=EMAIL, phone=PHONE, blocked_reason="Зинаида шумела", **first_last)


def brought_in(owner, zina, build):
    """Three rows name her: an inquiry that is taken back again, a change of her, and one that nobody understands."""
    build.realtor(city=build.city())
    text = f"Почта,Телефон,Город,Сделка,Пожелания\n{EMAIL},+420 (777) 000-111,Прага,аренда,Зинаида звонит сама\n"
    ran(received(owner, "inquiries", text), owner)
    inquiries.remove(db.session.scalars(sa.select(Inquiry).order_by(Inquiry.id.desc())).first(), actor=owner)
    received(owner, "people", f"Имя,Почта,Телефон\nЗина,{EMAIL},+420 777 000-111\n")
    plan = imports.receive("people", io.BytesIO(b"A,B\nx,y\n"), "x.csv", actor=owner)
    more = {"mark": EMAIL, "reason": f"Подходят несколько: «{NAME}»"}
    build.add(ImportRow(import_id=plan.id, position=9, cells=[NAME, "tel 777.000.111"], **more))


def talked(owner, zina, build, field):
    """What others hold of her because they dealt with her."""
    talk = build.conversation(build.inquiry(client=zina, wishes=f"Пишите на {EMAIL}", answers={field.key: "Я Зинаида"}))
    conversations.send(talk, nonce=uuid4(), body="Это Зинаида", actor=zina)
    inquiries.edit(talk.inquiry, {"wishes": "Зинаида ищет дом"}, actor=zina)
    build.add(Standing(conversation_id=talk.id, user_id=zina.id, draft="Зинаида…"))
    build.add(Standing(conversation_id=talk.id, user_id=talk.realtor_id, note="Зинаида любит кошек"))
    url = f"/office/conversations/{talk.public_id}"
    told = {"user_id": talk.realtor_id, "kind": Kind.MESSAGE, "params": {"name": NAME}}
    build.add(Notification(**told, url=url))
    with transaction():
        payload = {"name": NAME, "number": 1, "notification": Kind.CONVERSATION_CLOSED, "url": url}
        outbox.queue(Channel.EMAIL, "notification", None, payload, [outbox.Receiver("r@example.com", "ru", owner.id)])
        outbox.queue_email("reset", address=EMAIL, payload={})
    asked = build.support(zina)
    build.add(SupportNote(conversation_id=asked.id, author_id=owner.id, body="Зинаида звонила"))
    return talk


def discussed(owner, zina, build):
    texts = {"title_ru": "Квартира", "body_ru": "Текст", "slug": "flat", "section": "blog"}
    article = articles.publish(articles.save(None, texts, actor=owner), actor=owner)
    comments.write(article, body="Зинаида была тут", nonce=uuid4(), actor=zina)
    gone = comments.write(article, body="Зинаида передумала", nonce=uuid4(), actor=zina)
    comments.remove(gone, actor=zina)


def held_elsewhere(owner, zina, build):
    parted = build.client("Зоя")
    people.merge(parted, zina, {}, actor=owner)
    undo_last(owner)
    twin = build.client("Зинаида М.", email="zinaida2@example.com")
    people.merge(zina, twin, {"email": twin.email}, actor=owner)
    accounts.correct(zina, {"email": EMAIL}, actor=owner)
    for row in (
        Identity(user_id=zina.id, provider=IdentityProvider.VK, subject="7", email=EMAIL, email_verified=True),
        TelegramLink(user_id=zina.id, chat_id=5, username="zinaida"),
        Passkey(user_id=zina.id, credential_id=b"1", public_key=b"2", name="Зинаида", sign_count=0, backed_up=False),
        Consent(user_id=zina.id, document=ConsentDocument.TERMS, version=1),
        ListView(owner_id=owner.id, list="people", name="Она", query=f"search={EMAIL.replace('@', '%40')}"),
        PendingInquiry(token="t", payload={"wishes": NAME}, inquiry_id=zina_inquiry(zina)),
        ready_file(owner),
    ):
        build.add(row)
    token, _secret = api_tokens.create("1С", ["inquiries:read"], actor=owner)
    build.add(ApiAnswer(token_id=token.id, key="k", question="q", body=json.dumps({"name": NAME}), created_at=utcnow()))
    place = {"country_id": build.country().id, "locale": "ru", "title": "Прага", "created_by_id": owner.id}
    build.add(PartnerPage(**place, receiver=EMAIL, contact=EMAIL, expires_at=utcnow()))
    refused(owner, build)


def undo_last(owner):
    undoing.undo(db.session.scalar(sa.select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)), actor=owner)


def zina_inquiry(zina):
    return db.session.scalar(sa.select(Inquiry.id).where(Inquiry.client_id == zina.id))


def ready_file(owner):
    what = {"list": "people", "title": "Люди", "kind": ExportKind.XLSX, "locale": "ru", "timezone": "Europe/Moscow"}
    asked = {"query": f"search={EMAIL}", "filters": {"Поиск": NAME}}
    return Export(user_id=owner.id, **what, **asked, state=ExportState.READY, expires_at=utcnow().replace(year=2099))


def refused(owner, build):
    edit = build.add(BulkEdit(actor_id=owner.id, kind="user", values={"blocked": True, "reason": f"{NAME} шумит"}))
    build.add(BulkRow(bulk_id=edit.id, position=1, key=uuid4(), version=1, reason=f"{NAME} ждёт ответа"))
    event = db.session.scalar(sa.select(AuditEvent).limit(1))
    with audit.together(actor=owner) as operation:
        pass
    back = build.add(Takeback(operation_id=operation, own_id=operation, actor_id=owner.id, total=1))
    build.add(Refusal(takeback_id=back.id, event_id=event.id, reason=f"Последним меняла {NAME}."))


def test_every_column_of_text_is_known_to_name_people_or_not():
    unknown = {str(column) for column in texts() if not {str(column), column.table.name} & (PERSONAL | SAID | NOBODYS)}
    assert not unknown, f"say in PERSONAL, SAID or NOBODYS what these hold of a person: {sorted(unknown)}"


@pytest.mark.every_database
@pytest.mark.parametrize("much", [False, True], ids=["at once", "by the worker"])
def test_whoever_deletes_the_account_is_named_nowhere(context, owner, zina, build, field, monkeypatch, much):
    if much:
        monkeypatch.setattr(leaving, "LITTLE", -1), monkeypatch.setattr(leaving, "WAITED_FOR", 0)
    brought_in(owner, zina, build)
    talk = talked(owner, zina, build, field)
    discussed(owner, zina, build)
    held_elsewhere(owner, zina, build)
    before = named()
    assert before >= PERSONAL, f"the scene does not name her in {sorted(PERSONAL - before)}"
    accounts.delete_account(EMAIL, actor=zina)
    while leaving.work():
        pass
    db.session.rollback()
    assert not named() - SAID
    lying = db.session.scalars(sa.select(BinItem)).all()
    assert not lying and db.session.scalar(sa.select(Export)).expires_at < utcnow() + timedelta(days=2)
    for index in (search.PEOPLE, search.INQUIRIES):
        key, found = index.matching("Зинаида")
        assert db.session.scalar(sa.select(key).where(found)) is None
    told = db.session.scalar(sa.select(Notification).where(Notification.user_id == talk.realtor_id).limit(1))
    assert told.params["name"] == {"ru": "Удалённый пользователь", "en": "Deleted user"}


def test_much_goes_a_little_at_a_time(context, build, browser_of, monkeypatch):
    """Nobody signs in from the first moment; killed on the way it goes on; the other side keeps what was said."""
    monkeypatch.setattr(leaving, "LITTLE", 1), monkeypatch.setattr(leaving, "WAITED_FOR", 0)
    petr, client = build.realtor("Пётр", email="petr@example.com"), build.client()
    talks = [
        build.conversation(inquiry=build.inquiry(client=client, city=petr.realtor.city), realtor=petr)
        for _ in range(12)
    ]
    for talk in talks:
        conversations.send(talk, nonce=uuid4(), body="Здравствуйте", actor=petr)
    browser = browser_of(petr)
    assert browser.get("/office/conversations/").status_code == 200
    accounts.delete_account("petr@example.com", actor=petr)
    assert (petr.email, petr.is_active) == (None, True)
    assert browser.get("/office/conversations/").status_code == 303
    with pytest.raises(RefusedMove):
        people.merge(build.realtor(), petr, {}, actor=build.supervisor())
    say, said = conversations.say, []

    def dying(*told, **more):
        said.append(told)
        if len(said) == 11:
            raise KeyboardInterrupt
        return say(*told, **more)

    monkeypatch.setattr(conversations, "say", dying)
    with pytest.raises(KeyboardInterrupt):
        leaving.work()
    db.session.rollback()
    assert [talk.open for talk in talks] == [False] * 10 + [True] * 2
    assert not leaving.work(), "the dead one's lease holds for some seconds"
    with transaction() as session:
        session.execute(sa.update(Departure).values(busy_until=None))
    while leaving.work():
        pass
    db.session.rollback()
    assert not any(talk.open for talk in talks)
    assert [talk.last_seq for talk in talks] == [talks[0].last_seq] * 12, "each is told once"
    assert petr.deleted_at and not petr.realtor.active and petr.name == "Удалённый пользователь"
    assert db.session.scalars(sa.select(Departure)).all() == []


def test_while_somebody_leaves_no_conversation_with_them_opens_again(context, build, monkeypatch):
    monkeypatch.setattr(leaving, "LITTLE", -1), monkeypatch.setattr(leaving, "WAITED_FOR", 0)
    petr, forget_traces, client = build.realtor(email="petr@example.com"), leaving._forget_traces, build.client()
    talk = build.conversation(inquiry=build.inquiry(client=client, city=petr.realtor.city), realtor=petr)

    def meanwhile(marks):
        monkeypatch.setattr(leaving, "_forget_traces", forget_traces)
        db.session.rollback()
        with pytest.raises(RefusedMove):
            conversations.reopen(talk, actor=client)
        with transaction():
            talk.open = True  # as if it had come just before
        forget_traces(marks)

    monkeypatch.setattr(leaving, "_forget_traces", meanwhile)
    accounts.delete_account("petr@example.com", actor=petr)
    while leaving.work():
        pass
    db.session.rollback()
    assert petr.deleted_at and leaving._forget_traces is forget_traces
    assert not talk.open


def test_a_large_account_takes_along_what_names_those_that_were_made_one_with_it(
    context, owner, zina, build, monkeypatch
):
    monkeypatch.setattr(leaving, "LITTLE", -1), monkeypatch.setattr(leaving, "WAITED_FOR", 0)
    first = build.client("Зоя", phone="+420777123456")
    second = build.client("Зинаида", phone="+420777654321")
    people.merge(second, first, {}, actor=owner)
    people.merge(zina, second, {}, actor=owner)
    file = received(owner, "people", "Почта,Имя,Телефон\na@example.com,А,+420 777 123 456\n")
    accounts.delete_account(EMAIL, actor=zina)
    while leaving.work():
        pass
    db.session.rollback()
    assert db.session.scalars(sa.select(ImportRow.cells).where(ImportRow.import_id == file.id)).all() == [[]]
    assert [one.name for one in (first, second)] == ["Удалённый пользователь"] * 2


@pytest.mark.every_database
def test_who_takes_the_address_meanwhile_keeps_what_is_said_of_them(context, owner, zina, build, monkeypatch):
    monkeypatch.setattr(leaving, "LITTLE", -1), monkeypatch.setattr(leaving, "WAITED_FOR", 0)
    file = f"Почта,Имя\n{EMAIL},Зоя\n"
    before, query = received(owner, "people", file), f"q={EMAIL}"
    build.add(ListView(list="people", name="до", query=query, owner_id=owner.id))
    accounts.delete_account(EMAIL, actor=zina)
    with transaction():
        outbox.queue_email("confirm", address=EMAIL, payload={})
    build.add(ListView(list="people", name="после", query=query, owner_id=owner.id))
    after = received(owner, "people", file)
    while leaving.work():
        pass
    db.session.rollback()
    cells = dict(db.session.execute(sa.select(ImportRow.import_id, ImportRow.cells)).all())
    assert (cells[before.id], cells[after.id][0]) == ([], EMAIL)
    assert db.session.scalars(sa.select(ListView.name)).all() == ["после"]
    assert db.session.scalars(sa.select(Delivery.kind).where(Delivery.address == EMAIL)).all() == ["confirm"]


@pytest.mark.every_database
def test_what_comes_back_from_the_bin_is_never_a_deleted_persons(context, owner, build):
    build.realtor(city=build.city())
    anna = build.client("Анна", email="anna@example.com")
    ran(received(owner, "inquiries", "Почта,Город,Сделка\nanna@example.com,Прага,аренда\n"), owner)
    inquiry = db.session.scalars(sa.select(Inquiry)).one()
    inquiries.remove(inquiry, actor=owner)
    item = db.session.scalars(sa.select(BinItem)).one()
    with transaction():
        anna.deleted_at = utcnow()  # as if something had put it there afterwards
    with pytest.raises(RefusedMove, match="удалил"):
        bin.restore(item, actor=owner)
    assert db.session.scalar(sa.select(Inquiry.id)) is None
    with transaction():
        anna.deleted_at = None
    winner = build.client("Анна Новак")
    people.merge(winner, anna, {}, actor=owner)
    bin.restore(item, actor=owner)
    assert db.session.scalars(sa.select(Inquiry)).one().client_id == winner.id


def test_a_namesake_keeps_what_others_were_told_of_her(context, owner, zina, build):
    talk, other = build.conversation(build.inquiry(client=zina)), build.conversation()
    with transaction():
        other.realtor_id = talk.realtor_id
    url = f"/office/conversations/{other.public_id}"
    build.add(Notification(user_id=talk.realtor_id, kind=Kind.MESSAGE, params={"name": NAME}, url=url))
    accounts.delete_account(EMAIL, actor=zina)
    assert db.session.scalars(sa.select(Notification.params).where(Notification.url == url)).one() == {"name": NAME}

"""The journal's way back: every kind of change, and the reasons why it may be refused."""

import pytest
import sqlalchemy as sa

from app.constants import AuditTag as Tag
from app.constants import InquiryStatus, MessengerKind, Role
from app.errors import DomainError, Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.audit import AuditEvent, BinItem
from app.models.base import utcnow
from app.models.content import MessengerLink
from app.models.partners import Agency
from app.services import accounts, audit, bin, content, faq, inquiries, integrity, partners, places, settings, undoing


def last(tag):
    return db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id.desc()).limit(1))


@pytest.fixture
def owner(build):
    return build.supervisor()


def test_a_moved_inquiry_goes_back_with_its_numbers(build, owner):
    prague, brno = build.city("Прага"), build.city("Брно")
    build.realtor(city=prague)
    build.realtor(city=brno)
    inquiry = build.inquiry(city=prague, budget_max=50_000)
    inquiries.edit(inquiry, {"city": brno, "budget_max": 65_000}, actor=owner)
    moved = last(Tag.INQUIRY_CHANGED)
    undoing.undo(moved, actor=owner)
    assert (inquiry.city, inquiry.budget_max) == (prague, 50_000)
    assert last(Tag.INQUIRY_CHANGED).undoes_id == moved.id
    assert integrity.check() == []
    with pytest.raises(RefusedMove):
        undoing.undo(moved, actor=owner)
    undoing.undo(last(Tag.INQUIRY_CHANGED), actor=owner)  # a taking back can be taken back
    assert inquiry.city == brno


def test_a_later_change_stands_on_it(build, owner):
    inquiry = build.inquiry(wishes="Балкон")
    inquiries.edit(inquiry, {"wishes": "Балкон и кот"}, actor=owner)
    first = last(Tag.INQUIRY_CHANGED)
    inquiries.edit(inquiry, {"area_min": 40}, actor=owner)
    assert undoing.refusal(first) is None  # another field
    inquiries.edit(inquiry, {"wishes": "Без кота"}, actor=inquiry.client)
    assert inquiry.client.name in str(undoing.refusal(first))
    with pytest.raises(RefusedMove):
        undoing.undo(first, actor=owner)
    assert inquiry.wishes == "Без кота"


def test_only_who_may_make_the_change_takes_it_back(build, owner):
    inquiry = build.inquiry()
    inquiries.edit(inquiry, {"wishes": "Кот"}, actor=owner)
    for stranger in (inquiry.client, build.realtor(), build.agent()):
        with pytest.raises(Forbidden):
            undoing.undo(last(Tag.INQUIRY_CHANGED), actor=stranger)


def test_people_take_their_city_agency_and_role_back(build, owner):
    prague, brno, domus, orbis = build.city("Прага"), build.city("Брно"), build.agency("Домус"), build.agency("Орбис")
    realtor = build.realtor("Марек Свобода", city=prague, agency=domus, first_name="Марек", last_name="Свобода")
    phone = realtor.phone
    accounts.correct(realtor, {"first_name": "Пётр", "last_name": "Новак", "city": brno, "agency": orbis}, actor=owner)
    for event in db.session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == Tag.ACCOUNT_CHANGED)).all():
        undoing.undo(event, actor=owner)
    assert (realtor.realtor.city, realtor.realtor.agency, realtor.phone) == (prague, domus, phone)
    assert realtor.name == "Марек Свобода"

    client = build.client()
    accounts.change_role(client, Role.AGENT, actor=owner)
    undoing.undo(last(Tag.ACCOUNT_CHANGED), actor=owner)
    assert client.role == Role.CLIENT


def test_a_block_is_lifted_and_put_back(build, owner):
    client = build.client()
    accounts.block(client, "Спам", actor=owner)
    undoing.undo(last(Tag.ACCOUNT_BLOCKED), actor=owner)
    assert client.blocked_at is None
    undoing.undo(last(Tag.ACCOUNT_UNBLOCKED), actor=owner)
    assert client.blocked_reason == "Спам"


def test_a_closed_inquiry_opens_again(build, owner):
    inquiry = build.inquiry()
    inquiries.move(inquiry, InquiryStatus.CANCELLED, actor=owner)
    undoing.undo(last(Tag.INQUIRY_STATUS), actor=owner)
    assert inquiry.status == InquiryStatus.NEW


def test_places_settings_and_pages(build, owner):
    city = build.city("Прага")
    places.rename_city(city, name_ru="Злата Прага", name_en=city.name_en, actor=owner)
    undoing.undo(last(Tag.CITY_CHANGED), actor=owner)
    assert city.name_ru == "Прага"
    places.add_alias(city, name="Прагушка", actor=owner)
    undoing.undo(last(Tag.CITY_CHANGED), actor=owner)
    assert "Прагушка" not in [alias.name for alias in city.aliases]

    settings.change("inquiry_days", "30", actor=owner)
    undoing.undo(last(Tag.SETTING_CHANGED), actor=owner)
    assert settings.get("inquiry_days") == 60

    content.load_defaults()
    before = content.page("about", "ru").title
    content.save_page("about", {"title_ru": "Другое"}, actor=owner)
    undoing.undo(last(Tag.PAGE_CHANGED), actor=owner)
    assert content.page("about", "ru").title == before


def test_what_was_deleted_comes_back_as_it_was(build, owner):
    agency = partners.create("Домус", website="https://domus.example", actor=owner)
    public_id = agency.public_id
    partners.delete(agency, actor=owner)
    assert partners.create("Домус", actor=owner)  # the bin holds no unique key
    deleted = last(Tag.AGENCY_DELETED)
    with pytest.raises(RefusedMove, match="Домус"):
        undoing.undo(deleted, actor=owner)
    undoing.undo(last(Tag.AGENCY_CREATED), actor=owner)
    undoing.undo(deleted, actor=owner)
    back = db.session.scalar(sa.select(Agency).where(Agency.public_id == public_id))
    assert (back.name, back.website) == ("Домус", "https://domus.example")
    assert undoing.refusal(deleted)


def test_a_question_waits_for_its_topic(build, owner):
    values = {"slug": "money", "title_ru": "Деньги", "title_en": "Money"}
    topic = faq.save_topic(None, values, actor=owner)
    texts = {"question_ru": "Сколько?", "answer_ru": "Даром", "question_en": "How much?", "answer_en": "Free"}
    question = faq.save_question(None, texts | {"topic": topic}, actor=owner)
    faq.remove(question, actor=owner)
    faq.remove(topic, actor=owner)
    of_question, of_topic = db.session.scalars(sa.select(BinItem).order_by(BinItem.id)).all()
    with pytest.raises(RefusedMove):
        bin.restore(of_question, actor=owner)
    bin.restore(of_topic, actor=owner)


def test_a_contact_made_changed_and_deleted(build, owner):
    link = content.add_messenger_link(
        {"kind": MessengerKind.TELEGRAM, "url": "https://t.me/a", "label": "A"}, actor=owner
    )
    made = last(Tag.MESSENGER_LINK_CHANGED)
    content.remove_messenger_link(link, actor=owner)
    undoing.undo(last(Tag.MESSENGER_LINK_CHANGED), actor=owner)
    undoing.undo(made, actor=owner)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MessengerLink)) == 0


def test_the_bin_forgets_after_thirty_days(build, owner):
    partners.delete(build.agency("Старое"), actor=owner)
    assert bin.purge() == 0
    item = db.session.scalar(sa.select(BinItem))
    item.deleted_at = utcnow() - bin.kept()
    db.session.commit()
    assert bin.purge() == 1
    assert undoing.refusal(last(Tag.AGENCY_DELETED))


def test_what_was_done_at_once_is_taken_back_at_once(build, owner):
    people = [build.client() for _ in range(3)]
    with audit.together(actor=owner):
        for person in people:
            accounts.block(person, "Спам", actor=owner)
    accounts.unblock(people[1], actor=owner)
    outcomes = undoing.undo_operation(last(Tag.ACCOUNT_BLOCKED).operation, actor=owner)
    assert [bool(reason) for _, reason in outcomes] == [False, True, False]
    assert not any(person.blocked_at for person in people)


def test_nothing_half_done_remains(build, owner, monkeypatch):
    client = build.client(email="a@otklik.example")
    accounts.correct(client, {"email": "b@otklik.example"}, actor=owner)
    other = build.client(email="a@otklik.example")
    with pytest.raises(DomainError):
        undoing.undo(last(Tag.ACCOUNT_CHANGED), actor=owner)
    assert (client.email, other.email) == ("b@otklik.example", "a@otklik.example")
    with pytest.raises(InvalidInput):  # the session is fit for use
        accounts.block(owner, "Себя", actor=owner)

"""The demo: rules hold between its rows, the fixed people can sign in, and it never mixes with real ones."""

import pytest
import sqlalchemy as sa

from app import demo
from app.demo import doubles, people, towns
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.articles import Article
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.models.outbox import Delivery
from app.models.partner_pages import PartnerPage
from app.models.places import City, Country
from app.models.reports import SavedReport
from app.models.request_fields import RequestAnswer
from app.services import (
    comments,
    desk_queue,
    exports,
    faq,
    integrity,
    partner_pages,
    ready_answers,
    request_fields,
    support,
)
from app.services.accounts.passwords import is_password_of
from app.services.merging import alike
from app.services.places import spellings
from app.services.transaction import transaction
from app.tasks import exports as job

SMALL = demo.Amounts(inquiries=60, realtors=9, cities=6, seed=7)


@pytest.fixture
def gazetteer(context):
    """The cities of the demo, and some more, without the whole world."""
    names = [(town.code, town.name_en) for town in towns.TOWNS] + [(code, name) for code, name, _ in towns.UNSERVED]
    with transaction() as session:
        countries = {code: Country(code=code, name_ru=code, name_en=code, currency="EUR") for code, _ in names}
        session.add_all(countries.values())
        session.flush()
        for code, name in [*names, ("CZ", "Ostrava"), ("DE", "Köln")]:
            session.add(City(country_id=countries[code].id, name_ru=name, name_en=name, population=len(name)))


def count(model, *where):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


@pytest.mark.every_database
def test_the_demo_is_whole_and_lively(gazetteer):
    demo.load(SMALL)
    assert [finding.rule.word for finding in integrity.check() if finding.rule.damage] == []
    assert count(Inquiry) == SMALL.inquiries
    assert count(Realtor) == SMALL.realtors
    assert count(Message) > count(Conversation) > 20
    assert count(Inquiry, Inquiry.awaiting_realtor) == 5
    assert count(Conversation, Conversation.open.is_(False)) > 0
    numbers = db.session.scalars(sa.select(Inquiry.number).order_by(Inquiry.created_at, Inquiry.id)).all()
    assert numbers == sorted(numbers)
    assert not db.session.scalars(sa.select(Message.body).where(Message.body.contains("{"))).all()


def test_the_fixed_people_can_sign_in_and_have_something_to_do(gazetteer):
    told = demo.load(SMALL)
    for email, *_ in (people.OWNER, people.PETR, people.MAREK, people.ANNA, people.OLGA):
        person = db.session.scalar(sa.select(User).where(User.email == email))
        assert is_password_of(person.password_hash, people.PASSWORD)
        assert email in told
    anna = db.session.scalar(sa.select(User).where(User.email == people.ANNA[0]))
    chats = db.session.scalars(sa.select(Conversation).where(Conversation.client_id == anna.id)).all()
    assert any(chat.unread(anna) for chat in chats)


def test_the_desk_has_something_to_do(gazetteer):
    demo.load(SMALL)
    olga = db.session.scalar(sa.select(User).where(User.email == people.OLGA[0]))
    assert support.counts(actor=olga) == {"open": 4, "new": 3, "mine": 1}
    assert support.today(actor=olga)["waiting"] == 3 and len(desk_queue.page("closed", actor=olga).tickets) == 1
    assert faq.topics() and len(ready_answers.of(olga)) > 3


def test_an_owner_finds_the_tools_alive(gazetteer):
    demo.load(SMALL)
    owner = db.session.scalar(sa.select(User).where(User.email == people.OWNER[0]))
    fields = request_fields.live()
    assert len(fields) == 3 and all(count(RequestAnswer, RequestAnswer.field_id == field.id) > 5 for field in fields)
    held = db.session.scalars(sa.select(Inquiry).where(Inquiry.answers["pets"].is_not(None))).all()
    assert {inquiry.deal for inquiry in held if "pets" in inquiry.answers} == {"rent"}
    article = db.session.scalar(sa.select(Article).where(Article.slug == "kak-vybrat-kvartiru"))
    assert len(comments.under(article, actor=None)) == 2 and comments.waiting_count() == 1
    assert [report.pinned for report in db.session.scalars(sa.select(SavedReport))] == [True]
    page = db.session.scalars(sa.select(PartnerPage)).one()
    assert partner_pages.find(partner_pages.path_of(page).rpartition("/")[2]).title.startswith("Спрос")
    assert count(Delivery) == 0, "the demo writes to nobody"
    assert exports.of(actor=owner)[0].title == "Запросы" and job.make_next()
    db.session.rollback()
    assert exports.of(actor=owner)[0].done == SMALL.inquiries


def test_an_owner_finds_pairs_to_merge(gazetteer):
    with transaction():
        spellings.add(db.session.scalar(sa.select(City).where(City.name_en == "Vienna")), "Вена", "Vienna")
    demo.load(SMALL)
    [(kept, gone, _likeness, same_site), *_others] = alike.agencies()
    assert (kept.name, gone.name, same_site) == ("Домус Прага", doubles.AGENCY, True)
    assert count(Realtor, Realtor.agency_id == gone.id) == 1
    [(vienna, misspelt, _likeness)] = alike.cities()
    assert (vienna.name_en, misspelt.name_ru) == doubles.MISSPELT[:2]
    assert count(Inquiry, Inquiry.city_id == misspelt.id) == 1
    [(first, second, why), *_others] = alike.people()
    assert why == ["name", "phone"] and first.created_at < second.created_at
    assert count(Inquiry, Inquiry.client_id == second.id) == 1
    assert [finding.rule.word for finding in integrity.check() if finding.rule.damage] == []


def test_the_same_seed_tells_the_same_story(gazetteer, monkeypatch):
    now = demo.world.utcnow()
    monkeypatch.setattr(demo.world, "utcnow", lambda: now)

    def story():
        demo.load(SMALL, force=True)
        told = sa.select(Inquiry.public_id, Inquiry.wishes, Inquiry.published_at, Inquiry.answers).order_by(Inquiry.id)
        rows = db.session.execute(told).all()
        with transaction() as session:
            for table in reversed(db.metadata.sorted_tables):
                if table.name not in ("countries", "cities"):
                    session.execute(table.delete())
        return rows

    assert story() == story()


def test_more_cities_than_named_ones_come_from_the_gazetteer(gazetteer):
    demo.load(demo.Amounts(inquiries=40, realtors=8, cities=8))
    served = sa.select(City.name_en).where(City.id.in_(sa.select(Realtor.city_id)))
    assert len(set(db.session.scalars(served))) == 8


def test_it_refuses_a_database_with_people_in_it(gazetteer, build):
    build.client()
    with pytest.raises(RefusedMove):
        demo.load(SMALL)
    assert count(Inquiry) == 0


def test_the_command_says_why_it_refuses(app, build):
    build.client()
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "not empty" in result.output

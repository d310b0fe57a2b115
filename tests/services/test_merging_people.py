"""Two accounts of one person made one, and parted again as if nothing had been."""

import random
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.constants import AuditTag as Tag
from app.constants import IdentityProvider, InquiryStatus
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Consent, Identity, Realtor, User
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import Conversation, Message, Standing
from app.models.inquiries import Inquiry, Match
from app.models.notifications import Notification
from app.services import (
    accounts,
    conversations,
    inquiries,
    integrity,
    matches,
    message_search,
    search,
    support,
    undoing,
)
from app.services.merging import alike, belongings, dismissals, moving, people
from app.services.transaction import transaction
from tests.moves import all_come_over, by_the_worker
from tests.services.test_merging import lets_go

WATCHED = (
    *(Inquiry.client_id, Inquiry.helped_by_id, Inquiry.first_realtor_id, Match.realtor_id, Match.accepted_at),
    *(Conversation.client_id, Conversation.realtor_id, Conversation.last_sender_id, Conversation.open),
    *(Message.sender_id, Standing.user_id),
    *(Identity.user_id, Consent.user_id, Realtor.city_id, Realtor.agency_id, Realtor.active),
    *(User.email, User.name, User.phone, User.deleted_at, User.email_verified_at),
)


def state():
    """{table.column: {row: value}} of all that a merge may touch."""
    db.session.rollback()
    found = {}
    for column in WATCHED:
        keys = sa.inspect(column.class_).primary_key
        rows = db.session.execute(sa.select(*keys, column))
        found[str(column)] = {tuple(key): value for *key, value in rows}
    return found


def last(tag):
    return db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id.desc()).limit(1))


def damaged():
    """What is broken: the builder keeps no counts beside the rows it makes."""
    return {found.rule.word: found.count for found in integrity.check() if found.rule.damage}


def write(conversation, sender, body="Здравствуйте"):
    conversations.send(conversation, nonce=uuid4(), body=body, actor=sender)


@pytest.fixture
def owner(build, context):
    return build.supervisor()


@pytest.mark.every_database
def test_a_client_is_one_again_with_all_that_was_said(build, owner):
    anna, twin = build.client("Анна Новак", phone="+420777123456"), build.client("Аня Новак")
    mine, theirs = build.inquiry(client=anna), build.inquiry(client=twin)
    talk = build.conversation(inquiry=theirs)
    write(talk, twin)
    write(talk, talk.realtor)
    build.support(person=twin)
    build.add(Identity(user_id=twin.id, provider=IdentityProvider.VK, subject="7"))
    build.add(Consent(user_id=twin.id, document="terms", version=1))
    before, address = state(), twin.email
    people.merge(anna, twin, {"email": twin.email}, actor=owner)
    assert (anna.email, twin.email, twin.is_active) == (address, None, False)
    assert {row.client_id for row in db.session.scalars(sa.select(Inquiry))} == {anna.id}
    assert {row.client_id for row in db.session.scalars(sa.select(Conversation))} == {anna.id}
    assert db.session.scalars(sa.select(Message.sender_id).where(Message.sender_id == twin.id)).all() == []
    assert db.session.scalars(sa.select(Identity.user_id)).all() == [anna.id]
    assert {row.user_id for row in db.session.scalars(sa.select(Notification))}.isdisjoint({twin.id})
    key, clause = search.INQUIRIES.matching("Анна")
    assert set(db.session.scalars(sa.select(key).where(clause))) == {mine.id, theirs.id}
    write(talk, anna, "Это снова я")

    assert undoing.undo(last(Tag.ACCOUNT_MERGED), actor=owner) == 0
    after = state()
    said = after["Message.sender_id"].keys() - before["Message.sender_id"].keys()
    assert {after["Message.sender_id"].pop(key) for key in said} == {twin.id}  # what was said since goes with the talk
    after["Conversation.last_sender_id"] = before["Conversation.last_sender_id"]
    assert after == before
    with pytest.raises(RefusedMove):
        undoing.undo(last(Tag.ACCOUNT_MERGED), actor=owner)


@pytest.mark.every_database
def test_a_realtor_is_one_again(build, owner):
    prague, brno = build.city("Прага"), build.city("Брно")
    petr, twin = build.realtor("Пётр", city=prague), build.realtor("Пётр", city=brno)
    shared, own = build.inquiry(city=prague), build.inquiry(city=brno)
    for inquiry in (shared, own):
        write(build.conversation(inquiry=inquiry, realtor=twin), twin)
    build.add(Match(inquiry_id=shared.id, realtor_id=petr.id, seen_at=utcnow()))
    before = state()
    people.merge(petr, twin, {"city": brno}, actor=owner)
    accepted = sa.select(Match.inquiry_id).where(Match.realtor_id == petr.id, Match.accepted_at.is_not(None))
    assert set(db.session.scalars(accepted)) == {shared.id, own.id}
    assert {row.realtor_id for row in db.session.scalars(sa.select(Conversation))} == {petr.id}
    assert (petr.realtor.city, twin.realtor.active) == (brno, False)
    undoing.undo(last(Tag.ACCOUNT_MERGED), actor=owner)
    assert state() == before


def test_what_began_after_the_merge_follows_its_inquiry(build, owner):
    anna, twin = build.client(), build.client()
    theirs = build.inquiry(client=twin)
    people.merge(anna, twin, {}, actor=owner)
    talk = matches.accept(theirs, actor=build.realtor(city=theirs.city))
    newer = build.inquiry(client=anna)
    undoing.undo(last(Tag.ACCOUNT_MERGED), actor=owner)
    db.session.rollback()
    chats = db.session.scalars(sa.select(Conversation)).all()
    assert [chat.client_id for chat in chats] == [twin.id]
    assert talk is not None
    assert newer.client_id == anna.id


def test_who_cannot_be_merged(build, owner):
    anna, petr = build.client(), build.realtor()
    first, second = build.supervisor(), build.supervisor()
    blocked, inquiry = build.client(), build.inquiry(city=petr.realtor.city)
    accounts.block(blocked, "спам", actor=owner)
    other = build.realtor(city=petr.realtor.city)
    for realtor in (petr, other):
        build.conversation(inquiry=inquiry, realtor=realtor)
    asked = build.client()
    for person in (anna, asked):
        build.support(person=person)
    for pair in ((anna, anna), (anna, petr), (first, second), (anna, blocked), (petr, other), (anna, asked)):
        with pytest.raises(RefusedMove):
            people.merge(*pair, {}, actor=owner)
    [talk] = [row for row in db.session.scalars(sa.select(Conversation)) if row.client_id == asked.id]
    support.close(talk, actor=owner)
    people.merge(anna, asked, {}, actor=owner)
    assert talk.client_id == asked.id  # one conversation with support to each


def test_what_stands_on_a_merge_holds_it(build, owner):
    anna, twin, third = build.client(), build.client(), build.client()
    address = twin.email
    people.merge(anna, twin, {"phone": "+420777123456"}, actor=owner)
    merged = last(Tag.ACCOUNT_MERGED)
    accounts.correct(third, {"email": address}, actor=owner)
    assert undoing.refusal(merged) is not None
    accounts.correct(third, {"email": "third@mail.com"}, actor=owner)
    people.merge(third, anna, {}, actor=owner)
    assert undoing.refusal(merged) is not None
    undoing.undo(last(Tag.ACCOUNT_MERGED), actor=owner)
    undoing.undo(merged, actor=owner)
    assert twin.email == address


@pytest.mark.parametrize("seed", range(12))
def test_any_history_of_merges_taken_back_leaves_no_trace(build, owner, monkeypatch, seed):
    """A few people, their inquiries and talks at random; merges in any order, taken back from the last to the first.

    Of those with an odd seed each row is a commit of its own, by the worker.
    """
    chance = random.Random(seed)
    monkeypatch.setattr(belongings, "LONG", 2)
    if seed % 2:
        by_the_worker(monkeypatch, step=chance.choice((1, 7, 20)))
    city = build.city()
    clients = [build.client() for _ in range(4)]
    realtors = [build.realtor(city=city) for _ in range(4)]
    for client in clients:
        for _ in range(chance.randrange(3)):
            inquiry = build.inquiry(client=client, city=city)
            for realtor in chance.sample(realtors, chance.randrange(3)):
                write(build.conversation(inquiry=inquiry, realtor=realtor), chance.choice((client, realtor)))
            for realtor in realtors:
                known = sa.select(Match.id).where(Match.inquiry_id == inquiry.id, Match.realtor_id == realtor.id)
                if not db.session.scalar(known) and chance.random() < 0.4:
                    build.add(Match(inquiry_id=inquiry.id, realtor_id=realtor.id, seen_at=utcnow()))
    states, merges, damage = [state()], [], damaged()
    for _ in range(6):
        pair = chance.sample(chance.choice((clients, realtors)), 2)
        values = {name: getattr(pair[1], name) for name in ("email", "name", "phone") if chance.random() < 0.5}
        try:
            people.merge(*pair, values, actor=owner)
        except RefusedMove:
            continue
        all_come_over()
        merges.append(last(Tag.ACCOUNT_MERGED))
        states.append(state())
    while merges:
        assert state() == states.pop()
        undoing.undo(merges.pop(), actor=owner)
        all_come_over()
    assert state() == states[0]
    assert damaged() == damage


@pytest.mark.every_database
def test_much_comes_over_by_the_worker_past_its_death_and_back(build, owner, browser_of, monkeypatch):
    petr, twin = build.realtor("Пётр Новак"), build.realtor("Петя Новак")
    for count in (1, 3, 5):
        talk = build.conversation(inquiry=build.inquiry(city=twin.realtor.city), realtor=twin)
        for _ in range(count):
            write(talk, twin)
            write(talk, talk.client)
    before, address, damage = state(), twin.email, damaged()
    monkeypatch.setattr(belongings, "LONG", 2)
    by_the_worker(monkeypatch)
    people.merge(petr, twin, {}, actor=owner)
    merged, boss = last(Tag.ACCOUNT_MERGED), browser_of(owner)
    assert twin.email is None and twin.is_active, "it goes on until what belongs to it has gone"
    for side in (petr, twin):
        assert "Идёт слияние" in boss.get(f"/supervisor/people/{side.public_id}/").text
    for way in (
        lambda: undoing.undo(merged, actor=owner),
        lambda: people.merge(build.realtor(), petr, {}, actor=owner),
        lambda: accounts.delete_account(petr.email, actor=petr),
    ):
        with pytest.raises(RefusedMove, match="ещё идёт"):
            way()
    hand_over, turns = belongings.hand_over, []

    def dying(*turn):
        turns.append(turn)
        if len(turns) == 8:
            raise KeyboardInterrupt
        return hand_over(*turn)

    monkeypatch.setattr(belongings, "hand_over", dying)
    with pytest.raises(KeyboardInterrupt):
        moving.work()
    db.session.rollback()
    assert not moving.work(), "the dead one's lease holds for some seconds"
    lets_go()
    assert {row.realtor_id for row in db.session.scalars(sa.select(Conversation))} == {twin.id, petr.id}
    assert damaged() == damage, "on the way all is as it was"
    begun = matches.accept(build.inquiry(city=twin.realtor.city), actor=twin)
    all_come_over()
    assert {row.realtor_id for row in db.session.scalars(sa.select(Conversation))} == {petr.id}
    assert {row.realtor_id for row in db.session.scalars(sa.select(Match))} == {petr.id}
    assert (twin.is_active, twin.realtor.active) == (False, False)
    assert len(message_search.everywhere("Здравствуйте", actor=petr)[0]) == 18
    write(begun, petr, "Уже один")

    undoing.undo(merged, actor=owner)
    all_come_over()
    assert (twin.email, twin.is_active, begun.realtor_id) == (address, True, twin.id)
    found = message_search.everywhere("Уже один", actor=twin)[0]
    assert [hit.body for hit in found] == ["Уже один"]
    after = state()
    assert {name: {key: rows[key] for key in before[name]} for name, rows in after.items()} == before


def test_what_both_meet_meanwhile_is_no_end_of_it(build, owner, monkeypatch):
    """Both accounts go on until the end: they may accept one inquiry each by itself, and ask support."""
    city = build.city()
    petr, twin = build.realtor(city=city), build.realtor(city=city)
    both, seen = build.inquiry(city=city), build.inquiry(city=city)
    for inquiry in (both, seen):
        build.conversation(inquiry=inquiry, realtor=twin)
    build.support(person=twin)
    damage = damaged()
    by_the_worker(monkeypatch)
    people.merge(petr, twin, {}, actor=owner)
    matches.accept(both, actor=petr)
    matches.mark_seen([seen], actor=petr)
    build.support(person=petr)
    all_come_over()
    talks = {(row.inquiry_id, row.realtor_id) for row in db.session.scalars(sa.select(Conversation)) if row.inquiry_id}
    assert talks == {(both.id, petr.id), (both.id, twin.id), (seen.id, petr.id)}
    accepted = sa.select(Match.inquiry_id).where(Match.realtor_id == petr.id, Match.accepted_at.is_not(None))
    assert set(db.session.scalars(accepted)) == {both.id, seen.id}
    assert damaged() == damage
    undoing.undo(last(Tag.ACCOUNT_MERGED), actor=owner)
    all_come_over()
    talks = {(row.inquiry_id, row.realtor_id) for row in db.session.scalars(sa.select(Conversation)) if row.inquiry_id}
    assert talks == {(both.id, petr.id), (both.id, twin.id), (seen.id, twin.id)}


def test_an_owner_waits_for_a_second_of_it_and_no_longer(build, owner, monkeypatch):
    anna, twin = build.client(), build.client()
    made = [build.inquiry(client=twin).id for _ in range(6)]
    monkeypatch.setattr(moving, "LITTLE", 0)
    people.merge(anna, twin, {}, actor=owner)
    assert sorted(belongings.ids(Inquiry.client_id, Inquiry.client_id == anna.id)) == made
    assert moving.of(anna) is None and not twin.is_active


def test_a_person_who_deletes_the_account_leaves_no_name_in_the_other(build, owner):
    anna, twin = build.client("Анна"), build.client("Аня Новак", phone="+420777123456")
    people.merge(anna, twin, {}, actor=owner)
    accounts.delete_account(anna.email, actor=anna)
    stored = db.session.execute(sa.text("SELECT name, phone, email FROM users WHERE id = :id"), {"id": twin.id}).one()
    assert tuple(stored) == ("", None, None)
    assert "Новак" not in str(last(Tag.ACCOUNT_MERGED).data)


def test_people_who_may_be_one_are_proposed_until_somebody_says_no(build, owner):
    anna = build.client("Анна Новак", phone="+420777123456")
    by_phone = build.client("А. Н.", phone="+420777123456")
    by_mail = build.client("Нюра")
    build.add(
        Identity(user_id=by_mail.id, provider=IdentityProvider.VK, subject="7", email=anna.email, email_verified=True)
    )
    by_name = build.client("Новак Анна")
    build.realtor("Анна Новак", phone="+420777123456")
    for _ in range(2):
        build.client("Анна")
    found = {(first.id, second.id): why for first, second, why in alike.people()}
    assert found == {
        (anna.id, by_phone.id): ["phone"],
        (anna.id, by_mail.id): ["email"],
        (anna.id, by_name.id): ["name"],
    }
    dismissals.dismiss(by_name, anna, actor=owner)
    dismissals.dismiss(anna, by_name, actor=owner)
    left = {(first.id, second.id) for first, second, _why in dismissals.proposed(alike.people())}
    assert left == {(anna.id, by_phone.id), (anna.id, by_mail.id)}


def test_a_waiting_inquiry_of_the_other_goes_on_waiting(build, owner):
    anna, twin = build.client(), build.client()
    waiting = build.inquiry(client=twin, status=InquiryStatus.DRAFT, awaiting_realtor=True, published_at=None)
    people.merge(anna, twin, {}, actor=owner)
    build.realtor(city=waiting.city)
    with transaction():
        inquiries.publish_awaiting(waiting.city)
    assert (waiting.client_id, waiting.status) == (anna.id, InquiryStatus.NEW)

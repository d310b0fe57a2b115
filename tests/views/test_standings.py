"""What a person keeps about a conversation: pinned, unread, put off, a draft; and that nobody else can reach it."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import Standing
from app.services import conversations, inbox, notifications, settings, standings
from app.services.transaction import transaction
from app.tasks import schedule
from tests import files

JSON = {"Accept": "application/json"}
PRAGUE = ZoneInfo("Europe/Prague")


@pytest.fixture
def chat(build):
    return build.conversation()


@pytest.fixture(params=["client", "realtor"])
def side(request, chat):
    """One of the two people, and the chat's address for that person."""
    person = getattr(chat, request.param)
    return person, conversations.path(chat.public_id, person)


def keep(browser, address, **change):
    return browser.post(f"{address}/standing", json=change, headers=JSON)


def standing(chat, person):
    db.session.rollback()
    return db.session.scalar(sa.select(Standing).where(Standing.user_id == person.id))


def listed(person, **options):
    db.session.rollback()
    return [thread.id for thread in inbox.threads(person, **options)]


def say(chat, sender, body="Добрый день"):
    return conversations.send(chat, nonce=uuid4(), kind="text", body=body, actor=sender)


def test_strangers_visitors_and_owners_keep_nothing_here(chat, side, build, browser_of, visitor):
    person, address = side
    stranger = build.client() if person is chat.client else build.realtor()
    assert keep(browser_of(stranger), address, pinned="1").status_code == 404
    assert keep(browser_of(build.supervisor()), address, pinned="1").status_code == 403
    assert keep(visitor, address, pinned="1").status_code == 401
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Standing)) == 0


def test_the_other_side_learns_nothing_of_it(chat, browser_of):
    """Neither the row nor a word of the draft."""
    keep(
        browser_of(chat.realtor),
        conversations.path(chat.public_id, chat.realtor),
        draft="Secret",
        at="2026-01-01T10:00Z",
    )
    for person in (chat.client, chat.realtor):
        page = browser_of(person).get(conversations.path(chat.public_id, person)).text
        assert ("Secret" in page) == (person is chat.realtor)


def test_pinned_ones_come_first_and_there_is_room_for_five(chat, browser_of, build):
    person, browser = chat.realtor, browser_of(chat.realtor)
    older = [build.conversation(realtor=person) for _ in range(6)]
    assert keep(browser, conversations.path(chat.public_id, person), pinned="1").json["standing"]["pinned"]
    for other in older:
        say(other, other.client)
    assert listed(person)[0] == str(chat.public_id) and len(listed(person)) == 7
    answers = [keep(browser, conversations.path(one.public_id, person), pinned="1") for one in older[:5]]
    assert [answer.status_code for answer in answers] == [200] * 4 + [409]
    assert "не больше 5" in answers[-1].json["error"]["text"]
    keep(browser, conversations.path(chat.public_id, person), pinned="0")
    assert listed(person)[-1] == str(chat.public_id)
    settings.change("pinned_conversations", 4, actor=build.supervisor())
    assert keep(browser, conversations.path(older[5].public_id, person), pinned="1").status_code == 409


def test_what_is_marked_unread_counts_as_unread(chat, side, browser_of):
    person, address = side
    browser = browser_of(person)
    assert listed(person, only="unread") == [] and inbox.unread_conversations(person) == 0
    keep(browser, address, unread="1")
    assert listed(person, only="unread") == [str(chat.public_id)] and inbox.unread_conversations(person) == 1
    say(chat, chat.realtor if person is chat.client else chat.client)
    assert inbox.unread_conversations(person) == 1  # not twice
    conversations.mark_read(chat, chat.last_seq, actor=person)
    keep(browser, address, unread=False)
    assert listed(person, only="unread") == []


def test_without_a_script_the_menu_is_a_form(chat, side, browser_of):
    person, address = side
    answer = browser_of(person).post(f"{address}/standing", data={"pinned": "1"})
    assert (answer.status_code, answer.location) == (303, address)
    assert standing(chat, person).pinned_at


def test_a_client_keeps_the_conversations_of_an_inquiry_in_order_from_their_rows(chat, build, browser_of):
    """Without a script too: the form of a row comes back to the page it stands on, whose list can be narrowed."""
    browser, page = browser_of(chat.client), f"/my/inquiries/{chat.inquiry.public_id}"
    other = build.conversation(chat.inquiry, build.realtor())
    rows = lambda only="": [  # noqa: E731
        found.split("/")[-1] for found in re.findall(r'class="thread" href="([^"]+)"', browser.get(page + only).text)
    ]
    first, last = rows()
    for change in ({"pinned": "1"}, {"unread": "1"}):
        answer = browser.post(f"/my/conversations/{last}/standing", data=change | {"next": page})
        assert (answer.status_code, answer.location) == (303, page)
    assert rows() == [last, first] and {first, last} == {str(chat.public_id), str(other.public_id)}
    assert rows("?only=unread") == [last] and rows("?only=later") == []
    away = browser.post(f"/my/conversations/{last}/standing", data={"pinned": "0", "next": "//elsewhere.example"})
    assert away.location == f"/my/conversations/{last}"


def test_put_off_it_leaves_the_list_until_the_other_side_writes(chat, side, browser_of):
    person, address = side
    answer = keep(browser_of(person), address, snooze="hour").json["standing"]
    assert answer["snoozed_until"] and answer["until"]
    assert listed(person) == [] and listed(person, only="later") == [str(chat.public_id)]
    assert inbox.threads(person, with_later=True)[0].until
    say(chat, chat.realtor if person is chat.client else chat.client)
    assert listed(person) == [str(chat.public_id)] and listed(person, only="later") == []


def test_it_comes_back_by_itself_with_a_notification_and_once(chat, side, browser_of):
    person, address = side
    keep(browser_of(person), address, snooze="hour")
    with transaction() as session:
        session.execute(sa.update(Standing).values(snoozed_until=utcnow() - timedelta(seconds=1)))
    schedule.wake_snoozed.call_local()
    schedule.wake_snoozed.call_local()
    assert listed(person, only="unread") == [str(chat.public_id)]
    [told] = notifications.latest(person, limit=9)
    assert (told.kind, told.url) == ("snooze_over", address)


def test_nobody_is_reminded_of_what_has_come_back_before(chat, browser_of):
    keep(browser_of(chat.realtor), conversations.path(chat.public_id, chat.realtor), snooze="hour")
    say(chat, chat.client)
    before = notifications.unread_count(chat.realtor)
    with transaction() as session:
        session.execute(sa.update(Standing).values(snoozed_until=utcnow() - timedelta(seconds=1)))
    assert standings.wake_due() == 1
    assert notifications.unread_count(chat.realtor) == before
    assert not standing(chat, chat.realtor).unread_mark


@pytest.mark.parametrize(
    ("word", "now", "then"),
    [
        ("hour", "2026-11-22T10:15", "2026-11-22T11:15"),
        ("evening", "2026-11-22T10:15", "2026-11-22T19:00"),
        ("evening", "2026-11-22T21:00", "2026-11-23T19:00"),
        ("morning", "2026-11-22T00:30", "2026-11-23T09:00"),
        ("2026-12-01T15:30", "2026-11-22T10:00", "2026-12-01T15:30"),
    ],
)
def test_moments_are_the_persons_own(word, now, then):
    now, then = (datetime.fromisoformat(moment).replace(tzinfo=PRAGUE) for moment in (now, then))
    assert standings.moment(word, PRAGUE, now) == then


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"snooze": "chosen"},
        {"snooze": "chosen", "until": "вчера"},
        {"snooze": "chosen", "until": "2020-01-01T10:00"},
        {"snooze": 5},
        {"draft": 5, "at": "2026-01-01T10:00Z"},
        {"draft": "x", "at": "вчера"},
        {"draft": "x"},
    ],
    ids=repr,
)
def test_nonsense_is_refused(chat, browser_of, change):
    answer = keep(browser_of(chat.realtor), conversations.path(chat.public_id, chat.realtor), **change)
    assert answer.status_code in (400, 422)


def test_the_newest_typing_wins_whenever_it_arrives(chat, side, browser_of):
    person, address = side
    browser = browser_of(person)
    keep(browser, address, draft="новее", at="2026-01-01T10:00:05Z")
    late = keep(browser, address, draft="старее, но пришло позже", at="2026-01-01T10:00:01Z").json["standing"]
    assert late["draft"] == "новее"
    db.session.rollback()
    assert inbox.threads(person)[0].draft == "новее"
    keep(browser, address, draft="из будущего", at="2999-01-01T10:00Z")
    assert standing(chat, person).draft_at <= utcnow()
    assert keep(browser, address, draft="", at=datetime.now(UTC).isoformat()).json["standing"]["draft"] == ""


def test_other_tabs_of_the_person_hear_of_it_and_nobody_else(chat, socket_of, heard_by):
    mine, theirs = socket_of(chat.realtor), socket_of(chat.client)
    standings.pin(chat, True, actor=chat.realtor)
    [(event, payload)] = heard_by(mine)
    assert (event, payload["conversation"], payload["pinned"]) == ("standing:changed", str(chat.public_id), True)
    assert heard_by(theirs) == []


def test_an_owner_who_looks_as_the_person_reads_no_draft(chat):
    standings.keep_draft(chat, "Секрет", utcnow(), actor=chat.realtor)
    chat.realtor.viewer = chat.client  # whoever
    assert inbox.threads(chat.realtor)[0].draft == ""


def test_a_realtors_note_is_read_by_the_realtor_alone(chat, build, browser_of):
    address = conversations.path(chat.public_id, chat.realtor)
    browser = browser_of(chat.realtor)
    assert keep(browser, address, note="Calls after six").json["standing"]["note"] == "Calls after six"
    assert keep(browser_of(chat.client), f"/my/conversations/{chat.public_id}", note="x").status_code == 403
    assert keep(browser_of(build.realtor()), address, note="x").status_code == 404
    owner, client = build.supervisor(), chat.client
    pages = [
        browser_of(client).get(f"/my/conversations/{chat.public_id}").text,
        browser_of(owner).get(f"/supervisor/conversations/{chat.public_id}").text,
        str(files.unpacked(browser_of(client).get("/my/profile/data"))),
    ]
    assert not any("Calls after six" in page for page in pages)
    assert "Calls after six" in browser.get(address).text
    assert "Calls after six" in str(files.unpacked(browser.get("/my/profile/data")))


def test_an_owner_who_looks_as_the_realtor_reads_no_note(chat, build, browser_of):
    keep(browser_of(chat.realtor), conversations.path(chat.public_id, chat.realtor), note="Calls after six")
    owner = browser_of(build.supervisor())
    assert owner.post(f"/supervisor/people/{chat.realtor.public_id}/view-as/").status_code == 303
    page = owner.get(conversations.path(chat.public_id, chat.realtor))
    assert page.status_code == 200 and "Calls after six" not in page.text

"""The profile's page of channels and topics, and the way out that mails carry."""

import pytest

from app.constants import Channel, Digest, Topic
from app.extensions import db
from app.models.notifications import Rhythm
from app.services import preferences, unsubscribing

URL = "/my/profile/notifications"
COLUMNS = ["site", "email"]


def is_on(user, topic, channel=Channel.EMAIL):
    db.session.rollback()
    return preferences.switches(user)[topic, channel]


@pytest.fixture
def anna(build):
    return build.client(locale="ru")


def link(user, topic=Topic.INQUIRIES):
    return f"/unsubscribe/{unsubscribing.token(user.public_id, topic)}"


def test_every_role_finds_its_topics_and_what_cannot_be_switched_off(build, browser_of):
    for person in (build.client(), build.realtor(), build.supervisor()):
        page = browser_of(person).get(URL).text
        assert [topic in page for topic in ("new_inquiries:email", "desk:email", "account:email")] == [
            person.role == "realtor",
            person.role == "supervisor",
            True,
        ]
        assert 'value="account:email" checked disabled' in page
        assert ("Много запросов" in page) == (person.role == "realtor")


def test_what_was_ticked_is_kept_and_shown_again(anna, browser_of):
    browser = browser_of(anna)
    browser.post(URL, data={"column": COLUMNS, "cell": ["messages:email", "inquiries:site"]})
    db.session.rollback()
    kept = {(t, c) for (t, c), on in preferences.switches(anna).items() if on and c in COLUMNS}
    assert kept == {
        (Topic.MESSAGES, Channel.EMAIL),
        (Topic.INQUIRIES, Channel.SITE),
        *((Topic.ACCOUNT, channel) for channel in COLUMNS),
    }
    assert is_on(anna, Topic.MESSAGES, Channel.TELEGRAM)  # a column that was not on the page is as it was
    assert 'value="messages:email" checked' in browser.get(URL).text


def test_quiet_hours_and_the_digest_are_kept(build, browser_of):
    realtor = build.realtor()
    browser = browser_of(realtor)
    hours = {"quiet": "y", "quiet_from": "22:30", "quiet_to": "07:00", "digest": "daily"}
    browser.post(URL, data={"column": COLUMNS} | hours)
    db.session.rollback()
    kept = db.session.get(Rhythm, realtor.id)
    assert (kept.quiet_from, kept.quiet_to, kept.digest) == (22 * 60 + 30, 7 * 60, Digest.DAILY)
    assert 'value="22:30"' in browser.get(URL).text
    browser.post(URL, data={"column": COLUMNS, "digest": "at_once"})
    db.session.rollback()
    assert db.session.get(Rhythm, realtor.id).quiet_from is None


def test_quiet_hours_without_an_end_are_explained_at_the_field(anna, browser_of):
    hours = {"quiet": "y", "quiet_from": "22:00", "quiet_to": "22:00"}
    answer = browser_of(anna).post(URL, data={"column": COLUMNS} | hours)
    assert (answer.status_code, "в разное время" in answer.text) == (422, True)


def test_nonsense_in_the_form_changes_nothing_else(anna, browser_of):
    browser_of(anna).post(URL, data={"column": [*COLUMNS, "pigeon"], "cell": ["x:y", "messages:email", ":"]})
    assert is_on(anna, Topic.MESSAGES)


def test_one_press_in_the_mail_program_ends_exactly_this_topics_mail(anna, visitor):
    answer = visitor.post(link(anna), data={"List-Unsubscribe": "One-Click"}, csrf=False)
    assert answer.status_code == 200
    assert [is_on(anna, topic) for topic in (Topic.INQUIRIES, Topic.MESSAGES)] == [False, True]
    assert is_on(anna, Topic.INQUIRIES, Channel.SITE)


def test_opening_the_link_only_asks(anna, visitor):
    page = visitor.get(link(anna), headers={"Accept-Language": "ru"}).text
    assert "Отписаться" in page and "Мои запросы" in page
    assert is_on(anna, Topic.INQUIRIES)


def test_a_forged_link_or_that_of_somebody_gone_leads_nowhere(anna, visitor):
    token = unsubscribing.token(anna.public_id, Topic.INQUIRIES)
    assert visitor.post(f"/unsubscribe/{token[:-2]}xx", csrf=False).status_code == 404
    assert visitor.get("/unsubscribe/abc").status_code == 404
    assert is_on(anna, Topic.INQUIRIES)


def test_account_mail_has_no_way_out_even_with_a_good_token(anna, visitor):
    visitor.post(link(anna, Topic.ACCOUNT), csrf=False)
    assert is_on(anna, Topic.ACCOUNT)

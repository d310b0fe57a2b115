"""What holds for every letter, whatever it says: both halves, Outlook's tables, the dark, and the way out."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import markupever
import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from app.channels.email import compose
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import notifications, outbox
from app.services.transaction import transaction
from app.tasks import dispatcher

TEMPLATES = Path(__file__).parent.parent.parent / "app/templates/emails"
KINDS = sorted(path.stem for path in TEMPLATES.glob("*.html") if path.stem not in {"base", "parts"})
VALUES = {
    **dict.fromkeys(
        ("name", "subject", "reason", "old", "new", "title", "change", "headline", "summary", "wishes", "city"), "слова"
    ),
    **dict.fromkeys(("sentence", "email", "where", "agent", "device", "text", "passkey"), "слова"),
    "number": 1042,
    "url": "/my/inquiries/1",
    "path": "/password/reset/abc",
    "rows": [("Бюджет", "до 900 €")],
    "messages": ["Здравствуйте!"],
    "count": 2,
    "shown": 30,
    "days": 30,
    "inquiries": [{"number": 1042, "headline": "Снять квартиру", "summary": "до 900 €", "url": "/office/inquiries/1"}],
    "provider": "google",
    "providers": {"google": SimpleNamespace(label="Google")},
    "at": utcnow(),
}


def letter(kind, locale="ru", **more):
    with force_locale(locale):
        return compose(
            kind, address="a@example.com", locale=locale, key="k", values=VALUES, created_at=utcnow(), **more
        )


def halves(message):
    return [message.get_body((form,)).get_content() for form in ("plain", "html")]


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_works_in_every_mail_program(context, kind, locale):
    message = letter(kind, locale)
    text, html = halves(message)
    parser = markupever.Parser().process(html).finish()
    assert not parser.errors(), parser.errors()[:3]
    assert message["Subject"] and message["Message-ID"] and message["Auto-Submitted"]
    assert 'name="color-scheme" content="light dark"' in html and "prefers-color-scheme: dark" in html
    assert len(html.encode()) < 100_000, "Gmail cuts what is longer"
    assert max(map(len, message.as_bytes().split(b"\n"))) <= 998
    assert "http://localhost" in text and "<" not in text.replace("<слова>", "")
    assert 'width="560"' in html and "max-width:560px" in html, "Outlook knows only the one, telephones need the other"
    for table in parser.into_dom().select("table"):
        assert table.attrs.get("role") == "presentation"
    assert not re.search(r"display:\s*(flex|grid)|<(img|script|link)\b", html), "Outlook and Gmail know none of these"


def test_a_letter_that_may_be_stopped_says_how_in_its_headers_and_at_its_foot(context):
    message = letter("message", unsubscribe="https://otklik.example/unsubscribe/token")
    assert message["List-Unsubscribe"] == "<https://otklik.example/unsubscribe/token>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert all("https://otklik.example/unsubscribe/token" in half for half in halves(message))


def test_a_subject_is_words_and_not_html(context):
    with force_locale("en"):
        values = VALUES | {"name": "O'Neil & <Co>"}
        message = compose(
            "support_question", address="a@example.com", locale="en", key="k", values=values, created_at=utcnow()
        )
    assert message["Subject"] == "O'Neil & <Co> waits for an answer of support"


def test_the_line_for_lists_of_mail_is_not_said_twice_in_the_text(context):
    text, html = halves(letter("message"))
    assert html.count("Здравствуйте!") == 2
    assert text.count("Здравствуйте!") == 1


@pytest.fixture
def delivered(build, workplace):
    """``delivered()``: the letters that have left, by their subject."""

    def deliver():
        dispatcher.deliver_batch()
        files = (workplace / "mail").iterdir()
        return [message_from_bytes(path.read_bytes(), policy=default) for path in files]

    return deliver


def test_the_way_out_of_a_real_letter_works_at_once_and_only_for_its_topic(build, delivered, visitor):
    anna = build.client(locale="ru")

    def tell():
        params = {"number": 7, "name": "Пётр", "title": "Дом"}
        with transaction():
            notifications.notify([anna], Kind.INQUIRY_ACCEPTED, params=params, url="/x", email="notification")

    tell()
    [message] = delivered()
    path = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert visitor.post(path, data={"List-Unsubscribe": "One-Click"}, csrf=False).status_code == 200
    tell()
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 1


def test_letters_about_the_account_carry_no_way_out(build, delivered):
    with transaction():
        outbox.queue_email("password_changed", user=build.client(), payload={"name": "Анна"})
    [message] = delivered()
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == (None, None)
    assert "/unsubscribe/" not in message.get_body(("html",)).get_content()


def test_a_letters_link_leads_to_its_page_after_sign_in(build, visitor):
    anna = build.client(password_hash=None)
    inquiry = build.inquiry(client=anna)
    answer = visitor.get(f"/my/inquiries/{inquiry.public_id}")
    assert (answer.status_code, answer.location) == (303, f"/login?next=/my/inquiries/{inquiry.public_id}")


def test_a_letters_link_opened_as_somebody_else_offers_the_other_account_and_tells_nothing(build, browser_of):
    """The same words for a page of somebody else's as for one that nobody has."""
    chat, stranger = build.conversation(), build.client(email="vera@example.com")
    browser = browser_of(stranger)
    ids = {"theirs": str(chat.public_id), "nobody's": str(uuid4())}
    said = {}
    for whose, public_id in ids.items():
        answer = browser.get(f"/my/conversations/{public_id}")
        said[whose] = re.sub(
            r'(nonce|data-alone)="[^"]*"|(value|data-csrf)="[^"]{60,}"', "", answer.text.replace(public_id, "ID")
        )
        assert answer.status_code == 404
    assert said["theirs"] == said["nobody's"]
    assert "vera@example.com" in said["theirs"] and "Сменить аккаунт" in said["theirs"]
    answer = browser.post("/logout", data={"next": f"/my/conversations/{chat.public_id}"})
    assert (answer.status_code, answer.location) == (303, f"/login?next=/my/conversations/{chat.public_id}")
    assert browser_of(chat.client).get(f"/my/conversations/{chat.public_id}").status_code == 200

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from app.channels.email import compose, connect
from app.channels.email import transports as t
from app.channels.email.plain_text import plain_text
from app.channels.verdicts import Refused, Unreachable
from app.config import ConfigError
from app.models.base import utcnow
from tests.fake_smtp import FakeSmtp


@pytest.fixture
def letter(context):
    def make(key="k1", **values):
        values = {"sentence": "Новый запрос № 1042", "url": "/office/inquiries/1"} | values
        return compose(
            "notification", address="a@example.com", locale="ru", key=key, values=values, created_at=utcnow()
        )

    return make


@pytest.fixture
def smtp():
    with FakeSmtp() as server:
        yield server


@pytest.fixture
def transport(app, smtp):
    settings = replace(app.config["SETTINGS"], mail_url=smtp.url)
    with connect(settings) as transport:
        yield transport


def body(message, kind):
    return message.get_body((kind,)).get_content()


def test_a_letter_says_the_same_in_text_and_html_with_whole_addresses(letter):
    message = letter()
    assert message["Subject"] == "Новый запрос № 1042"
    assert "Открыть: http://localhost/office/inquiries/1" in body(message, "plain")
    assert 'href="http://localhost/office/inquiries/1"' in body(message, "html")
    assert "Новый запрос № 1042" in body(message, "html")
    assert message["Message-ID"] == letter()["Message-ID"] != letter(key="k2")["Message-ID"]


def test_values_cannot_add_headers_or_markup(letter):
    message = letter(sentence="Hello\nBcc: everybody@example.com <b>bold</b>")
    assert message["Bcc"] is None
    assert "<b>bold" not in body(message, "html")


def test_plain_text_reads_like_a_letter():
    html = (
        "<title>no</title><h1>Hi</h1><p>One\n two.</p><dl><dt>City</dt><dd>Prague</dd></dl><a href='http://x/'>Go</a>"
        "<p><a href='http://x.example/'>x.example</a></p>"
    )
    assert plain_text(html) == "Hi\n\nOne two.\n\nCity: Prague\n\nGo: http://x/\n\nhttp://x.example/\n"


def test_a_folder_of_letters_that_mail_programs_can_open(app, letter, workplace):
    with connect(app.config["SETTINGS"]) as folder:
        folder.send(letter())
        folder.send(letter())  # tried again after its worker was killed: still one letter
    [path] = (workplace / "mail").iterdir()
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert (path.name, message["To"]) == ("k1.eml", "a@example.com")
    assert "Новый запрос № 1042" in body(message, "plain")


def test_a_batch_goes_through_one_connection(letter, transport, smtp):
    for n in range(3):
        transport.send(letter(key=f"k{n}"))
    assert (len(smtp.letters), smtp.connections) == (3, 1)
    assert smtp.letters[0]["Subject"] == "Новый запрос № 1042"


@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
@pytest.mark.parametrize(("answer", "permanent"), [("550 no such user", True), ("451 try later", False)])
def test_the_servers_code_decides_whether_to_try_again(letter, transport, smtp, verb, answer, permanent):
    smtp.answers[verb] = answer
    with pytest.raises(Refused) as refusal:
        transport.send(letter())
    assert (refusal.value.permanent, str(refusal.value)) == (permanent, answer)
    smtp.answers.clear()
    transport.send(letter())  # the next letter is not harmed by it
    assert len(smtp.letters) == 1


def test_a_server_that_hangs_is_left_alone(letter, transport, smtp, monkeypatch):
    monkeypatch.setattr(t, "TIMEOUT", 0.2)
    smtp.hangs = True
    with pytest.raises(Unreachable):
        transport.send(letter())


def test_a_server_that_knows_us_not_harms_no_letter(app, letter, smtp):
    smtp.answers["EHLO"] = "250-here\r\n250 AUTH PLAIN"
    smtp.answers["AUTH"] = "535 who are you"
    settings = replace(app.config["SETTINGS"], mail_url=smtp.url.replace("//", "//user:s%20ecret@"))
    with connect(settings) as transport, pytest.raises(Unreachable) as problem:
        transport.send(letter())
    assert "ecret" not in str(problem.value)


def test_an_unknown_kind_of_address_is_a_setting_at_fault(app):
    with pytest.raises(ConfigError):
        connect(replace(app.config["SETTINGS"], mail_url="pigeon://roof"))

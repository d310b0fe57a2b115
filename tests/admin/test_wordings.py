"""Owners' texts: written in the console they arrive in the right language; broken ones are refused; all go back."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from app import wordings as seam
from app.access.permissions import Permission
from app.admin.supervisor import texts_words
from app.channels.email import compose
from app.constants import AuditTag, SystemEvent
from app.constants import NotificationKind as Kind
from app.errors import RefusedMove
from app.extensions import db
from app.models import kept
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.wordings import Wording
from app.services import conversations, notifications, outbox, settings, undoing, wordings
from app.services.transaction import transaction
from app.services.wordings import trying
from app.tasks import dispatcher

RESET = "letter-password_reset"


class Room:
    """A browser of an owner on the pages of the texts."""

    def __init__(self, browser):
        self.browser = browser

    def page(self, key):
        return self.browser.get(f"/supervisor/texts/{key}/").get_data(as_text=True)

    def write(self, key, texts, version=None):
        """Save ``texts`` (name → text) as the page would: with all the others as they stand."""
        if version is None:
            version = re.search(r'name="version" value="(\d+)"', self.page(key))[1]
        shown = wordings.find(key).defaults | texts
        return self.browser.post(f"/supervisor/texts/{key}/", data={"version": version} | shown)


@pytest.fixture
def owner(build):
    return build.supervisor()


@pytest.fixture
def room(owner, browser_of):
    return Room(browser_of(owner))


@pytest.fixture
def letters(workplace):
    """``letters()``: what has left by mail, by its receiver."""

    def deliver():
        dispatcher.deliver_batch()
        files = (workplace / "mail").iterdir()
        found = [message_from_bytes(path.read_bytes(), policy=default) for path in files]
        return {str(message["To"]): message for message in found}

    return deliver


def name_of(key, role, locale="ru"):
    part = next(part for part in wordings.find(key).parts if role in part.roles)
    return part.names(locale)[0][0]


def own(key):
    db.session.rollback()
    return wordings.current(wordings.find(key))[0]


def html_of(message):
    return message.get_body(("html",)).get_content()


def test_every_text_can_be_sent_has_its_words_and_says_its_fields(context):
    """Whatever a colleague adds is either editable as it stands or fails here with its name."""
    for document in wordings.everything():
        assert wordings.problems(document, document.defaults) == {}, document.key
        assert document.word in texts_words.TITLES[document.group], f"{document.key}: name it in texts_words.py"
        assert len({texts_words.label(document, part) for part in document.parts}) == len(document.parts)
        for locale in ("ru", "en"):
            for name, said in wordings.example(document, {}, locale).items():
                assert said, name
                assert not re.search(r"[{}]|%\(", said), (document.key, said)
        unknown = {name for part in document.parts for name in part.fields} - set(texts_words.FIELDS)
        assert not unknown, f"{document.key}: what do {unknown} mean?"


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_every_letter_is_made_of_its_own_texts_and_of_nothing_else(context, locale):
    """Each part written anew stands in the letter, with values of the whole letter, and as words only."""
    for document in wordings.everything():
        if document.group != "letter" or document.word == "base":
            continue
        texts = {name: f"[{name}] A&B" for name, (_p, language, _f) in document.names.items() if language == locale}
        with force_locale(locale):
            seen = ""
            for yes in (True, False):
                values = trying.values(document.word, texts, locale) | {"added": yes, "on": yes, "count": 4, "shown": 1}
                values |= {"attachments": [("table.xlsx", "text/plain", b"x")]}
                key = {"address": "a@example.com", "locale": locale, "key": "k", "created_at": utcnow()}
                letter = compose(document.word, values=values, **key)
                seen += f"{letter['Subject']}\n{html_of(letter)}"
        parts = {name.split(".")[0] for name in texts}
        missing = [part for part in parts if f"[{part}." not in seen]
        assert missing == [], f"{document.key}: {[p.roles for p in document.parts if p.key in missing]}"


def test_a_letter_arrives_as_it_was_written_in_the_language_it_was_written_in(build, room, letters):
    subject, lead = name_of(RESET, "subject"), name_of(RESET, "text")
    texts = {subject: "Пароль, {{name}}?", lead: "{{ name }}, вот ссылка.\nОна <3 на два часа."}
    assert room.write(RESET, texts).status_code == 303
    for locale in ("ru", "en"):
        with transaction():
            user = build.client("Анна & Ко", email=f"{locale}@example.com", locale=locale)
            outbox.queue_email("password_reset", user=user, payload={"name": "Анна & Ко", "path": "/password/reset/x"})
    sent = letters()
    assert sent["ru@example.com"]["Subject"] == "Пароль, Анна & Ко?"
    assert "Анна &amp; Ко, вот ссылка.<br>Она &lt;3 на два часа." in html_of(sent["ru@example.com"])
    assert "http://localhost/password/reset/x" in html_of(sent["ru@example.com"])
    assert sent["en@example.com"]["Subject"] == "A new password for Otklik"


def test_a_sentence_that_counts_has_a_form_for_each_number(build, room):
    one, few, many = (name for name, _form in wordings.find("letter-message").parts[0].names("ru"))
    room.write("letter-message", {one: "Одно от {{name}}", few: "{{num}} штуки", many: "{{num}} штук"})
    said = {}
    for count in (1, 3, 11, 21):
        with force_locale("ru"):
            values = trying.values("message", None, "ru") | {"count": count, "name": "Пётр"}
            letter = compose(
                "message", address="a@example.com", locale="ru", key="k", values=values, created_at=utcnow()
            )
        said[count] = letter["Subject"]
    assert said == {1: "Одно от Пётр", 3: "3 штуки", 11: "11 штук", 21: "Одно от Пётр"}


def test_a_system_message_says_it_to_each_side_in_their_words(build, room, browser_of):
    chat = build.conversation()
    room.write("system-closed", {"client.ru": "Вы попрощались.", "other.ru": "Клиент с вами попрощался."})
    conversations.close(chat, actor=chat.client)
    page = browser_of(chat.client).get(f"/my/conversations/{chat.public_id}").get_data(as_text=True)
    assert "Вы попрощались." in page
    line = conversations.messages_since(chat, 0)[-1]
    assert line.body == SystemEvent.CLOSED, "the message itself holds no words, so old ones follow"
    assert conversations.payload(line, "ru", for_client=False)["body"] == "Клиент с вами попрощался."
    assert conversations.payload(line, "en", for_client=True)["body"] == "You ended the conversation."


@pytest.mark.parametrize(
    ("key", "role", "text", "said"),
    [
        (RESET, "subject", "Пароль для {{nmae}}", "{{nmae}}"),
        (RESET, "subject", "Пароль для {{name}", "две скобки"),
        (RESET, "text", "Нажмите <b>сюда</b>", "HTML"),
        (RESET, "button", "Ж" * 41, "Не больше 40"),
        ("letter-email_changed", "text", None, ""),
        ("notice-inquiry_corrected", "notice", "Запрос № {{number}} исправлен", "{{change}}"),
        ("notice-inquiry_new", "notice", "Запрос " + "очень " * 30 + "{{title}}", "Не больше 160"),
        ("telegram-accepted", "bot_line", "Принято! " * 25, "Не больше 180"),
    ],
)
def test_a_broken_text_is_refused_at_its_field_and_kept_as_typed(room, key, role, text, said):
    name = name_of(key, role)
    if text is None:  # the sentence with the address one can write to
        name, text, said = "49717554.ru", "Это были не вы? Напишите нам.", "{{site}}"
    answer = room.write(key, {name: text})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    error = re.search(rf'id="{name}-error" data-error>.*?<span>(.*?)</span>', page, re.DOTALL)
    assert said in error[1]
    assert own(key) == {}


def test_nothing_typed_becomes_html_even_if_it_stood_in_the_table(build, letters):
    with transaction() as session:
        name = name_of(RESET, "text")
        session.add(Wording(key=RESET, texts={name: "<script>alert(1)</script> {{name}} {{path}} {{secret}}"}))
    with transaction():
        payload = {"name": "<i>{{path}}</i>", "path": "/p"}
        outbox.queue_email("password_reset", user=build.client(email="a@example.com", locale="ru"), payload=payload)
    html = html_of(letters()["a@example.com"])
    assert "<script" not in html
    assert "&lt;i&gt;{{path}}&lt;/i&gt; /p" in html


def test_what_is_empty_or_as_the_program_has_it_is_no_own_text(room):
    subject = name_of(RESET, "subject")
    room.write(RESET, {subject: "Ваш пароль"})
    assert own(RESET) == {subject: "Ваш пароль"}
    room.write(RESET, {subject: "  "})
    assert own(RESET) == {}
    assert "{{service}}: новый пароль" in room.page(RESET)


def test_what_nobody_touched_is_no_own_text_whatever_spaces_stand_in_it(room):
    """«№ 1042» is kept together by a space of its own: that one is neither lost nor taken for a change."""
    key, number = "notice-inquiry_accepted", "№\xa0{{number}}"
    assert number in wordings.find(key).defaults["ru"]
    room.write(key, {"ru": f"{{{{name}}}} ждёт: {number}"})
    assert own(key) == {"ru": f"{{{{name}}}} ждёт: {number}"}
    room.write(key, {"ru": wordings.find(key).defaults["ru"].replace("\xa0", " ")})
    assert own(key) == {}, "copied through a program that knows no such space"


def test_it_goes_back_to_any_version_and_to_the_programs_own(room, owner):
    key, document = "notice-message", wordings.find("notice-message")
    for text in ("Вам пишет {{name}}", "Письмо от {{name}}", "{{name}} ждёт"):
        room.write(key, {"ru": text})
    db.session.rollback()
    first = wordings.versions(document)[-1]
    assert (first.texts, first.event.actor) == ({"ru": "Вам пишет {{name}}"}, owner)
    back = f"/supervisor/texts/{key}/back/"
    room.browser.post(back, data={"to": str(first.event.public_id)})
    assert own(key) == {"ru": "Вам пишет {{name}}"}
    room.browser.post(back)
    assert own(key) == {}
    with force_locale("ru"):
        assert notifications.sentence(Kind.MESSAGE, {"name": "Анна"}) == "Новое сообщение: Анна"
    assert len(wordings.versions(document)) == 5, "going back is a version, too"


def test_the_journal_takes_a_change_back_unless_a_later_one_stands_on_it(room, owner):
    key = "notice-message"
    room.write(key, {"ru": "Вам пишет {{name}}"})
    room.write(key, {"ru": "Вам пишет {{name}}", "en": "{{name}} writes"})
    room.write(key, {"ru": "Вам пишет {{name}}", "en": "{{name}} wrote"})
    db.session.rollback()
    found = sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.WORDING_CHANGED).order_by(AuditEvent.id)
    first, second, _third = db.session.scalars(found).all()
    with pytest.raises(RefusedMove):
        undoing.undo(second, actor=owner)
    undoing.undo(first, actor=owner)
    assert own(key) == {"en": "{{name}} wrote"}
    page = room.browser.get(f"/supervisor/journal/{first.public_id}/").get_data(as_text=True)
    assert "Текст, RU" in page
    assert "/supervisor/texts/notice-message/" in page


def test_of_two_owners_the_second_is_told_and_may_insist(room, build, browser_of):
    key = "notice-message"
    assert room.write(key, {"ru": "Вам пишет {{name}}"}, version=0).status_code == 303
    answer = Room(browser_of(build.supervisor())).write(key, {"ru": "Письмо: {{name}}"}, version=0)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Вам пишет {{name}}" in page
    assert "Письмо: {{name}}</textarea>" in page
    assert own(key) == {"ru": "Вам пишет {{name}}"}
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert room.write(key, {"ru": "Письмо: {{name}}"}, version=version).status_code == 303


@pytest.mark.every_database
def test_another_process_sees_it_within_two_seconds_and_sending_asks_nothing(context, count_queries, monkeypatch):
    def said():
        with force_locale("ru"):
            return notifications.sentence(Kind.SUPPORT_ANSWER, {})

    clock = [1000.0]
    monkeypatch.setattr(kept, "monotonic", lambda: clock[0])
    assert said() == "Поддержка ответила вам"
    with transaction() as session:  # not by our services: as another process would
        session.add(Wording(key="notice-support_answer", texts={"ru": "Мы ответили"}))
    with count_queries() as asked:
        assert said() == "Поддержка ответила вам"
    assert asked == []
    clock[0] += seam.FRESH
    assert said() == "Мы ответили"


def test_a_trial_letter_brings_what_is_typed_and_saves_nothing(room, owner, letters):
    subject = name_of(RESET, "subject", "en")
    answer = room.browser.post(
        f"/supervisor/texts/{RESET}/try/",
        data={subject: "For {{name}}", "in": "en"},
        headers={"Accept": "application/json"},
    )
    assert answer.json["ok"], answer.json
    assert letters()[owner.email]["Subject"] == "For Anna Sokolova"
    assert own(RESET) == {}
    assert room.browser.post("/supervisor/texts/notice-message/try/", check=False).status_code == 404


def test_the_preview_says_what_is_wrong_and_shows_a_letter_that_leads_nowhere(room):
    subject = name_of(RESET, "subject")
    url = f"/supervisor/texts/{RESET}/preview/"
    json = room.browser.post(url, data={subject: "Пароль, {{nmae}}"}, headers={"Accept": "application/json"}).json
    assert "{{nmae}}" in json["errors"][subject]
    json = room.browser.post(url, data={subject: "Пароль, {{name}}"}, headers={"Accept": "application/json"}).json
    assert (json["errors"], json["said"]["ru"]["subject"]) == ({}, "Пароль, Анна Соколова")
    frame = room.browser.get(f"/supervisor/texts/{RESET}/look/ru", check=False)
    assert "href" not in frame.get_data(as_text=True)
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert "allow-scripts" not in frame.headers["Content-Security-Policy"]


def test_the_way_out_of_letters_keeps_its_address_whatever_it_is_called(room):
    foot = name_of("letter-base", "foot")
    room.write("letter-base", {foot: "Больше не писать"})
    with force_locale("ru"):
        letter = compose(
            "message",
            address="a@example.com",
            locale="ru",
            key="k",
            values=trying.values("message", None, "ru"),
            created_at=utcnow(),
            unsubscribe="https://otklik.example/unsubscribe/t",
        )
    assert '<a href="https://otklik.example/unsubscribe/t" style="color:#54625f">Больше не писать</a>' in html_of(
        letter
    )


def test_the_list_is_searched_by_any_word_and_shows_what_is_changed_and_by_whom(room, owner):
    room.write("notice-message", {"ru": "Голубь прилетел от {{name}}"})
    found = room.browser.get("/supervisor/texts/?q=голубь").get_data(as_text=True)
    assert "Голубь прилетел от Анна Соколова" in found
    assert owner.name in found
    assert "letter-password_reset" not in found
    changed = room.browser.get("/supervisor/texts/?changed=1").get_data(as_text=True)
    assert changed.count('class="texts-line"') == 1


def test_the_permission_can_be_given_and_no_other_opens_the_texts(build, browser_of):
    editor, writer = browser_of(build.staff(Permission.TEXTS)), browser_of(build.staff(Permission.CONTENT))
    assert Room(editor).write("notice-message", {"ru": "Вам пишет {{name}}"}).status_code == 303
    assert writer.get("/supervisor/texts/").status_code == 403
    assert writer.post("/supervisor/texts/notice-message/back/").status_code == 403
    assert own("notice-message") == {"ru": "Вам пишет {{name}}"}
    assert editor.get("/supervisor/texts/letter-no_such/").status_code == 404


def test_whatever_is_sent_names_the_service_as_its_owners_do(context, owner):
    for key in ("name_ru", "name_en"):
        settings.change(key, "Новосёл", actor=owner)
    for document in wordings.everything():
        for locale in ("ru", "en"):
            with force_locale(locale):
                said = " ".join(wordings.example(document, {}, locale).values())
            assert not re.search(r"Otklik|\bОтклик\b", said), (document.key, said)
    with force_locale("ru"):
        values = trying.values("password_reset", None, "ru")
        letter = compose(
            "password_reset", address="a@example.com", locale="ru", key="k", values=values, created_at=utcnow()
        )
    assert letter["Subject"] == "Новосёл: новый пароль"


def test_a_preview_tells_nothing_of_the_program(room):
    """What is typed is shown before anybody has found fault with it."""
    name = name_of(RESET, "text")
    shown = room.browser.post(f"/supervisor/texts/{RESET}/preview/", data={name: "{{config}} {{request}} {{name}}"})
    assert shown.json["errors"].keys() == {name}
    assert "SECRET_KEY" not in shown.text and "&lt;Request" not in shown.text
    assert "Анна Соколова" in shown.json["said"]["ru"]["html"]

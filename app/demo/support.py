"""What stands at the support desk of the demo: somebody waits, something is in hand, something is settled."""

from datetime import timedelta

import sqlalchemy as sa

from app.constants import ConversationKind, MessageKind, SystemEvent
from app.demo.store import uuid_at
from app.extensions import db
from app.models.conversations import Conversation, Message
from app.models.ready_answers import ReadyAnswer
from app.models.support import SupportNote, Ticket
from app.services.texts import preview

ASKER, OPERATOR = "asker", "operator"

# (who asks, minutes ago it began, [(who, minutes after the last message, text)], taken?, closed?, a note)
ANNA = (
    1_500,
    [
        (ASKER, 0, "Здравствуйте! Я отправила запрос по Праге, а бюджет указала в евро. Риелторы это увидят?"),
        (OPERATOR, 6, "Анна, добрый день! Да, сумма и валюта видны в карточке запроса: до 28 000 Kč."),
        (OPERATOR, 1, "Если хотите уточнить, нажмите «Изменить» в запросе — риелторы сразу увидят новую редакцию."),
        (ASKER, 9, "Поняла, спасибо! А можно попросить не предлагать первый этаж?"),
        (OPERATOR, 3, "Конечно: это лучше написать в «Пожеланиях», их читают первыми."),
    ],
    True,
    False,
    "Бюджет поправили по телефону, проверить, что валюта верная.",
)
OTHERS = (
    (
        64,
        [
            (ASKER, 0, "Добрый день. Переезжаю, с понедельника работаю в другом городе. Как сменить город в кабинете?"),
            (ASKER, 4, "Принятые запросы при этом останутся?"),
        ],
        False,
        False,
        "",
    ),
    (
        23,
        [(ASKER, 0, "Второй день не приходят письма об откликах, на сайте отклики есть. Проверьте, пожалуйста.")],
        False,
        False,
        "",
    ),
    (8, [(ASKER, 0, "Как удалить старый запрос? Он уже не нужен.")], False, False, ""),
    (
        190,
        [
            (ASKER, 0, "Хочу скачать свои данные, где это?"),
            (OPERATOR, 4, "В профиле, внизу страницы: «Скачать мои данные». Файл соберётся сразу."),
            (ASKER, 6, "Нашёл, спасибо."),
        ],
        True,
        True,
        "",
    ),
)
READY = (
    ("Приветствие", "{{client_name}}, здравствуйте! Меня зовут {{my_name}}. Сейчас посмотрю."),
    ("Смена города", "{{client_name}}, город мы меняем сами. Напишите, с какого дня вы работаете в новом городе."),
    ("Нет писем", "{{client_name}}, письма уходят сразу. Загляните, пожалуйста, в «Спам» и проверьте почту в профиле."),
    ("Вопрос о запросе", "Вижу ваш запрос {{inquiry}}. Что в нём поправить?"),
    ("Прощание", "Рады были помочь! Если что-то останется, просто напишите сюда."),
)


# What realtors keep for themselves.
OWN = (
    ("Приветствие", "Здравствуйте, {{client_name}}! Меня зовут {{my_name}}. Ваш запрос: {{inquiry}}. Когда удобно?"),
    ("Ищу варианты", "{{client_name}}, спасибо, всё понятно. Сегодня подберу варианты и напишу."),
    ("Просмотр", "{{client_name}}, квартиру можно посмотреть на этой неделе. Какой день и время вам подходят?"),
    ("Документы для аренды", "Понадобятся паспорт и подтверждение дохода; депозит равен одному месяцу."),
)


def tell(world):
    """Add the rows to the world's store; whoever asks is chosen among its people."""
    staff = [realtor for place in world.places for realtor in place.staff]
    _own_answers(world, staff)
    askers = [staff[-1], *world.random.sample(world.clients, min(len(world.clients), len(OTHERS) - 1))]
    for person, (minutes, lines, taken, closed, note) in zip([world.anna, *askers], [ANNA, *OTHERS], strict=False):
        _conversation(world, person, minutes, lines, taken, closed, note)
    if db.session.scalar(sa.select(ReadyAnswer.id).limit(1)) is None:
        _ready(world, None, READY)


def _own_answers(world, staff):
    for n, realtor in enumerate(staff[:40]):
        if n % 3:
            _ready(world, realtor.id, OWN[: 2 + n % 3])


def _ready(world, user_id, answers):
    for position, (title, body) in enumerate(answers):
        made = {"public_id": uuid_at(world.begin, world.random), "updated_at": world.begin, "version": 1}
        world.store.add(ReadyAnswer, user_id=user_id, title=title, body=body, position=position, **made)


def _conversation(world, person, minutes, lines, taken, closed, note):
    at = begin = world.now - timedelta(minutes=minutes)
    told, operator = [], world.operators[0]
    for who, after, text in lines:
        at += timedelta(minutes=after)
        told.append((person if who == ASKER else operator, at, MessageKind.TEXT, text, None))
    if closed:
        at += timedelta(minutes=2)
        told.append((None, at, MessageKind.SYSTEM, str(SystemEvent.SUPPORT_CLOSED), {"name": operator.name}))
    conversation_id = _row(world, person, begin, told, operator, closed)
    first = next((at for who, at, *_ in told if who is operator), None)
    world.store.add(
        Ticket, conversation_id=conversation_id, opened_at=begin, taken_by_id=operator.id if taken else None,
        taken_at=first, first_response_at=first, closed_at=at if closed else None,
        closed_by_id=operator.id if closed else None,
    )  # fmt: skip
    if note:
        world.store.add(
            SupportNote, public_id=uuid_at(at, world.random), conversation_id=conversation_id,
            author_id=world.operators[1].id, body=note, created_at=at,
        )  # fmt: skip


def _row(world, person, begin, told, operator, closed):
    last, at, kind, text, _params = told[-1]
    waits = [said for who, said, *_ in told if who is person] if last is person else []
    own = [who is person for who, *_ in told if who]
    conversation_id = world.store.add(
        Conversation, public_id=uuid_at(begin, world.random), kind=ConversationKind.SUPPORT, inquiry_id=None,
        client_id=person.id, realtor_id=None, open=not closed, closed_by_id=operator.id if closed else None,
        closed_at=at if closed else None, last_seq=len(told), last_message_at=at,
        last_sender_id=last.id if last else None, last_kind=kind, last_preview=preview(text),
        client_messages=sum(own), realtor_messages=len(own) - sum(own),
        client_read_seq=len(told) - (person is world.anna),
        realtor_read_seq=len(told) if not waits else len(told) - len(waits),
        waiting_since=waits[0] if waits else None, created_at=begin,
    )  # fmt: skip
    for seq, (who, said, kind, text, params) in enumerate(told, start=1):
        world.store.add(
            Message, public_id=uuid_at(said, world.random), conversation_id=conversation_id, seq=seq,
            nonce=uuid_at(said, world.random), sender_id=who.id if who else None, kind=kind, body=text, params=params,
            created_at=said,
        )  # fmt: skip
    return conversation_id

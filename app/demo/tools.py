"""The owners' tools at work in a newcomer's demo: own fields, comments, a report, a page of a partner, a file,
and pairs to merge.
"""

from datetime import timedelta
from random import Random

import sqlalchemy as sa

from app.constants import CommentState, Deal, ExportKind, FieldKind, PropertyType
from app.demo import doubles
from app.demo.people import ANNA, MAREK
from app.demo.store import uuid_at
from app.extensions import db
from app.models.accounts import User
from app.models.articles import Article
from app.models.inquiries import Inquiry
from app.models.request_fields import RequestField
from app.services import comments, exports, partner_pages, quiet, reports, request_fields
from app.services.request_fields import editing
from app.services.transaction import transaction

NEWCOMER = 500  # inquiries: larger demos are there to be measured, and stay as they were

FIELDS = (
    {
        **{"kind": FieldKind.YES_NO, "label_ru": "Есть животные", "label_en": "Pets", "deals": [Deal.RENT]},
        **{"hint_ru": "Не все хозяева их пускают.", "hint_en": "Not every owner lets them in."},
    },
    {
        **{"kind": FieldKind.SEVERAL, "label_ru": "Должно быть рядом", "label_en": "Has to be near"},
        "options": [
            {"ru": ru, "en": en}
            for ru, en in (("метро", "metro"), ("парк", "park"), ("школа", "school"), ("море", "sea"))
        ],
    },
    {
        **{"kind": FieldKind.NUMBER, "label_ru": "До центра, не дольше", "label_en": "To the centre, at most"},
        **{"unit_ru": "мин", "unit_en": "min", "minimum": 5, "maximum": 120},
        "property_types": [PropertyType.APARTMENT, PropertyType.ROOM],
    },
)
SAID = (  # (who, days ago, words, what the owner decided)
    (ANNA, 3, "Спасибо! Про окна во двор не подумала бы сама, на показе сразу проверила.", CommentState.SHOWN),
    (MAREK, 2, "Добавлю: спросите, кто платит за счётчики. Об этом вспоминают в последний день.", CommentState.SHOWN),
    (MAREK, 0, "А в Брно к залогу часто просят ещё месяц вперёд.", CommentState.HIDDEN),
    (ANNA, 0, "Можно ли смотреть квартиру вечером, чтобы услышать соседей?", CommentState.WAITING),
)


def show(world):
    """What services/ can do, they do; where there are fields already, nothing happens."""
    if world.amounts.inquiries > NEWCOMER or db.session.scalar(sa.select(RequestField.id).limit(1)):
        return
    owner = db.session.get_one(User, world.owner.id)
    with quiet.quietly():
        _fields(world, owner)
        _discussion(world, owner)
        report = reports.save("Год по месяцам", _READY["months"], actor=owner)
        reports.change(report, {"pinned": True}, actor=owner)
        _partner_page(world, owner)
        doubles.tell(world, owner)
    export = {"title": "Запросы", "filters": {}, "timezone": str(world.zone)}
    exports.ask("inquiries_admin", "columns=all", ExportKind.XLSX, **export, actor=owner)


_READY = {name: words for name, (*_about, words) in reports.READY.items()}


def _fields(world, owner):
    for values in FIELDS:
        editing.save(None, values, actor=owner)
    chance = Random(world.amounts.seed)
    with transaction() as session:
        for inquiry in session.scalars(sa.select(Inquiry).order_by(Inquiry.number)).all():
            answers = {key: _answer(field, chance) for key, field in request_fields.known().items()}
            asked = request_fields.applying(answers, inquiry.deal, inquiry.property_type)
            inquiry.answers = {key: answer for key, answer in asked.items() if answer not in (None, [])}
            request_fields.index(inquiry)


def _answer(field, chance):
    """Two in three clients say something."""
    if chance.random() > 0.67:
        return None
    if field.kind == FieldKind.YES_NO:
        return chance.random() < 0.3
    if field.kind == FieldKind.NUMBER:
        return chance.choice((10, 15, 20, 30, 45))
    return [option.key for option in field.options if chance.random() < 0.4]


def _discussion(world, owner):
    article = db.session.scalar(sa.select(Article).where(Article.slug == "kak-vybrat-kvartiru"))
    chance = Random(world.amounts.seed)
    for (email, *_name), days, words, state in SAID:
        author = db.session.scalar(sa.select(User).where(User.email == email))
        at = world.now - timedelta(days=days, hours=2)
        said = comments.write(article, body=words, nonce=str(uuid_at(at, chance)), actor=author)
        if said.state != state:
            comments.put(said, {"state": state}, actor=owner)
        with transaction():
            said.created_at = at


def _partner_page(world, owner):
    place = world.places[0].place
    words = "Клиенты города пишут нам одним запросом, и его сразу видят все риелторы-партнёры."
    values = {"place": place, "locale": "ru", "title": f"Спрос на жильё: {place.name_ru}", "words": words}
    values |= {"invitation": "Присоединяйтесь: первые отклики приходят в день подключения.", "days": 90}
    partner_pages.create(values | {"contact": "owner@otklik.example"}, [], actor=owner)

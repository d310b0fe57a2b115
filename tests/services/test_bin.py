"""What is deleted holds no unique key: its name is free at once, and it comes back where nobody has taken it."""

import pytest
import sqlalchemy as sa

from app.access.permissions import Permission
from app.constants import ArticleSection, FieldKind, MenuPlace
from app.errors import RefusedMove
from app.extensions import db
from app.models.articles import Article
from app.models.audit import BinItem
from app.models.statistics import DailyCount
from app.services import (
    articles,
    bin,
    faq,
    inquiries,
    menus,
    partners,
    places,
    reports,
    request_fields,
    roles,
    statistics,
)
from app.services.request_fields import editing

PLACE = {"place": MenuPlace.FOOTER, "position": 1}


def field(actor):
    return editing.save(None, {"kind": FieldKind.YES_NO, "label_ru": "Кошки", "label_en": "Cats"}, actor=actor)


def article(actor):
    texts = {"title_ru": "Квартира", "body_ru": "Текст", "slug": "flat", "section": ArticleSection.BLOG}
    made = articles.save(None, texts, actor=actor)
    if db.session.scalar(sa.select(BinItem.id)) is None:
        articles.change(made, {"slug": "first"}, actor=actor)
        articles.change(made, {"slug": "flat"}, actor=actor)
    return made


MAKERS = {
    "field": (field, editing.remove),
    "article": (article, articles.remove),
    "menu": (
        lambda actor: menus.save(None, PLACE | {"label_ru": "Блог", "label_en": "Blog", "target": "/b"}, actor=actor),
        menus.remove,
    ),
    "report": (lambda actor: reports.save("Месяц", reports.READY["cities"][-1], actor=actor), reports.remove),
    "role": (
        lambda actor: roles.save(
            None, {"title_ru": "Аналитик", "title_en": "Analyst", "permissions": [Permission.STATISTICS]}, actor=actor
        ),
        roles.remove,
    ),
    "topic": (
        lambda actor: faq.save_topic(None, {"title_ru": "Счёт", "title_en": "Bill", "slug": "bill"}, actor=actor),
        faq.remove,
    ),
    "agency": (lambda actor: partners.create("Домус", actor=actor), partners.delete),
}
UNIQUE = ("field", "article", "topic", "agency")


@pytest.mark.parametrize("kind", MAKERS)
def test_the_name_of_what_is_deleted_is_free_and_it_comes_back_to_a_free_one(build, kind):
    owner, (make, remove) = build.supervisor(), MAKERS[kind]
    first = make(owner)
    remove(first, actor=owner)
    second = make(owner)
    [item] = db.session.scalars(sa.select(BinItem)).all()
    if kind in UNIQUE:
        with pytest.raises(RefusedMove, match="место заняла"):
            bin.restore(item, actor=owner)
        remove(second, actor=owner)
    bin.restore(item, actor=owner)
    db.session.rollback()
    assert item.object_id not in db.session.scalars(sa.select(BinItem.object_id)).all()


def test_a_field_that_is_back_is_asked_again_at_once(build):
    owner = build.supervisor()
    editing.remove(field(owner), actor=owner)
    assert request_fields.live() == ()
    bin.restore(db.session.scalars(sa.select(BinItem)).one(), actor=owner)
    assert [each.key for each in request_fields.live()] == ["cats"]


def test_a_former_address_of_a_deleted_article_is_free(build):
    owner = build.supervisor()
    articles.remove(article(owner), actor=owner)
    texts = {"title_ru": "Дом", "body_ru": "Текст", "slug": "first", "section": ArticleSection.BLOG}
    assert articles.save(None, texts, actor=owner).slug == "first"
    assert db.session.scalar(sa.select(Article.title_ru)) == "Дом"


def test_an_inquiry_comes_back_into_what_its_city_has_become(context, build):
    owner, stays, goes = build.supervisor(), build.city(), build.city("Брно")
    for city in (stays, goes):
        build.realtor(city=city)
    inquiry = build.inquiry(city=goes)
    statistics.rebuild([inquiry.published_day])
    inquiries.remove(inquiry, actor=owner)
    places.merge_cities(winner=stays, loser=goes, actor=owner)
    back = bin.restore(db.session.scalars(sa.select(BinItem)).one(), actor=owner)
    counted = sa.select(DailyCount.city_id).where(DailyCount.inquiries > 0)
    assert (back.city_id, db.session.scalars(counted).all()) == (stays.id, [stays.id])

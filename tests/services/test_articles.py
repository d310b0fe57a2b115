"""Articles: published when they should be, found at every address they had, taken back text by text."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import sqlalchemy as sa
from PIL import Image

from app.constants import ArticleSection, ArticleState, AuditTag
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.articles import ArticleVersion, Picture
from app.models.audit import AuditEvent, BinItem
from app.models.base import utcnow
from app.services import articles, bin, undoing
from app.services.transaction import transaction

TEXT = {"title_ru": "Как выбрать квартиру", "body_ru": "Сначала район.\n\nПотом цена.", "section": ArticleSection.BLOG}


@pytest.fixture
def owner(build):
    return build.supervisor()


def write(owner, **values):
    return articles.save(None, TEXT | values, actor=owner)


def latest(tag):
    return db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id.desc()))


def jpeg():
    out = BytesIO()
    Image.new("RGB", (900, 500), "teal").save(out, "JPEG")
    return BytesIO(out.getvalue())


@pytest.mark.every_database
def test_an_article_is_out_from_its_moment_on(owner):
    article = write(owner)
    assert (article.slug, article.state) == ("kak-vybrat-kvartiru", ArticleState.DRAFT)
    articles.publish(article, at=utcnow() + timedelta(hours=1), actor=owner)
    assert article.state == ArticleState.SCHEDULED and articles.published(article.slug) is None
    articles.change(article, {"publish_at": utcnow() - timedelta(seconds=1)}, actor=owner)
    assert articles.published(article.slug) is article
    articles.withdraw(article, actor=owner)
    assert articles.published(article.slug) is None


def test_what_is_out_has_a_text_under_each_title(owner):
    article = write(owner, title_en="How to choose a flat")
    with pytest.raises(InvalidInput) as wrong:
        articles.publish(article, actor=owner)
    assert wrong.value.field == "body_en"
    articles.write(article, {"title_en": ""}, actor=owner)
    articles.publish(article, actor=owner)
    with pytest.raises(InvalidInput):
        articles.write(article, {"body_ru": " "}, actor=owner)


@pytest.mark.every_database
def test_every_former_address_leads_to_the_present_one(owner):
    article = write(owner)
    articles.publish(article, actor=owner)
    for slug in ("flat", "choosing-a-flat"):
        articles.change(article, {"slug": slug}, actor=owner)
    assert articles.former("kak-vybrat-kvartiru") is articles.former("flat") is article
    other = write(owner, slug="flat")
    assert articles.former("flat") is None  # the new article has taken the word
    with pytest.raises(InvalidInput):
        articles.change(other, {"slug": "choosing-a-flat"}, actor=owner)
    articles.change(article, {"slug": "kak-vybrat-kvartiru"}, actor=owner)
    assert articles.former("kak-vybrat-kvartiru") is None


def test_texts_and_facts_are_taken_back(owner):
    article = write(owner)
    articles.write(article, {"body_ru": "Сначала деньги."}, actor=owner)
    undoing.undo(latest(AuditTag.ARTICLE_WRITTEN), actor=owner)
    assert article.body_ru == TEXT["body_ru"]
    articles.publish(article, actor=owner)
    undoing.undo(latest(AuditTag.ARTICLE_CHANGED), actor=owner)
    assert article.state == ArticleState.DRAFT
    first = sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.ARTICLE_WRITTEN).order_by(AuditEvent.id)
    with pytest.raises(RefusedMove):
        undoing.undo(db.session.scalars(first).first(), actor=owner)


def test_a_deleted_article_comes_back_whole(owner):
    article = write(owner)
    articles.write(article, {"title_en": "A flat", "body_en": "A district."}, actor=owner)
    key = article.public_id
    picture = articles.add_picture(key, "flat.jpg", jpeg(), actor=owner)
    articles.change(article, {"cover": picture.public_id}, actor=owner)
    articles.remove(article, actor=owner)
    with transaction():
        db.session.execute(sa.update(Picture).values(created_at=utcnow() - timedelta(days=9)))
    articles.sweep()
    back = bin.restore(db.session.scalar(sa.select(BinItem)), actor=owner)
    assert (back.public_id, back.cover, len(articles.versions(back))) == (key, picture.public_id, 2)


def test_what_hung_on_an_article_goes_with_it(owner, stored):
    article = write(owner)
    articles.add_picture(article.public_id, "flat.jpg", jpeg(), actor=owner)
    assert len(stored()) == 2
    articles.remove(article, actor=owner)
    with transaction() as session:
        session.execute(sa.delete(BinItem))
        session.execute(sa.update(Picture).values(created_at=utcnow() - timedelta(days=9)))
    assert articles.sweep() == 1
    assert stored() == [] and db.session.scalar(sa.select(sa.func.count()).select_from(ArticleVersion)) == 0


def test_saved_twice_it_is_made_once(owner):
    key = uuid4()
    assert articles.save(None, TEXT, actor=owner, key=key) is articles.save(None, TEXT, actor=owner, key=key)


def test_only_own_pictures_are_shown_and_nothing_runs():
    source = (
        '## Раздел\n\n![вид](https://spy.example/x.png)\n\n<script>alert(1)</script>\n\n![вид](/pictures/{} "Окно")'
    )
    key = "0190b1f0-0000-7000-8000-000000000000"
    html = str(articles.render(source.format(key)))
    assert "spy.example" not in html and "<script" not in html
    assert f'src="/pictures/{key}"' in html and '<span class="caption">Окно</span>' in html
    assert '<h2 id="s-раздел">' in html


def test_what_changed_is_told_by_words(owner):
    article = write(owner)
    articles.write(article, {"body_ru": "Сначала большой район.\n\nПотом цена."}, actor=owner)
    new, old = articles.versions(article)
    [(name, lines)] = articles.differences(old, new)
    assert name == "body_ru"
    assert lines[0] == ("line", [("same", "Сначала"), ("new", " большой"), ("same", " район.")])
    assert lines[1] == ("same", 1)


@pytest.mark.parametrize("typed", ["документы для аренды", "документ в аренду", "докумнты"])
def test_the_knowledge_base_finds_by_other_forms_of_a_word(owner, typed):
    found = write(owner, title_ru="Документы для аренды в Праге", body_ru="Паспорт.", section=ArticleSection.KNOWLEDGE)
    for each in (found, write(owner)):
        articles.publish(each, actor=owner)
    assert articles.search(typed)[0] is found

"""Questions are found as people type them, are written in two languages, and come from the old page if there is one."""

import pytest
import sqlalchemy as sa

from app.constants import AuditTag
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.content import Page, PageVersion
from app.models.faq import FaqQuestion, FaqTopic
from app.services import faq
from app.services.transaction import transaction

ANSWER = {"answer_ru": "Так\n", "answer_en": "So\n", "question_en": "How?"}


@pytest.mark.parametrize(
    "typed, found",
    [
        ("сколько стоит", "Сколько это стоит?"),
        ("стоимость", "Сколько это стоит?"),
        ("риелторы видят телефоны", "Риелторы увидят мой телефон?"),
        ("мне никто не отвечает", "Когда мне ответят?"),
        ("удалит акаунт", "Как удалить аккаунт?"),
        ("пороль забыла", "Не получается войти. Что делать?"),
        ("нашёл квартиру", "Я нашёл жильё. Что делать?"),
        ("нашел жилье", "Я нашёл жильё. Что делать?"),
        ("удал", "Как удалить аккаунт?"),
        ("delete account", "Как удалить аккаунт?"),
    ],
)
def test_what_is_typed_finds_its_answer_first(context, typed, found):
    assert faq.search(typed)[0].question_ru == found


@pytest.mark.parametrize("typed", ["", "   ", "как", "и что", "ремонт велосипедов", "???", "q" * 5000])
def test_what_has_no_answer_finds_none(context, typed):
    assert faq.search(typed) == []


def test_a_hidden_question_is_not_found_and_not_shown(build):
    [question] = faq.search("сколько стоит", limit=1)
    faq.save_question(question, {"visible": False}, actor=build.supervisor())
    assert question not in faq.search("сколько стоит")
    assert question not in [each for _topic, questions in faq.topics() for each in questions]


def test_owners_write_questions_in_both_languages_and_the_journal_knows(build):
    actor = build.supervisor()
    topic = faq.save_topic(None, {"title_ru": "Оплата", "title_en": "Payment", "slug": "Payment"}, actor=actor)
    values = {"topic": topic, "question_ru": "Можно ли картой?", "words": "visa, мир"} | ANSWER
    question = faq.save_question(None, values, actor=actor)
    assert topic.slug == "payment" and faq.search("Visa")[0].id == question.id
    with pytest.raises(InvalidInput) as wrong:
        faq.save_question(question, {"answer_en": " "}, actor=actor)
    assert wrong.value.field == "answer_en"
    with pytest.raises(InvalidInput):
        faq.save_topic(None, {"title_ru": "Ещё", "title_en": "More", "slug": "payment"}, actor=actor)
    with pytest.raises(RefusedMove):
        faq.remove(topic, actor=actor)
    faq.remove(question, actor=actor)
    faq.remove(topic, actor=actor)
    changed = sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.tag == AuditTag.FAQ_CHANGED)
    assert db.session.scalar(changed) == 4


def test_what_owners_had_written_on_the_old_page_moves_here(context):
    texts = {"title_ru": "Частые вопросы", "title_en": "Questions", "version": 2}
    with transaction() as session:
        page = Page(
            slug="faq",
            body_ru="## Где вы?\n\nВ Праге\n\n## А летом?\n\nТам же\n",
            body_en="## Where?\n\nPrague\n",
            **texts,
        )
        session.add(page)
        session.flush()
        session.add(PageVersion(page_id=page.id, body_ru="", body_en="", **texts))
    [(topic, questions)] = faq.topics()
    assert topic.title_ru == "Частые вопросы"
    assert [(each.question_ru, each.question_en) for each in questions] == [
        ("Где вы?", "Where?"),
        ("А летом?", "А летом?"),
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Page).where(Page.slug == "faq")) == 0


@pytest.mark.every_database
def test_the_questions_of_the_program_are_loaded_once(context):
    faq.topics()
    faq.load_defaults()
    topics = db.session.scalars(sa.select(FaqTopic.slug).order_by(FaqTopic.position)).all()
    assert topics == ["inquiry", "chat", "account", "realtors"]
    for question in db.session.scalars(sa.select(FaqQuestion)):
        assert "<!--" not in question.answer_ru + question.answer_en

"""Frequent questions: by topic, found by typing (word forms, ё and slips of the keyboard aside), written by owners."""

import re
from pathlib import Path

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.constants import LOCALES, AuditTag
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.articles import Article
from app.models.content import Page, PageVersion
from app.models.faq import FaqQuestion, FaqTopic
from app.services import audit, bin, relevance
from app.services.content import render_markdown
from app.services.transaction import insert_once, transaction

DEFAULTS = Path(__file__).parent.parent / "content_defaults"
TEXTS = ("question_ru", "answer_ru", "question_en", "answer_en")
TOPIC = re.compile(r"^# +([a-z-]+): *(.+)$", re.MULTILINE)
QUESTION = re.compile(r"^## +(.+)$", re.MULTILINE)
WORDS = re.compile(r"\A\s*<!-- *(.*?) *-->")
LONGEST = relevance.LONGEST


def topics():
    """``[(FaqTopic, [FaqQuestion])]`` as readers see them; topics without a question stay away."""
    found, visible = _topics(), _visible()
    grouped = [(topic, [each for each in visible if each.topic_id == topic.id]) for topic in found]
    return [(topic, questions) for topic, questions in grouped if questions]


def first(count):
    """The first questions of all."""
    return [question for _topic, questions in topics() for question in questions][:count]


def _topics():
    query = sa.select(FaqTopic).order_by(FaqTopic.position, FaqTopic.id)
    found = db.session.scalars(query).all()
    if not found:
        load_defaults()
        found = db.session.scalars(query).all()
    return found


def _visible():
    return db.session.scalars(
        sa.select(FaqQuestion).where(FaqQuestion.visible).order_by(FaqQuestion.position, FaqQuestion.id)
    ).all()


def said(question):
    """``(question, answer as HTML)`` in the current language."""
    locale = str(get_locale())
    return getattr(question, f"question_{locale}"), render_markdown(getattr(question, f"answer_{locale}"))


# Search


def search(text, limit=8):
    """The questions that ``text`` may mean, the likeliest first; none for a text without a meaning."""
    _topics()
    return relevance.best(text, _visible(), _words, limit)


def _words(question):
    heading = f"{question.question_ru} {question.question_en} {question.words}"
    return heading, f"{question.answer_ru} {question.answer_en}"


# What owners write


def save_topic(topic, values, *, actor):
    """Make (None) or change a topic. Raises InvalidInput."""
    values = {**values, "slug": _slug(values.get("slug", topic.slug if topic else ""), topic)}
    return _save(topic or FaqTopic(version=0), values, actor)


def save_question(question, values, *, actor):
    for name in TEXTS:
        if name in values and not values[name].strip():
            raise InvalidInput(_l("Write something here."), field=name)
    if "topic" in values:
        values = {**values, "topic_id": values["topic"].id}
        del values["topic"]
    return _save(question or FaqQuestion(version=0), values, actor)


def remove(row, *, actor):
    with transaction() as session:
        row = session.get_one(type(row), row.id)
        if isinstance(row, FaqTopic) and _is_used(session, row):
            raise RefusedMove(_l("There are questions or articles in this topic. Move them first."))
        audit.record(AuditTag.FAQ_CHANGED, row, actor=actor, old={"title": str(row)}, new={})
        bin.put(row, actor=actor)


def _is_used(session, topic):
    rows = (sa.select(model.id).where(model.topic_id == topic.id).limit(1) for model in (FaqQuestion, Article))
    return any(session.scalar(row) for row in rows)


def _slug(text, topic):
    slug = text.strip().casefold()
    if not re.fullmatch(r"[a-z0-9-]{1,60}", slug):
        raise InvalidInput(_l("Latin letters, digits and hyphens only."), field="slug")
    taken = db.session.scalar(sa.select(FaqTopic.id).where(FaqTopic.slug == slug))
    if taken and (topic is None or taken != topic.id):
        raise InvalidInput(_l("There is such a topic already."), field="slug")
    return slug


def _save(row, values, actor):
    with transaction() as session:
        new_row = row.id is None
        old, new = ({}, {name: audit.plain(value) for name, value in values.items()})
        if not new_row:
            old, new = audit.changes(row, values)
        if not new:
            return row
        session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        session.flush()
        audit.record(AuditTag.FAQ_CHANGED, row, actor=actor, old=old, new=new)
    return row


# What the program brings


def load_defaults():
    """Fill an empty FAQ with the program's own questions, or with those of the page that held them before."""
    some = sa.select(FaqTopic.id).limit(1)
    if db.session.scalar(some):  # a look that costs no turn to write
        return
    with transaction() as session:
        if session.scalar(some):
            return
        page = session.scalar(sa.select(Page).where(Page.slug == "faq"))
        for position, topic in enumerate(_of_page(page) if page and page.version > 1 else _of_files()):
            _add_topic(session, position, topic)
        if page:
            session.execute(sa.delete(PageVersion).where(PageVersion.page_id == page.id))
            session.delete(page)


def _add_topic(session, position, topic):
    values = {"slug": topic["slug"], "position": position, **{f"title_{code}": topic[code][0] for code in LOCALES}}
    if not insert_once(FaqTopic, values, ["slug"]):
        return  # another process has just loaded it
    topic_id = session.scalar(sa.select(FaqTopic.id).where(FaqTopic.slug == topic["slug"]))
    for n, ((question_ru, body_ru), (question_en, body_en)) in enumerate(
        zip(topic["ru"][1], topic["en"][1], strict=True)
    ):
        words = ", ".join(found[1] for body in (body_ru, body_en) if (found := WORDS.match(body)))
        session.add(
            FaqQuestion(
                topic_id=topic_id,
                position=n,
                words=words,
                question_ru=question_ru,
                question_en=question_en,
                answer_ru=WORDS.sub("", body_ru).strip() + "\n",
                answer_en=WORDS.sub("", body_en).strip() + "\n",
            )
        )


def _of_files():
    """``{"slug", "ru": (title, [(question, answer)]), "en": …}`` of each topic of content_defaults/faq.*.md."""
    read = {locale: TOPIC.split((DEFAULTS / f"faq.{locale}.md").read_text("utf-8"))[1:] for locale in LOCALES}
    for n in range(0, len(read["ru"]), 3):
        yield {"slug": read["ru"][n]} | {
            code: (parts[n + 1].strip(), _pairs(parts[n + 2])) for code, parts in read.items()
        }


def _of_page(page):
    """What owners had made of the one page, as one topic; a question without its other language keeps its own."""
    found = {locale: _pairs(getattr(page, f"body_{locale}")) for locale in LOCALES}
    longest = max(found.values(), key=len)
    for pairs in found.values():
        pairs.extend(longest[len(pairs) :])
    yield {"slug": "questions"} | {code: (getattr(page, f"title_{code}"), pairs) for code, pairs in found.items()}


def _pairs(markdown):
    parts = QUESTION.split(markdown)[1:]
    return [(title.strip()[:200], body.strip()) for title, body in zip(parts[::2], parts[1::2], strict=True)]

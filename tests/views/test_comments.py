"""Discussions under articles: who says what, who sees it, and what owners do about it."""

import re
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.constants import ArticleSection, AuditTag, CommentState
from app.errors import RefusedMove, TooMany
from app.extensions import db
from app.models.audit import AuditEvent, BinItem
from app.models.comments import Comment, Silence
from app.models.notifications import Notification
from app.services import accounts, articles, comments, settings, undoing


@pytest.fixture
def owner(build):
    return build.supervisor(name="Владимир Лебедев")


@pytest.fixture
def article(owner):
    texts = {"title_ru": "Квартира", "body_ru": "Текст", "slug": "flat", "section": ArticleSection.BLOG}
    return articles.publish(articles.save(None, texts, actor=owner), actor=owner)


def say(article, actor, body="Спасибо!", **more):
    return comments.write(article, body=body, nonce=uuid4(), actor=actor, **more)


def page_of(browser, address="/blog/flat"):
    db.session.rollback()
    return browser.get(address).get_data(as_text=True)


def told(user):
    return [each.kind for each in db.session.scalars(sa.select(Notification).where(Notification.user_id == user.id))]


def test_a_comment_waits_for_an_owner_and_then_stands_under_a_first_name(article, owner, build, visitor, browser_of):
    anna = build.client("Анна Петрова")
    browser, desk = browser_of(anna), browser_of(owner)
    nonce = re.search(r'name="nonce" value="([^"]+)"', page_of(browser))[1]
    for _twice in range(2):
        sent = {"body": "А залог вернут?", "nonce": nonce}
        assert browser.post(f"/articles/{article.public_id}/comments", data=sent).status_code == 303
    db.session.rollback()
    comment = db.session.scalars(sa.select(Comment)).one()
    assert "А залог вернут?" in page_of(browser) and "А залог вернут?" not in page_of(visitor)
    assert told(owner) == ["comment_new"]
    assert "А залог вернут?" in page_of(desk, "/supervisor/comments/")
    desk.post(f"/supervisor/comments/{comment.public_id}/approve/")
    page = page_of(visitor)
    assert "А залог вернут?" in page and "<b>Анна</b>" in page and "Петрова" not in page


def test_an_answer_is_told_to_whom_it_answers_once_it_is_shown(article, owner, build):
    anna, oleg = build.client("Анна"), build.client("Олег")
    first = say(article, anna)
    comments.decide(first, CommentState.SHOWN, actor=owner)
    answer = say(article, oleg, "И мне", parent=first.public_id)
    assert told(anna) == []
    comments.decide(answer, CommentState.SHOWN, actor=owner)
    assert told(anna) == ["comment_answered"]
    again = say(article, owner, "Рады помочь", parent=answer.public_id)
    assert again.parent == first.public_id and told(oleg) == ["comment_answered"]
    [(top, answers)] = comments.under(article, actor=None)
    assert top is first and answers == [answer, again]


def test_a_known_reader_is_shown_at_once(article, owner, build):
    settings.change("comments_trusted_after", 1, actor=owner)
    anna = build.client()
    comments.decide(say(article, anna), CommentState.SHOWN, actor=owner)
    assert say(article, anna).state == CommentState.SHOWN
    settings.change("comments_trusted_after", 0, actor=owner)
    assert say(article, anna).state == CommentState.WAITING


def test_a_reported_comment_comes_before_the_owners_and_can_be_hidden_and_shown(article, owner, build, browser_of):
    comment = say(article, owner, "Спорное")
    for _twice in range(2):
        browser_of(build.client()).post(f"/comments/{comment.public_id}/report")
    desk = browser_of(owner)
    assert "Спорное" in page_of(desk, "/supervisor/comments/")
    desk.post(f"/supervisor/comments/{comment.public_id}/hide/")
    db.session.rollback()
    db.session.refresh(comment)
    assert comments.under(article, actor=None) == [] and comments.waiting_count() == 0
    undoing.undo(
        db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.COMMENT_MODERATED)), actor=owner
    )
    assert comments.under(article, actor=None)


def test_the_silenced_and_the_late_are_told_why(article, owner, build, browser_of):
    anna = build.client()
    waiting = say(article, anna)
    comments.silence(anna, True, actor=owner)
    assert waiting.state == CommentState.REJECTED
    with pytest.raises(RefusedMove):
        say(article, anna)
    event = sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.COMMENTER_SILENCED)
    undoing.undo(db.session.scalar(event), actor=owner)
    browser = browser_of(anna)
    browser_of(owner).post(f"/supervisor/articles/{article.public_id}/discussion/")
    assert "Ваш комментарий" not in page_of(browser)
    answer = browser.post(f"/articles/{article.public_id}/comments", data={"body": "Но всё же", "nonce": uuid4()})
    assert answer.status_code == 409 and "Обсуждение этой статьи закрыто" in answer.get_data(as_text=True)


def test_what_is_refused_stays_in_the_form(article, build, browser_of):
    sent = {"body": "я" * 2001, "nonce": uuid4()}
    answer = browser_of(build.client()).post(f"/articles/{article.public_id}/comments", data=sent)
    assert answer.status_code == 422 and "я" * 2001 in answer.get_data(as_text=True)


def test_nobody_floods(article, build, limits):
    anna = build.client()
    with pytest.raises(TooMany):
        for _each in range(6):
            say(article, anna)


def test_only_the_own_comment_is_deleted_and_owners_bring_it_back(article, owner, build, browser_of):
    anna = build.client()
    comment = say(article, anna)
    comments.decide(comment, CommentState.SHOWN, actor=owner)
    address = f"/comments/{comment.public_id}/delete"
    assert browser_of(build.client()).post(address).status_code == 403
    assert browser_of(anna).post(address).status_code == 303
    db.session.rollback()
    assert comments.under(article, actor=None) == []
    last = sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.COMMENT_MODERATED).order_by(AuditEvent.id.desc())
    undoing.undo(db.session.scalars(last).first(), actor=owner)
    assert len(comments.under(article, actor=None)) == 1


def test_a_waiting_comment_does_not_exist_for_others(article, build, browser_of):
    comment = say(article, build.client())
    assert browser_of(build.client()).post(f"/comments/{comment.public_id}/report").status_code == 404


def test_the_account_takes_its_words_along_and_leaves_no_name(article, owner, build, visitor):
    anna = build.client("Анна Петрова")
    comments.decide(say(article, anna, "Показанное"), CommentState.SHOWN, actor=owner)
    comments.remove(say(article, anna, "Удалённое"), actor=anna)
    say(article, anna, "Ждущее")
    assert [each["body"] for each in accounts.export(actor=anna)["comments"]] == ["Показанное", "Ждущее"]
    accounts.delete_account(anna.email, actor=anna)
    page = page_of(visitor)
    assert "Показанное" in page and "Удалённый пользователь" in page and "Анна" not in page
    assert db.session.scalar(sa.select(BinItem)) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 1


def test_the_queue_goes_on_and_asks_once_for_all_authors(article, owner, build, browser_of, statements, monkeypatch):
    monkeypatch.setattr(comments, "AT_ONCE", 4)
    people = [build.client() for _ in range(6)]
    for n, person in enumerate(people):
        db.session.add(
            Comment(
                article=article.public_id,
                author_id=person.id,
                nonce=uuid4(),
                body=f"Слово {n}.",
                state=CommentState.WAITING,
            )
        )
    db.session.add(Silence(user_id=people[5].id))
    db.session.commit()
    desk, words = browser_of(owner), re.compile(r"Слово \d")

    def asked(address):
        db.session.rollback()
        with statements() as seen:
            page = desk.get(address).text
        return page, len(seen)

    first, cost = asked("/supervisor/comments/")
    assert words.findall(first) == [f"Слово {n}" for n in (5, 4, 3, 2)]
    assert "/unsilence/" in first
    earlier = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second, _cost = asked(earlier)
    assert words.findall(second) == ["Слово 1", "Слово 0"] and 'rel="next"' not in second
    monkeypatch.setattr(comments, "AT_ONCE", 1)
    assert asked("/supervisor/comments/")[1] == cost


def test_an_answer_that_is_refused_stays_an_answer(article, owner, build, browser_of):
    comment = say(article, owner, "Спрашивайте")
    browser = browser_of(build.client("Анна Петрова"))
    sent = {"body": "б" * 2001, "nonce": uuid4(), "parent": comment.public_id}
    page = browser.post(f"/articles/{article.public_id}/comments", data=sent).get_data(as_text=True)
    own = re.search(rf'<textarea[^>]*id="answer-{comment.public_id}"[^>]*>([^<]*)<', page)
    assert own[1] == sent["body"] and f'id="answer-{comment.public_id}-error"' in page
    assert 'id="comment-error"' not in page

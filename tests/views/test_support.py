import pytest

from app.constants import MessengerKind
from app.services import content

PAGES = (
    "/support",
    "/support/about",
    "/support/contacts",
    "/support/cooperation",
    "/support/sign-in",
    "/support/faq",
    "/support/chat",
    "/terms",
    "/privacy",
    "/privacy/policy",
)


def text_of(response):
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_for_everybody_in_both_languages(visitor, path):
    russian = text_of(visitor.get(path))
    english = text_of(visitor.get(path, headers={"Accept-Language": "en"}))
    assert 'lang="ru"' in russian and 'lang="en"' in english
    assert russian != english


def test_the_section_is_reached_from_the_menu_and_leads_everywhere(visitor):
    page = text_of(visitor.get("/support"))
    assert all(f'href="{path}"' in page for path in PAGES)
    assert 'aria-current="page"' in page


def test_contacts_open_the_messengers_the_owners_named(visitor, build):
    actor = build.supervisor()
    content.add_messenger_link({"kind": MessengerKind.TELEGRAM, "url": "https://t.me/otklik"}, actor=actor)
    content.add_messenger_link({"kind": MessengerKind.PHONE, "url": "+74950000000"}, actor=actor)
    page = text_of(visitor.get("/support/contacts"))
    assert 'href="https://t.me/otklik" target="_blank" rel="noopener"' in page
    assert 'href="tel:+74950000000"' in page and "+7 495 000-00-00" in page
    assert "instagram" not in page.lower()


def test_contacts_without_messengers_still_give_the_mail(visitor):
    assert 'href="mailto:hello@otklik.example"' in text_of(visitor.get("/support/contacts"))


def test_the_infographic_is_words_not_a_picture(visitor):
    page = text_of(visitor.get("/support/about"))
    assert "Снять квартиру, Прага" in page and "Что происходит по минутам" in page
    assert "<img" not in page


def test_questions_unfold_without_a_script(visitor):
    assert "<summary><h3" in text_of(visitor.get("/support/faq"))


def test_what_owners_write_is_shown_at_once(visitor, build):
    content.save_page("cooperation", {"body_ru": "Звоните **нам**\n"}, actor=build.supervisor())
    assert "Звоните <strong>нам</strong>" in text_of(visitor.get("/support/cooperation"))


def test_an_earlier_edition_stays_readable_and_says_so(visitor, build):
    content.save_page("privacy", {"body_ru": "Совсем другое согласие\n"}, actor=build.supervisor())
    now, before = text_of(visitor.get("/privacy")), text_of(visitor.get("/privacy/1"))
    assert "Совсем другое согласие" in now and 'href="/privacy/1"' in now
    assert "Совсем другое согласие" not in before
    assert "Это одна из прежних редакций." in before
    assert visitor.get("/privacy/3").status_code == 404

import pytest

from app.constants import AuditTag, MessengerKind
from app.errors import InvalidInput, NotFound
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.content import MessengerLink, Page, PageVersion
from app.services import content, settings


def events(tag):
    return db.session.scalars(db.select(AuditEvent).where(AuditEvent.tag == tag)).all()


@pytest.mark.every_database
def test_the_texts_the_program_brings_are_there_in_both_languages(context):
    for slug in content.SLUGS:
        russian, english = content.page(slug, "ru"), content.page(slug, "en")
        assert russian.title != english.title and russian.version == english.version == 1
        assert len(russian.html) > 100 and len(english.html) > 100


def test_defaults_never_overwrite_what_owners_wrote(build):
    content.save_page("about", {"title_ru": "Мы"}, actor=build.supervisor())
    content.load_defaults()
    assert content.page("about", "ru").title == "Мы"
    assert db.session.scalar(db.select(db.func.count()).select_from(Page)) == len(content.SLUGS)


def test_an_unknown_page_is_not_found(context):
    with pytest.raises(NotFound):
        content.page("no-such", "ru")


def test_every_saved_text_becomes_a_version_that_stays(build):
    actor, first = build.supervisor(), content.page("terms", "ru")
    content.save_page("terms", {"body_ru": "Новые условия\n"}, actor=actor)
    assert content.current_version("terms") == 2
    assert content.page("terms", "ru").source == "Новые условия\n"
    assert content.page_version("terms", 1, "ru").source == first.source
    (event,) = events(AuditTag.PAGE_CHANGED)
    assert event.data == {"slug": "terms", "version": 2} and event.actor_id == actor.id


def test_saving_the_same_text_makes_no_version(build):
    content.save_page("about", {"title_ru": content.page("about", "ru").title}, actor=build.supervisor())
    assert content.current_version("about") == 1
    assert events(AuditTag.PAGE_CHANGED) == []


def test_an_empty_text_is_refused_at_its_field(build):
    with pytest.raises(InvalidInput) as refused:
        content.save_page("about", {"body_en": "  \n"}, actor=build.supervisor())
    assert refused.value.field == "body_en"


def test_only_documents_show_their_past(build):
    content.page("about", "ru")
    assert db.session.scalar(db.select(PageVersion).limit(1)) is not None
    with pytest.raises(NotFound):
        content.page_version("about", 1, "ru")
    with pytest.raises(NotFound):
        content.page_version("terms", 9, "ru")


def test_documents_name_the_company_as_the_settings_do(build):
    assert "[заполните реквизиты]" in content.page("privacy", "ru").html
    settings.change("company_details", "ООО «Пример», ИНН 0000000000", actor=build.supervisor())
    settings.change("contact_email", "data@example.org", actor=build.supervisor())
    text = content.page("privacy", "ru").html
    assert "ИНН 0000000000" in text
    assert 'href="mailto:data@example.org"' in text
    assert "{" not in text


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        "[press](javascript:alert)",
        '<a href="data:text/html,x">x</a>',
        '<p style="color:red" onclick="x()">x</p>',
        "<iframe src='https://evil.example'></iframe>",
    ],
)
def test_markdown_brings_no_scripts(source):
    html = content.render_markdown(source)
    for bad in ("<script", "onerror", "onclick", "javascript:", "data:", "style=", "<iframe", "<img"):
        assert bad not in html


def test_markdown_leaves_the_first_heading_to_the_page():
    html = content.render_markdown("# Big\n\n## Small\n\n| a | b |\n| - | -: |\n| 1 | 2 |")
    assert "<h1" not in html and "<h2>Big</h2>" in html
    assert '<div class="scroll-x" tabindex="0"><table>' in html


def test_messenger_links_are_shown_in_order_unless_hidden(build):
    actor = build.supervisor()
    late = content.add_messenger_link(
        {"kind": MessengerKind.TELEGRAM, "url": "https://t.me/otklik", "position": 2}, actor=actor
    )
    content.add_messenger_link({"kind": MessengerKind.PHONE, "url": "+7 (495) 000-00-00", "position": 1}, actor=actor)
    assert [link.url for link in content.messenger_links()] == ["tel:+74950000000", "https://t.me/otklik"]
    content.change_messenger_link(late, {"visible": False}, actor=actor)
    assert [link.url for link in content.messenger_links()] == ["tel:+74950000000"]
    assert events(AuditTag.MESSENGER_LINK_CHANGED)[-1].data == {"old": {"visible": True}, "new": {"visible": False}}
    content.remove_messenger_link(late, actor=actor)
    assert db.session.scalar(db.select(db.func.count()).select_from(MessengerLink)) == 1


@pytest.mark.parametrize(
    "kind, url",
    [
        (MessengerKind.TELEGRAM, "javascript:alert(1)"),
        (MessengerKind.WHATSAPP, "http://wa.me/1"),
        (MessengerKind.INSTAGRAM, 'https://a.example/"onload='),
        (MessengerKind.PHONE, "call me"),
    ],
)
def test_a_link_that_leads_astray_is_refused(build, kind, url):
    with pytest.raises(InvalidInput) as refused:
        content.add_messenger_link({"kind": kind, "url": url}, actor=build.supervisor())
    assert refused.value.field == "url"
    assert content.messenger_links() == []

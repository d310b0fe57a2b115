"""Templates that stand compiled for one language say what they said when every word was looked up."""

import pytest
from flask_babel import force_locale
from markupsafe import Markup

from app.icons import icon


@pytest.fixture
def written(app, tmp_path):
    """``written(source, **values)``: the page of a template file in the current language."""
    loader = app.jinja_env.loader
    names = iter(range(100))

    def write(source, suffix="html", **values):
        name = f"words-{tmp_path.name}-{next(names)}.{suffix}"
        get_source = loader.get_source
        loader.get_source = lambda env, asked: (source, name, lambda: True) if asked == name else get_source(env, asked)
        try:
            return app.jinja_env.get_template(name).render(**values)
        finally:
            del loader.get_source

    with app.app_context():
        yield write


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize(
    "source",
    [
        '{{ _("Save") }} {{ gettext("Filters") }} {{ pgettext("button", "Open") }}',
        '{{ _("All %(total)s found", total=total) }}',
        '{{ _("%(value)s%%", value=total) }} {{ _("%(value)s%%", value=5) }}',
        '<b title="{{ _("Save") }}">{{ icon("pencil", _("Change"), css="s") }}</b>',
        '{{ "x" if not total else _("Find") ~ ": " ~ total }}',
        '{{ icon(name) }}{{ icon("x", _("Lower") ~ ": " ~ total) }}',
    ],
)
def test_a_compiled_word_is_the_word_that_was_asked_for(app, written, source, locale):
    values = {"total": "<1>", "name": "check"}
    with force_locale(locale):
        assert written(source, **values) == app.jinja_env.from_string(source).render(**values)


def test_each_reader_gets_their_own_language_from_one_process(written):
    said = []
    for locale in ("ru", "en", "ru"):
        with force_locale(locale):
            said.append(written('{{ _("Save") }}'))
    assert said == ["Сохранить", "Save", "Сохранить"]


def test_what_is_filled_into_a_sentence_is_escaped_in_pages_and_left_alone_elsewhere(written):
    with force_locale("en"):
        assert written('{{ _("All %(total)s found", total=who) }}', who="<b>") == "All &lt;b&gt; found"
        assert written('{{ _("All %(total)s found", total=who) }}', who=Markup("<b>1</b>")) == "All <b>1</b> found"
        assert written('{{ _("All %(total)s found", total=who) }}', "txt", who="<b>") == "All <b> found"


def test_an_icon_stands_in_a_page_as_it_is_drawn(written):
    with force_locale("en"):
        assert written('{{ icon("check") }}') == icon("check")

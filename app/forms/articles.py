"""The form of an article, both languages at once."""

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.constants import ArticleSection
from app.forms.console import ConsoleForm
from app.forms.fields import options

SECTIONS = {
    ArticleSection.BLOG: _l("blog"),
    ArticleSection.KNOWLEDGE: _l("knowledge base"),
    ArticleSection.PAGE: _l("free page"),
}


class ArticleForm(ConsoleForm):
    key = HiddenField()  # its public id before it has a row: pictures need something to hang on
    section = SelectField(_l("Section"), choices=options([(each.value, word) for each, word in SECTIONS.items()]))
    topic = StringField(
        _l("Topic"), description=_l("Groups the knowledge base. The topics are those of the questions.")
    )
    slug = StringField(
        _l("Word in the address"),
        [Length(max=80)],
        description=_l("Empty: made of the title. When it changes, the former address leads to the new one."),
    )
    cover = RadioField(_l("Cover picture"), validators=[Optional()], validate_choice=False)
    title_ru = StringField(_l("Title in Russian"), [Length(max=200)])
    summary_ru = TextAreaField(
        _l("Lead in Russian"),
        [Length(max=400)],
        description=_l("Two sentences: for lists, search engines, messengers."),
    )
    body_ru = TextAreaField(_l("Text in Russian"), [Length(max=100_000)])
    seo_title_ru = StringField(
        _l("Title for search engines, in Russian"), [Length(max=120)], description=_l("Empty: the title itself.")
    )
    seo_description_ru = StringField(
        _l("Description for search engines, in Russian"), [Length(max=300)], description=_l("Empty: the lead.")
    )
    title_en = StringField(_l("Title in English"), [Length(max=200)])
    summary_en = TextAreaField(
        _l("Lead in English"),
        [Length(max=400)],
        description=_l("Two sentences: for lists, search engines, messengers."),
    )
    body_en = TextAreaField(_l("Text in English"), [Length(max=100_000)])
    seo_title_en = StringField(
        _l("Title for search engines, in English"), [Length(max=120)], description=_l("Empty: the title itself.")
    )
    seo_description_en = StringField(
        _l("Description for search engines, in English"), [Length(max=300)], description=_l("Empty: the lead.")
    )


class PublishForm(ConsoleForm):
    at = DateTimeLocalField(_l("Moment"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

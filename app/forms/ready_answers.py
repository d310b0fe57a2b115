"""A realtor's own ready answer."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length


class OwnReadyAnswerForm(FlaskForm):
    title = StringField(_l("Title"), [InputRequired(_l("Name the answer.")), Length(max=80)])
    body = TextAreaField(_l("Text"), [InputRequired(_l("Write the text of the answer.")), Length(max=4000)])

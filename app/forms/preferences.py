"""When a person wants to be told: quiet hours, and how often the mail about new inquiries comes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, TimeField
from wtforms.validators import Optional

from app.constants import Digest
from app.forms.fields import options

DIGESTS = [
    (Digest.AT_ONCE.value, _l("At once, one by one")),
    (Digest.HOURLY.value, _l("Once an hour, in one letter")),
    (Digest.DAILY.value, _l("Once a day, at 9 in the morning")),
]


class RhythmForm(FlaskForm):
    quiet = BooleanField(_l("Quiet hours"))
    quiet_from = TimeField(_l("From"), [Optional()])
    quiet_to = TimeField(_l("Till"), [Optional()])


class RealtorRhythmForm(RhythmForm):
    digest = RadioField(_l("Mail about new inquiries"), choices=options(DIGESTS), default=Digest.AT_ONCE.value)

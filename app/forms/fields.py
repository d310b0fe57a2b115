"""Fields that several forms share: what browsers and password managers are told about them, and the common messages."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, PasswordField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

REQUIRED = _l("Please fill this in.")
AGREE = _l("Without this consent we cannot make the account.")
EMAIL_KEYS = {"maxlength": 254, "autocapitalize": "none", "spellcheck": "false"}


def options(rows):
    """Choices of a select field from (value[, label[, attributes]])."""
    return [SelectChoice(*row) for row in rows]


LANGUAGES = options([("ru", "Русский"), ("en", "English")])


def required():
    return InputRequired(message=REQUIRED)


def at_most(count):
    return Length(max=count, message=_l("At most %(count)s characters, please.", count=count))


def tidy(text):
    """Without spaces around and with single ones inside."""
    return " ".join(text.split()) if text else text


def text(label, *, longest, autocomplete, need=True, **attributes):
    validators = [required()] if need else []
    keys = {"autocomplete": autocomplete, "maxlength": longest} | attributes
    return StringField(label, [*validators, at_most(longest)], filters=[tidy], render_kw=keys)


def email(label=None, *, autocomplete="email"):
    keys = {"autocomplete": autocomplete} | EMAIL_KEYS
    return EmailField(label or _l("E-mail"), [required(), at_most(254)], filters=[tidy], render_kw=keys)


def phone(label=None, *, need=False):
    keys = {"autocomplete": "tel", "inputmode": "tel", "maxlength": 40}
    validators = [required()] if need else []
    return TelField(label or _l("Phone"), [*validators, at_most(40)], filters=[tidy], render_kw=keys)


def password(label=None, *, new=False):
    keys = {"autocomplete": "new-password" if new else "current-password", "maxlength": 200}
    keys |= {"minlength": 8} if new else {}
    return PasswordField(label or _l("Password"), [required()], render_kw=keys)


def tick(label):
    return BooleanField(label, [InputRequired(message=AGREE)])

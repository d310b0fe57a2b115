"""Forms of sign-in, registration and the profile: fields and shape only; services say what values are right."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, ValidationError

from app.forms import fields


class SignInForm(FlaskForm):
    email = fields.email(autocomplete="username webauthn")  # the browser offers passkeys with the names it knows
    password = fields.password()
    remember = BooleanField(_l("Remember me on this device"), default=True)


class Consents:
    consent = fields.tick(_l("I accept the terms of use"))
    consent_data = fields.tick(_l("I consent to the processing of my personal data"))


class RegistrationForm(Consents, FlaskForm):
    name = fields.text(_l("Name"), longest=120, autocomplete="name")
    email = fields.email(autocomplete="username")
    phone = fields.phone()
    password = fields.password(new=True)


class NewcomerForm(Consents, FlaskForm):
    """What a provider of sign-in did not tell; there is no password."""

    name = fields.text(_l("Name"), longest=120, autocomplete="name")
    email = fields.email()


class ProofForm(FlaskForm):
    password = fields.password(_l("Password of your account"))


class CodeForm(FlaskForm):
    code = fields.text(_l("Code"), longest=20, autocomplete="off", autocapitalize="none", spellcheck="false")


class SecondStepForm(CodeForm):
    trust = BooleanField()  # its label says for how many days, which is a setting


class PasskeyForm(FlaskForm):
    """A name; ``credential`` is what the browser made, as JSON."""

    name = fields.text(_l("Name of the key"), longest=60, autocomplete="off")
    credential = HiddenField()


class KeyNameForm(FlaskForm):
    name = fields.text(_l("Name of the key"), longest=60, autocomplete="off")


class OwnPasswordForm(FlaskForm):
    """«Is it you?», asked of somebody who is signed in."""

    password = fields.password(_l("Current password"))


class ForgottenForm(FlaskForm):
    email = fields.email(autocomplete="username")


class NewPasswordForm(FlaskForm):
    password = fields.password(_l("New password"), new=True)


class JoinForm(Consents, FlaskForm):
    """The realtors' closed registration. ``city`` is a public id; ``city_name`` what was typed instead."""

    country = SelectField(_l("Country"), [fields.required()])
    city = HiddenField()
    city_name = StringField(
        _l("City"),
        [fields.at_most(120)],
        filters=[fields.tidy],
        render_kw={"maxlength": 120, "required": True, "data-missing": fields.REQUIRED},  # a chosen one shows its name
    )
    new_city = HiddenField()  # the typed name of which its author said: it is none of the like ones
    agency = fields.text(_l("Agency"), longest=160, autocomplete="organization")
    website = fields.text(_l("Agency's website"), longest=290, autocomplete="url", need=False, inputmode="url")
    first_name = fields.text(_l("First name"), longest=60, autocomplete="given-name")
    last_name = fields.text(_l("Last name"), longest=60, autocomplete="family-name")
    phone = fields.phone(_l("Mobile phone"), need=True)
    email = fields.email(autocomplete="username")
    password = fields.password(new=True)

    def validate_city_name(self, field):
        if not field.data and not self.city.data:
            raise ValidationError(fields.REQUIRED)


class DetailsForm(FlaskForm):
    """A client's profile; RealtorDetailsForm has two names and a phone that must be there."""

    name = fields.text(_l("Name"), longest=120, autocomplete="name")
    phone = fields.phone()
    locale = SelectField(_l("Language"), choices=fields.LANGUAGES)
    timezone = SelectField(_l("Time zone"))


class RealtorDetailsForm(FlaskForm):
    first_name = fields.text(_l("First name"), longest=60, autocomplete="given-name")
    last_name = fields.text(_l("Last name"), longest=60, autocomplete="family-name")
    phone = fields.phone(_l("Mobile phone"), need=True)
    locale = SelectField(_l("Language"), choices=fields.LANGUAGES)
    timezone = SelectField(_l("Time zone"))


class EmailForm(FlaskForm):
    email = fields.email(_l("New e-mail"))
    password = fields.password(_l("Current password"))


class FirstPasswordForm(FlaskForm):
    """For an account that has no password yet."""

    new = fields.password(_l("New password"), new=True)


class PasswordForm(FirstPasswordForm):
    current = fields.password(_l("Current password"))


class DeletionForm(FlaskForm):
    proof = fields.password(_l("Current password"))


class DeletionByEmailForm(FlaskForm):
    """For an account that has no password yet."""

    proof = fields.email(_l("E-mail of this account"), autocomplete="off")

"""How people can be reached, in one written form each: e-mail in lower case, phone in E.164, website with https."""

from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput

# Which country a number without a country code belongs to when nothing better is known.
REGION_OF_LOCALE = {"ru": "RU", "en": "GB"}

NO_EMAIL = _l("This does not look like an e-mail address. Example: anna@mail.com")


def email_address(text, field="email"):
    """The address as it is stored and compared. Raises InvalidInput(field)."""
    try:
        found = validate_email((text or "").strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise InvalidInput(NO_EMAIL, field=field) from None
    return found.normalized.lower()


def phone_number(text, region, field="phone"):
    """«+420 777 123 456», «8 (916) 123-45-67», … → E.164; None for an empty text.

    ``region`` (ISO-2) is the country of a number written without its code. Raises InvalidInput(field).
    """
    text = (text or "").strip()
    if not text:
        return None
    for country in (region, None):
        try:
            number = phonenumbers.parse(text if country else f"+{text.lstrip('+')}", country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise InvalidInput(
        _l("There is no such phone number. Write it with the country code: +420 777 123 456"), field=field
    )


def region_of(e164):
    """The country (ISO-2) of a stored number, or None."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(e164 or ""))
    except phonenumbers.NumberParseException:
        return None


def written_phone(e164):
    """A stored number the way people write it: «+420 777 123 456»."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def website_address(text, field="website"):
    """«Domus.cz» → «https://domus.cz»; empty stays empty. Raises InvalidInput(field)."""
    text = (text or "").strip()
    if not text:
        return ""
    bare = text.split("://", 1)[-1]
    try:
        parts = urlsplit(f"https://{bare}")
        host = (parts.hostname or "").encode("idna").decode()
        _ = parts.port
    except ValueError:
        host = ""
    if "://" in text and text.split("://", 1)[0].lower() not in ("http", "https"):
        host = ""
    labels = host.split(".")
    if len(labels) < 2 or not all(labels) or len(text) > 290 or any(c.isspace() for c in text) or "@" in parts.netloc:
        raise InvalidInput(_l("This does not look like a website address. Example: agency.com"), field=field)
    return f"https://{parts.netloc.lower()}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")

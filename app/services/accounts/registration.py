"""New accounts: by the form, and the quick way along with an inquiry. joining.py makes those of realtors."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag, ConsentDocument, Role
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import Consent, User
from app.models.content import Page
from app.services import audit, contacts, outbox, search
from app.services.accounts import passwords, recovery
from app.services.transaction import insert_once, transaction


class EmailTaken(InvalidInput):
    """Somebody has an account with this e-mail: offer to sign in or to recover the password."""

    code = "email_taken"

    def __init__(self, field="email"):
        super().__init__(_l("There is already an account with this e-mail."), field=field)


def register(*, name, email, password, phone="", region="RU", locale="ru", timezone=None):
    """A client's account; the caller has seen both consents. Raises InvalidInput(field), EmailTaken."""
    email = contacts.email_address(email)
    phone = contacts.phone_number(phone, region)
    passwords.check_new_password(password, email)
    values = {"name": checked_name(name), "phone": phone, "password_hash": passwords.hash_password(password)}
    with transaction():
        return create(Role.CLIENT, email, values | {"locale": locale, "timezone": timezone}, source="form")


def quick_account(*, name, email, phone="", region="RU", locale="ru", timezone=None):
    """A client's account without a password: a letter brings the sign-in and a link to set one.

    The caller has seen both consents. Raises InvalidInput(field), EmailTaken.
    """
    email = contacts.email_address(email)
    values = {"name": checked_name(name), "phone": contacts.phone_number(phone, region), "locale": locale}
    with transaction():
        user = create(Role.CLIENT, email, values | {"timezone": timezone}, source="quick")
        token = recovery.make_token(user, hours=recovery.FIRST_PASSWORD_HOURS)
        payload = {"name": user.name, "email": user.email, "path": recovery.path_of(token)}
        outbox.queue_email("quick_account", user=user, payload=payload)
    return user


def create(role, email, values, *, source):
    """Inside transaction(): the User with its consents and journal entry. Raises EmailTaken."""
    if not insert_once(User, {"role": role, "email": email, **values}, ["email"]):
        raise EmailTaken()
    user = db.session.scalar(sa.select(User).where(User.email == email))
    _record_consents(user)
    audit.record(AuditTag.ACCOUNT_REGISTERED, user, actor=user, role=role.value, source=source)
    search.index_person(user)
    return user


def _record_consents(user):
    slugs = [document.value for document in ConsentDocument]
    versions = dict(db.session.execute(sa.select(Page.slug, Page.version).where(Page.slug.in_(slugs))).all())
    for slug in slugs:
        db.session.add(Consent(user_id=user.id, document=ConsentDocument(slug), version=versions.get(slug, 1)))


def checked_name(text, field="name", longest=120):
    text = " ".join((text or "").split())
    if not text:
        raise InvalidInput(_l("Please fill this in."), field=field)
    if len(text) > longest:
        raise InvalidInput(_l("At most %(count)s characters, please.", count=longest), field=field)
    return text

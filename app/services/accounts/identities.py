"""Coming in with somebody else's account. An Identity is (provider, subject); an e-mail never is.

``profile`` is what the provider vouches for: provider, subject, name, email, email_verified
(integrations/sign_in/providers.py). An e-mail connects it with an account here only when both sides know the address to
be the person's; otherwise the person shows the password of that account first.
"""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag, Role
from app.errors import Blocked, InvalidInput
from app.extensions import db
from app.models.accounts import Identity, User
from app.models.base import utcnow
from app.services import audit, contacts, outbox
from app.services.accounts.registration import checked_name, create
from app.services.transaction import insert_once, transaction


def person_of(profile):
    """The User who comes in with this profile, or None: then prove an account or make one. Raises Blocked."""
    identity = _identity(profile)
    user = identity.user if identity else _owner_of_address(profile)
    if user is None:
        return None
    if user.blocked_at:
        raise Blocked(_l("Your account is blocked: %(reason)s", reason=user.blocked_reason))
    if identity is None:
        link(profile, actor=user, how="email")
    else:
        _note_email(identity, profile)
    return user


def account_with(email):
    """The User whose sign-in this typed e-mail is, or None."""
    return db.session.scalar(sa.select(User).where(User.email == email.strip().lower())) if email else None


def link(profile, *, actor, how):
    """From now on ``actor`` comes in with it, too. Again is the same; raises InvalidInput when it is somebody else's.

    ``how``: ``profile`` (signed in), ``password`` (just proven), ``email`` (both sides know the address).
    """
    with transaction() as session:
        made = insert_once(Identity, _values(profile, actor), ["provider", "subject"])
        if not made:
            if _identity(profile).user_id != actor.id:
                raise InvalidInput(_l("Somebody else here signs in with this account."), code="identity_taken")
            return
        user = session.get_one(User, actor.id)
        _trust_address(user, profile)
        audit.record(AuditTag.IDENTITY_LINKED, user, actor=actor, provider=profile.provider.value, how=how)
        if user.email:
            payload = {"name": user.name, "provider": profile.provider.value}
            outbox.queue_email("identity_linked", user=user, payload=payload)


def register(profile, *, name, email, locale="ru", timezone=None):
    """A client's account that is entered with ``profile``; the caller has seen both consents.

    Done twice it is one account. Raises InvalidInput(field), EmailTaken.
    """
    email, name = contacts.email_address(email), checked_name(name)
    with transaction() as session:
        if (identity := _identity(profile)) is not None:
            return identity.user
        values = {"name": name, "locale": locale, "timezone": timezone}
        user = create(Role.CLIENT, email, values, source=profile.provider.value)
        session.add(Identity(**_values(profile, user)))
        _trust_address(user, profile)
        audit.record(AuditTag.IDENTITY_LINKED, user, actor=user, provider=profile.provider.value, how="registration")
        return user


def _identity(profile):
    who = Identity.provider == profile.provider, Identity.subject == profile.subject
    return db.session.scalar(sa.select(Identity).where(*who))


def _owner_of_address(profile):
    """The person to whom both sides know the address to belong."""
    user = account_with(profile.email) if profile.email_verified else None
    return user if user and user.email_verified_at else None


def _values(profile, user):
    return {
        "user_id": user.id,
        "provider": profile.provider,
        "subject": profile.subject,
        "email": profile.email.lower(),
        "email_verified": profile.email_verified,
    }


def _trust_address(user, profile):
    """The provider knows the address that the person signs in with here: now we know it, too."""
    if profile.email_verified and user.email == profile.email.lower():
        user.email_verified_at = user.email_verified_at or utcnow()


def _note_email(identity, profile):
    if (identity.email, identity.email_verified) != (profile.email.lower(), profile.email_verified):
        with transaction():
            identity.email, identity.email_verified = profile.email.lower(), profile.email_verified

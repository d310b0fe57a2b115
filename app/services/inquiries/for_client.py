"""An inquiry that somebody sends in for a client: a program of the owners, by the client's e-mail."""

from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.constants import InquirySource
from app.errors import Forbidden, InvalidInput, RefusedMove
from app.services import accounts, contacts
from app.services.inquiries.publishing import submit as submit_own
from app.services.transaction import transaction

CONSENTS = ("consent", "consent_data")


def submit(client, draft, *, actor, source=InquirySource.API):
    """``client``: email and, for somebody new, name, both consents given, phone, locale. The Inquiry.

    A person with this e-mail gets one more inquiry; for somebody new an account is made, as by the quick form. Raises
    InvalidInput(field), RefusedMove where the account cannot send inquiries, Forbidden.
    """
    if not may(actor, Permission.INQUIRY_CORRECT):
        raise Forbidden()
    email = contacts.email_address(client["email"])
    with transaction():
        person = accounts.identities.account_with(email) or _newcomer(email, client, draft)
        if not may(person, Permission.INQUIRY_SUBMIT):
            raise RefusedMove(_l("This account cannot send inquiries."), code="not_a_client")
        return submit_own(draft, actor=person, source=source)


def _newcomer(email, client, draft):
    for name in CONSENTS:
        if not client.get(name):
            raise InvalidInput(_l("Without this consent we cannot make the account."), field=name)
    return accounts.quick_account(
        name=client.get("name"),
        email=email,
        phone=client.get("phone") or "",
        region=draft.city.country.code,
        locale=client.get("locale", "ru"),
    )

"""People: registration, sign-in, what an account can do to itself, and what owners can do to it."""

from app.services.accounts import identities, passkeys, second_factor, sign_ins, viewing, ways_in
from app.services.accounts.bringing import Newcomer, bring_in, take_out, why_not_removed
from app.services.accounts.joining import join
from app.services.accounts.owners import (
    block,
    change_agency,
    change_city,
    change_role,
    correct,
    create_supervisor,
    unblock,
)
from app.services.accounts.passwords import check_new_password, hash_password, is_password_of
from app.services.accounts.people import phone_of
from app.services.accounts.personal_data import delete_account, export
from app.services.accounts.profile import change_details, change_email, change_password, choose_language
from app.services.accounts.recovery import ask_for_reset, person_of_reset, reset_password
from app.services.accounts.registration import EmailTaken, quick_account, register
from app.services.accounts.signing_in import check_password
from app.services.accounts.takeout import takeout

__all__ = [
    "EmailTaken",
    "ask_for_reset",
    "block",
    "Newcomer",
    "bring_in",
    "change_agency",
    "change_city",
    "change_details",
    "change_email",
    "change_password",
    "change_role",
    "check_new_password",
    "check_password",
    "choose_language",
    "correct",
    "create_supervisor",
    "delete_account",
    "export",
    "hash_password",
    "identities",
    "is_password_of",
    "join",
    "passkeys",
    "person_of_reset",
    "phone_of",
    "quick_account",
    "register",
    "reset_password",
    "second_factor",
    "sign_ins",
    "take_out",
    "takeout",
    "unblock",
    "viewing",
    "ways_in",
    "why_not_removed",
]

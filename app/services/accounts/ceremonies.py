"""What browsers and we say to each other about passkeys (WebAuthn), in the words of the library that checks it.

passkeys.py imports this where it is needed: the library costs half a second and every process would pay for it.
"""

from dataclasses import dataclass

import webauthn
from webauthn.helpers import options_to_json_dict, parse_authentication_credential_json, structs

TIMEOUT = 5 * 60 * 1000  # milliseconds the browser waits for a finger, a face or a PIN
LONGEST = 20_000  # characters of what a browser sends; real ones have about 2,000
ALWAYS = structs.UserVerificationRequirement.REQUIRED  # without it a passkey would be one step, not two


class Unfit(Exception):
    """It is no answer to this challenge of this site by this key."""


@dataclass(frozen=True)
class NewKey:
    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool


@dataclass(frozen=True)
class Answer:
    """Read, and not believed yet: which key says that it is there, and whose it says it is."""

    credential_id: bytes
    person: bytes | None
    credential: structs.AuthenticationCredential


@dataclass(frozen=True)
class Use:
    sign_count: int
    backed_up: bool


def creation_options(challenge, *, site, name, user, known):
    """JSON for navigator.credentials.create(). ``name``: the company's; ``known``: ids of the person's keys, whose
    devices make no second one.
    """
    return options_to_json_dict(
        webauthn.generate_registration_options(
            rp_id=site.domain,
            rp_name=name,
            user_id=user.public_id.bytes,
            user_name=user.email or user.name,
            user_display_name=user.name,
            challenge=challenge,
            timeout=TIMEOUT,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED, user_verification=ALWAYS
            ),
            exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
        )
    )


def request_options(challenge, *, site):
    """JSON for navigator.credentials.get(): the person chooses among the keys the device has for this site."""
    return options_to_json_dict(
        webauthn.generate_authentication_options(
            rp_id=site.domain, challenge=challenge, timeout=TIMEOUT, user_verification=ALWAYS
        )
    )


def read_creation(credential, challenge, *, site):
    """The NewKey in what the browser sent (JSON text). Raises Unfit."""
    made = _fit(
        webauthn.verify_registration_response,
        credential=_short(credential),
        expected_challenge=challenge,
        expected_rp_id=site.domain,
        expected_origin=site.origin,
        require_user_verification=True,
    )
    return NewKey(made.credential_id, made.credential_public_key, made.sign_count, made.credential_backed_up)


def read_answer(credential):
    """The Answer in what the browser sent (JSON text). Raises Unfit."""
    parsed = _fit(parse_authentication_credential_json, _short(credential))
    return Answer(parsed.raw_id, parsed.response.user_handle, parsed)


def check_answer(answer, challenge, *, site, public_key):
    """The Use of the key that the Answer shows. Raises Unfit. The counter is the caller's to compare."""
    used = _fit(
        webauthn.verify_authentication_response,
        credential=answer.credential,
        expected_challenge=challenge,
        expected_rp_id=site.domain,
        expected_origin=site.origin,
        credential_public_key=public_key,
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    return Use(used.new_sign_count, used.credential_backed_up)


def _short(credential):
    if len(credential) > LONGEST:
        raise Unfit("too long")
    return credential


def _fit(check, *arguments, **named):
    """Whatever the library and its parsers trip over in a stranger's bytes, it is no key."""
    try:
        return check(*arguments, **named)
    except Exception as error:
        raise Unfit(type(error).__name__) from error

"""OpenID Connect's signed statement of who somebody is: believed only from its issuer, for us, for this very dance."""

import hmac
from functools import lru_cache

from app.later import later

jwt = later("jwt")


ALGORITHMS = ("RS256", "ES256", "EdDSA")  # public keys only: nobody can sign with what everybody may read
LEEWAY = 60  # seconds the clocks may differ


def claims(token, *, keys_url, issuers, audience, nonce, nonce_demanded, patience):
    """The claims of an ID token. Raises jwt.PyJWTError (which a wrong nonce and a foreign audience are, too).

    With ``nonce_demanded`` a token without one is refused; otherwise only one with another's.
    """
    key = _keys(keys_url, patience).get_signing_key_from_jwt(token).key
    options = {"require": ["iss", "aud", "sub", "exp", "iat"], "verify_aud": False}
    found = jwt.decode(token, key, algorithms=ALGORITHMS, issuer=list(issuers), leeway=LEEWAY, options=options)
    _check_audience(found["aud"], audience)
    _check_nonce(found.get("nonce"), nonce, nonce_demanded)
    return found


@lru_cache
def _keys(url, patience):
    """One per provider, for the life of the process: it keeps the keys and asks anew for an unknown one."""
    return jwt.PyJWKClient(url, timeout=patience, cache_keys=True)


def _check_audience(said, audience):
    said = said if isinstance(said, list) else [said]
    if [str(one) for one in said] != [audience]:  # Telegram writes a number
        raise jwt.InvalidAudienceError("the token is for somebody else")


def _check_nonce(said, nonce, demanded):
    if said is None and not demanded:
        return
    if not hmac.compare_digest(str(said).encode(), nonce.encode()):
        raise jwt.InvalidTokenError("the token is of another dance")

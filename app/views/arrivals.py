"""Somebody a provider vouches for who has no account here yet: kept in this browser's session until they have one."""

import time
from dataclasses import asdict, dataclass, replace

from flask import session

from app.constants import IdentityProvider
from app.integrations.sign_in import Profile

KEY = "arrival"
KEPT = 20 * 60  # seconds


@dataclass(frozen=True)
class Arrival:
    profile: Profile
    email: str  # the one the account is to have: the provider's, unless another was typed


def keep(profile):
    session[KEY] = {"profile": asdict(profile), "email": profile.email, "at": int(time.time())}


def find():
    """The Arrival of this browser, or None when there is none or it waited for too long."""
    kept = session.get(KEY)
    if not kept or time.time() - kept["at"] > KEPT:
        return None
    profile = Profile(**kept["profile"])
    return Arrival(replace(profile, provider=IdentityProvider(profile.provider)), kept["email"])


def choose_email(email):
    """Another address than the provider's was typed."""
    session[KEY] = session[KEY] | {"email": email}


def forget():
    session.pop(KEY, None)

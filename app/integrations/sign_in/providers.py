"""Every provider in one table: where it lives, what we ask of it and what it gives.

The sign-in itself reads it, and so does the page that tells people what we get (support/sign-in).
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import requests

from app.constants import IdentityProvider
from app.integrations.sign_in import id_tokens

PATIENCE = 10  # seconds a provider gets for one answer


class Fact(StrEnum):
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    PICTURE = "picture"


class Given(StrEnum):
    YES = "yes"
    VERIFIED = "verified"  # the provider says that the address is the person's
    OWN_MAILBOX = "own_mailbox"  # verified when the mailbox is the provider's own
    UNVERIFIED = "unverified"
    NOT_KEPT = "not_kept"  # it comes along, and we let it go
    NOT_ASKED = "not_asked"  # it could be had; we do without
    NO = "no"


class Credentials(StrEnum):
    """How our key goes to the token endpoint."""

    BODY = "body"
    BASIC = "basic"
    NONE = "none"  # PKCE alone proves that it is us


@dataclass(frozen=True)
class Profile:
    """What a provider says of a person. No token ever gets in here."""

    provider: IdentityProvider
    subject: str
    name: str = ""
    email: str = ""
    email_verified: bool = False


@dataclass(frozen=True)
class Exchange:
    """A finished dance: whose, and what came of it."""

    provider: "Provider"
    client_id: str
    client_secret: str
    token: dict
    nonce: str

    def get(self, *, headers=None, **params):
        return _json(requests.get(self.provider.profile_url, params=params, headers=headers, timeout=PATIENCE))

    def post(self, **data):
        return _json(requests.post(self.provider.profile_url, data=data, timeout=PATIENCE))


@dataclass(frozen=True)
class Provider:
    name: IdentityProvider
    label: str  # as its owners write it; the same in every language
    authorize_url: str
    token_url: str
    scopes: tuple
    gives: Mapping
    claims: Callable  # Exchange → dict, over the network
    read: Callable  # that dict → the fields of a Profile
    profile_url: str = ""
    issuers: tuple = ()
    keys_url: str = ""
    credentials: Credentials = Credentials.BODY
    echoes: tuple = ()  # parameters of the callback that the token endpoint wants to see again
    nonce_demanded: bool = False

    @property
    def oidc(self):
        return bool(self.keys_url)

    def profile(self, exchange):
        """The Profile of the person behind a token. Raises what ``claims`` does, LookupError, ValueError."""
        fields = self.read(self.claims(exchange))
        return Profile(
            self.name,
            _subject(fields["subject"]),
            name=_text(fields.get("name"), 120),
            email=_text(fields.get("email"), 254),
            email_verified=fields.get("email_verified", False),
        )


def configured(settings):
    """The providers whose keys this installation has, in the order they are shown."""
    return [provider for provider in TABLE.values() if _has_keys(provider, settings)]


def _has_keys(provider, settings):
    keys = settings.sign_in.get(provider.name.value)
    return bool(keys and keys.client_id and (keys.client_secret or provider.credentials == Credentials.NONE))


def _subject(value):
    text = str(value)
    if not value or len(text) > 255:
        raise ValueError("nobody is named by this")
    return text


def _text(value, longest):
    return " ".join(str(value or "").split())[:longest]


def _json(response):
    response.raise_for_status()
    return response.json()


def _from_id_token(exchange):
    return id_tokens.claims(
        exchange.token["id_token"],
        keys_url=exchange.provider.keys_url,
        issuers=exchange.provider.issuers,
        audience=exchange.client_id,
        nonce=exchange.nonce,
        nonce_demanded=exchange.provider.nonce_demanded,
        patience=PATIENCE,
    )


def _from_facebook(exchange):
    token = exchange.token["access_token"]
    proof = hmac.new(exchange.client_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    headers = {"Authorization": f"Bearer {token}"}
    return exchange.get(headers=headers, fields="id,name,email", appsecret_proof=proof)


def _from_vk(exchange):
    return exchange.post(client_id=exchange.client_id, access_token=exchange.token["access_token"])["user"]


def _from_yandex(exchange):
    return exchange.get(headers={"Authorization": f"OAuth {exchange.token['access_token']}"}, format="json")


def _oidc_fields(claims):
    return {
        "subject": claims["sub"],
        "name": claims.get("name"),
        "email": claims.get("email"),
        "email_verified": claims.get("email_verified") is True,
    }


def _facebook_fields(person):
    return {"subject": person["id"], "name": person.get("name"), "email": person.get("email")}


def _vk_fields(person):
    name = f"{person.get('first_name') or ''} {person.get('last_name') or ''}"
    return {"subject": person["user_id"], "name": name, "email": person.get("email")}


YANDEX_MAIL = ("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.uz", "narod.ru")


def _yandex_fields(person):
    email = (person.get("default_email") or "").lower()
    return {
        "subject": person["id"],
        "name": person.get("real_name") or person.get("display_name"),
        "email": email,
        "email_verified": email.partition("@")[2] in YANDEX_MAIL,
    }


def _gives(name, email, phone, picture):
    return {Fact.NAME: name, Fact.EMAIL: email, Fact.PHONE: phone, Fact.PICTURE: picture}


P, G = IdentityProvider, Given
_PROVIDERS = (
    Provider(
        P.GOOGLE,
        "Google",
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",
        scopes=("openid", "email", "profile"),
        gives=_gives(G.YES, G.VERIFIED, G.NO, G.NOT_KEPT),
        claims=_from_id_token,
        read=_oidc_fields,
        issuers=("https://accounts.google.com", "accounts.google.com"),
        keys_url="https://www.googleapis.com/oauth2/v3/certs",
        nonce_demanded=True,
    ),
    Provider(
        P.VK,
        "VK ID",
        authorize_url="https://id.vk.com/authorize",
        token_url="https://id.vk.com/oauth2/auth",
        scopes=("vkid.personal_info", "email"),
        gives=_gives(G.YES, G.UNVERIFIED, G.NOT_ASKED, G.NOT_KEPT),
        claims=_from_vk,
        read=_vk_fields,
        profile_url="https://id.vk.com/oauth2/user_info",
        credentials=Credentials.NONE,
        echoes=("device_id", "state"),
    ),
    Provider(
        P.YANDEX,
        "Яндекс ID",
        authorize_url="https://oauth.yandex.ru/authorize",
        token_url="https://oauth.yandex.ru/token",
        scopes=("login:email", "login:info"),
        gives=_gives(G.YES, G.OWN_MAILBOX, G.NOT_ASKED, G.NOT_ASKED),
        claims=_from_yandex,
        read=_yandex_fields,
        profile_url="https://login.yandex.ru/info",
    ),
    Provider(
        P.TELEGRAM,
        "Telegram",
        authorize_url="https://oauth.telegram.org/auth",
        token_url="https://oauth.telegram.org/token",
        scopes=("openid", "profile"),
        gives=_gives(G.YES, G.NO, G.NOT_ASKED, G.NOT_KEPT),
        claims=_from_id_token,
        read=_oidc_fields,
        issuers=("https://oauth.telegram.org",),
        keys_url="https://oauth.telegram.org/.well-known/jwks.json",
        credentials=Credentials.BASIC,
    ),
    Provider(
        P.FACEBOOK,
        "Facebook",
        authorize_url="https://www.facebook.com/v21.0/dialog/oauth",
        token_url="https://graph.facebook.com/v21.0/oauth/access_token",
        scopes=("public_profile", "email"),
        gives=_gives(G.YES, G.UNVERIFIED, G.NO, G.NOT_ASKED),
        claims=_from_facebook,
        read=_facebook_fields,
        profile_url="https://graph.facebook.com/v21.0/me",
    ),
)
TABLE = {provider.name.value: provider for provider in _PROVIDERS}

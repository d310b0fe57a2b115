"""Flask-Dance, made safe for two people at once.

It keeps the OAuth session and what PKCE adds to its addresses on the blueprint, which all requests of a process share:
of people who signed in at the same moment some came in as another. Here all of that lives on ``flask.g``, and no token
outlives its request.
"""

import hmac
import json
import secrets
from enum import StrEnum
from urllib.parse import urlencode

import flask
import requests
import structlog
from flask_dance.consumer import OAuth2ConsumerBlueprint
from flask_dance.consumer.requests import OAuth2Session
from flask_dance.consumer.storage import NullStorage
from oauthlib.oauth2 import OAuth2Error

from app.errors import NotFound
from app.extensions import db
from app.integrations.sign_in import providers
from app.integrations.sign_in.providers import PATIENCE, Credentials, Exchange
from app.later import later

jwt = later("jwt")

log = structlog.get_logger()
CANCELLED = {"access_denied", "user_denied", "user_cancelled_authorize", "user_cancelled_login"}


class Failure(StrEnum):
    CANCELLED = "cancelled"  # the person changed their mind
    STALE = "stale"  # not begun in this browser, begun twice, or too long ago
    SILENT = "silent"  # the provider does not answer
    REFUSED = "refused"  # the provider said no, or what it said cannot be believed


class Failed(Exception):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class PerRequest:
    """An attribute of a blueprint that is made anew in every request. Its constructor's own assignments do nothing."""

    def __init__(self, make):
        self.make = make

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, dance, owner=None):
        if dance is None:
            return self
        key, kept = (dance.name, self.name), flask.g.setdefault("dances", {})
        if key not in kept:
            kept[key] = self.make(dance)
        return kept[key]

    def __set__(self, dance, value):
        pass

    def __delete__(self, dance):
        flask.g.get("dances", {}).pop((dance.name, self.name), None)


def _session(dance):
    session = OAuth2Session(client_id=dance.keys.client_id, scope=dance.scope, blueprint=dance)
    session.register_compliance_hook("access_token_response", _without_scope)
    return session


def _without_scope(response):
    """People may untick a permission and Google renames its own; oauthlib takes either for an attack."""
    try:
        said = response.json()
    except ValueError:
        return response
    if isinstance(said, dict) and said.pop("scope", None) is not None:
        response._content = json.dumps(said).encode()
    return response


class Dance(OAuth2ConsumerBlueprint):
    """The two addresses of one provider. A subclass says what happens before and after (``starting``, …).

    The provider is looked up in the table by the blueprint's name, its keys in the settings: both at each request.
    """

    session = PerRequest(_session)
    authorization_url_params = PerRequest(lambda dance: {})
    token_url_params = PerRequest(lambda dance: {})
    _client_id = PerRequest(lambda dance: dance.keys.client_id)
    client_secret = PerRequest(lambda dance: dance.keys.client_secret)
    scope = PerRequest(lambda dance: list(dance.provider.scopes))
    authorization_url = PerRequest(lambda dance: dance.provider.authorize_url)
    token_url = PerRequest(lambda dance: dance.provider.token_url)

    def __init__(self, name):
        super().__init__(name, __name__, use_pkce=True, storage=NullStorage())

    @property
    def provider(self):
        return providers.TABLE[self.name]

    @property
    def keys(self):
        return flask.current_app.config["SETTINGS"].sign_in[self.name]

    def starting(self):
        """Called before the person is sent away; an answer of its own ends it there."""

    def arrived(self, profile):
        """The answer to somebody whom the provider vouches for."""
        raise NotImplementedError

    def failed(self, reason):
        """The answer when nothing came of it. ``reason`` is a Failure."""
        raise NotImplementedError

    def login(self):
        self._demand_keys()
        if (answer := self.starting()) is not None:
            return answer
        if self.provider.oidc:
            nonce = secrets.token_urlsafe(24)
            flask.session[f"{self.name}_oauth_nonce"] = self.authorization_url_params["nonce"] = nonce
        return super().login()

    def authorized(self):
        self._demand_keys()
        try:
            profile = self._profile()
        except Failed as failure:
            return self.failed(failure.reason)
        return self.arrived(profile)

    def _demand_keys(self):
        if self.provider not in providers.configured(flask.current_app.config["SETTINGS"]):
            raise NotFound()

    def _profile(self):
        answer = flask.request.args
        if answer.get("error") in CANCELLED:
            raise Failed(Failure.CANCELLED)
        verifier, nonce = self._begun(answer.get("state", ""))
        if answer.get("error") or not answer.get("code"):
            raise Failed(Failure.REFUSED)
        db.session.rollback()  # the provider may take its time: hold no connection meanwhile
        try:
            token = self._token(answer, verifier)
            return self.provider.profile(Exchange(self.provider, self.keys.client_id, self.client_secret, token, nonce))
        except (requests.ConnectionError, requests.Timeout, jwt.PyJWKClientConnectionError) as error:
            raise self._told(Failure.SILENT, error) from None
        except (OAuth2Error, jwt.PyJWTError, requests.RequestException, LookupError, TypeError, ValueError) as error:
            raise self._told(Failure.REFUSED, error) from None

    def _begun(self, state):
        """The PKCE verifier and the nonce of the dance that this browser began with ``state``; each works once."""
        kept = flask.session.get(f"{self.name}_oauth_state", "")
        if not kept or not hmac.compare_digest(kept.encode(), state.encode()):
            raise Failed(Failure.STALE)
        del flask.session[f"{self.name}_oauth_state"]
        return tuple(flask.session.pop(f"{self.name}_oauth_{word}", "") for word in ("code_verifier", "nonce"))

    def _token(self, answer, verifier):
        self.session.redirect_uri = flask.url_for(".authorized", _external=True)
        echoed = {name: answer.get(name, "") for name in self.provider.echoes}
        return self.session.fetch_token(
            self.token_url,
            code=answer["code"],
            code_verifier=verifier,
            timeout=PATIENCE,
            **self._credentials(),
            **echoed,
        )

    def _credentials(self):
        if self.provider.credentials == Credentials.BODY:
            return {"include_client_id": True, "client_secret": self.client_secret}
        if self.provider.credentials == Credentials.NONE:
            return {"include_client_id": True}
        body = urlencode({"client_id": self.keys.client_id})
        return {"client_secret": self.client_secret, "body": body}

    def _told(self, reason, error):
        """The log learns the kind of error only: its words may hold a code or a token."""
        log.warning("sign_in_failed", provider=self.name, reason=reason.value, error=type(error).__name__)
        return Failed(reason)

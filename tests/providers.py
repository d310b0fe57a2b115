"""All five providers of sign-in on one loopback port, each speaking its real protocol and as strict as the real one.

A test plays the person: ``stand_in.people["google"] = {…}`` is who is signed in there, ``agree(location)`` presses the
button and gives back the address that the browser is sent to.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from app.config import Keys
from app.integrations import sign_in

CLIENT, SECRET = "12345", "the secret of a test"
KEYS = {name: Keys(CLIENT, SECRET) for name in sign_in.TABLE}
SCOPES = {name: set(provider.scopes) for name, provider in sign_in.TABLE.items()}
OIDC = {"google", "telegram"}
BASIC = {"telegram"}
PUBLIC = {"vk"}
ANNA = {
    "google": {"sub": "g-anna", "name": "Анна Петрова", "email": "anna@gmail.com", "email_verified": True},
    "telegram": {"sub": "t-anna", "id": 77, "name": "Анна", "preferred_username": "anna"},
    "facebook": {"id": "f-anna", "name": "Анна Петрова", "email": "anna@gmail.com"},
    "vk": {"user_id": "700", "first_name": "Анна", "last_name": "Петрова", "email": "anna@mail.ru"},
    "yandex": {"id": "900", "login": "anna", "real_name": "Анна Петрова", "default_email": "anna@yandex.ru"},
}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)  # making one takes as long as a whole test


class StandIn:
    """``delay``: seconds the token endpoint takes; ``broken``: its status instead; ``nonce``: a wrong one."""

    def __init__(self):
        self.people = {name: dict(person) for name, person in ANNA.items()}
        self.delay, self.broken, self.nonce = 0, None, None
        self.codes, self.tokens, self.asked = {}, {}, []
        handler = type("Handler", (_Handler,), {"stand_in": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def of(self, provider):
        """The provider of the table, living here."""
        base = f"{self.url}/{provider.name}"
        moved = {"authorize_url": f"{base}/authorize", "token_url": f"{base}/token"}
        if provider.keys_url:
            moved |= {"keys_url": f"{base}/keys", "issuers": (base,)}
        if provider.profile_url:
            moved["profile_url"] = f"{base}/profile"
        return replace(provider, **moved)

    def agree(self, location, person=None):
        """Press «Allow» as ``person`` (or whoever is signed in there)."""
        return self._press(location, {"as": json.dumps(person)} if person else {})

    def cancel(self, location):
        return self._press(location, {"cancel": "1"})

    def _press(self, location, more):
        class Stay(HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        try:
            build_opener(Stay).open(f"{location}&{urlencode(more)}", timeout=10)
        except OSError as answer:
            if getattr(answer, "code", None) == 302:
                return answer.headers["Location"]
            raise


class _Handler(BaseHTTPRequestHandler):
    stand_in = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        address = urlsplit(self.path)
        _, provider, door = address.path.split("/")
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        getattr(self, f"_{door}")(provider, asked)

    def do_POST(self):
        _, provider, door = self.path.split("/")
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        getattr(self, f"_{door}")(provider, {name: values[0] for name, values in parse_qs(body).items()})

    def _answer(self, status, said):
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _authorize(self, provider, asked):
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
        assert asked["redirect_uri"].endswith(f"/auth/{provider}/authorized")
        assert set(asked["scope"].split()) == SCOPES[provider]
        assert asked["code_challenge_method"] == "S256" and len(asked["state"]) > 20
        assert provider not in OIDC or len(asked["nonce"]) > 20
        if "cancel" in asked:
            said = {"error": "access_denied", "state": asked["state"]}
        else:
            said = {"code": secrets.token_urlsafe(8), "state": asked["state"]}
            person = json.loads(asked["as"]) if "as" in asked else self.stand_in.people[provider]
            device = said["device_id"] = secrets.token_urlsafe(6) if provider == "vk" else ""
            self.stand_in.codes[said["code"]] = asked | {"person": person, "device": device}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(said)}")
        self.end_headers()

    def _token(self, provider, sent):
        self.stand_in.asked.append(provider)
        time.sleep(self.stand_in.delay)
        if self.stand_in.broken:
            self._answer(self.stand_in.broken, {"error": "invalid_grant"})
            return
        begun = self.stand_in.codes.pop(sent["code"], None)
        if not begun or not self._is_known(provider, sent) or not self._is_same(begun, sent):
            self._answer(400, {"error": "invalid_grant"})
            return
        access = secrets.token_urlsafe(12)
        self.stand_in.tokens[access] = begun["person"]
        said = {"access_token": access, "token_type": "bearer", "expires_in": 3600, "scope": "another name of it"}
        if provider in OIDC:
            said["id_token"] = self._id_token(provider, begun)
        self._answer(200, said)

    def _is_known(self, provider, sent):
        if provider in BASIC:
            wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            return self.headers["Authorization"] == f"Basic {wanted}" and sent["client_id"] == CLIENT
        if provider in PUBLIC:
            return sent["client_id"] == CLIENT and "client_secret" not in sent
        return (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)

    def _is_same(self, begun, sent):
        """PKCE, the address, and for VK the device and the state."""
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != begun["code_challenge"] or sent["redirect_uri"] != begun["redirect_uri"]:
            return False
        return not begun["device"] or (sent.get("device_id"), sent.get("state")) == (begun["device"], begun["state"])

    def _id_token(self, provider, begun):
        now = int(time.time())
        claims = {"iss": f"{self.stand_in.url}/{provider}", "iat": now, "exp": now + 300, **begun["person"]}
        claims.setdefault("aud", int(CLIENT) if provider == "telegram" else CLIENT)
        if provider == "google":
            claims["nonce"] = self.stand_in.nonce or begun["nonce"]
        return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "1"})

    def _keys(self, provider, asked):
        public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        self._answer(200, {"keys": [public | {"kid": "1", "use": "sig", "alg": "RS256"}]})

    def _profile(self, provider, asked):
        if provider == "vk":
            person = self.stand_in.tokens.get(asked["access_token"]) if asked["client_id"] == CLIENT else None
            self._answer(200, {"user": person} if person else {"error": "invalid_token"})
            return
        kind, _, token = self.headers["Authorization"].partition(" ")
        person = self.stand_in.tokens.get(token)
        wanted = {"yandex": "OAuth", "facebook": "Bearer"}[provider]
        if provider == "facebook":
            proof = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
            person = person if asked["appsecret_proof"] == proof else None
        self._answer(200, person) if person and kind == wanted else self._answer(401, {"error": "invalid_token"})

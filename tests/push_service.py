"""A browser's push service on the loopback (RFC 8030): as strict as the real ones, and it reads what it was given.

A test makes a ``browser()`` there, whose ``subscription`` is what PushSubscription.toJSON() gives; ``browser.received``
holds the decrypted messages. The decryption is written from RFC 8291 and shares no code with ours.
"""

import base64
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key):
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derive(length, salt, info, secret):
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@dataclass
class PushBrowser:
    """``server_key``: what it subscribed with, so nobody else may send to it."""

    endpoint: str
    server_key: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    received: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    answer: tuple = (201, {})  # status and headers
    body: bytes = b""

    @property
    def subscription(self):
        return {"endpoint": self.endpoint, "keys": {"p256dh": encoded(point(self.key)), "auth": encoded(self.auth)}}

    def decrypt(self, body):
        """RFC 8188 header, then RFC 8291 section 3.4."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        secret = derive(32, self.auth, b"WebPush: info\0" + point(self.key) + sender, shared)
        content_key = derive(16, salt, b"Content-Encoding: aes128gcm\0", secret)
        nonce = derive(12, salt, b"Content-Encoding: nonce\0", secret)
        padded = AESGCM(content_key).decrypt(nonce, sealed, None)
        return json.loads(padded.rstrip(b"\0").removesuffix(b"\2"))


class PushService:
    """``delay``: seconds before an answer; ``drip``: seconds between the bytes of one."""

    def __init__(self):
        self.browsers, self.connections, self.delay, self.drip = {}, 0, 0, 0
        handler = type("Handler", (_Handler,), {"service": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def browser(self, server_key):
        endpoint = f"{self.url}/send/{secrets.token_urlsafe(120)}"
        made = self.browsers[endpoint] = PushBrowser(endpoint, server_key)
        return made


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.service.connections += 1

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        browser = self.service.browsers.get(self.service.url + self.path)
        time.sleep(self.service.delay)
        if self.service.drip:
            return self._drip()
        if browser is None:
            return self._say(404)
        if problem := self._problem(browser):
            return self._say(400, {}, problem.encode())
        status, headers = browser.answer
        if status == 201:
            browser.received.append(browser.decrypt(body))
            browser.headers.append(dict(self.headers))
        return self._say(status, headers, browser.body)

    def _problem(self, browser):
        """What the real ones refuse, in words; None when all is well."""
        scheme, _, pairs = self.headers.get("Authorization", "").partition(" ")
        fields = dict(pair.strip().split("=", 1) for pair in pairs.split(","))
        if scheme != "vapid" or fields["k"] != browser.server_key:
            return "not the key this browser subscribed with"
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(fields["k"]))
        claims = jwt.decode(fields["t"], key, algorithms=["ES256"], audience=self.service.url)
        if claims["exp"] > time.time() + 24 * 3600 or not claims["sub"].startswith("mailto:"):
            return "claims"
        if self.headers.get("Content-Encoding") != "aes128gcm" or not self.headers.get("TTL", "").isdigit():
            return "headers"
        if len(self.headers.get("Topic", "")) > 32 or int(self.headers["Content-Length"]) > 4096:
            return "too long"
        return None

    def _say(self, status, headers=None, body=b""):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self):
        try:
            for byte in b"HTTP/1.1 201 Created\r\n":
                self.wfile.write(bytes([byte]))
                time.sleep(self.service.drip)
        except OSError:
            self.close_connection = True

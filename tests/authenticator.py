"""A device that keeps passkeys, in software: it speaks WebAuthn as phones do, and lies where a test tells it to."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def written(raw):
    return urlsafe_b64encode(raw).decode().rstrip("=")


def read(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One passkey. ``origin``: where the browser says it is; ``verifies``: whether it asks for a finger; ``count``:
    the counter, None for the keys of clouds, which do not count.
    """

    def __init__(self, origin="http://localhost", *, verifies=True, count=0):
        self.origin, self.verifies, self.count = origin, verifies, count
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = token_bytes(16)
        self.domain = self.person = None

    def create(self, options):
        """The answer of navigator.credentials.create() to ``options``, as JSON text."""
        self.domain, self.person = options["rp"]["id"], options["user"]["id"]
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(self._public())
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        said = self._said("webauthn.create", options)
        return self._sealed(clientDataJSON=said, attestationObject=cbor2.dumps(statement))

    def get(self, options):
        """The answer of navigator.credentials.get() to ``options``, as JSON text."""
        if self.count is not None:
            self.count += 1
        said, data = self._said("webauthn.get", options), self._data()
        signature = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        person = read(self.person)
        return self._sealed(clientDataJSON=said, authenticatorData=data, signature=signature, userHandle=person)

    def _public(self):
        numbers = self.private.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}

    def _data(self, more=0):
        flags = PRESENT | more | (VERIFIED if self.verifies else 0)
        if self.count is None:
            flags |= BACKUP_ELIGIBLE | BACKED_UP
        return hashlib.sha256(self.domain.encode()).digest() + bytes([flags]) + (self.count or 0).to_bytes(4)

    def _said(self, kind, options):
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _sealed(self, **response):
        sealed = {name: written(value) for name, value in response.items()}
        return json.dumps({"id": written(self.id), "rawId": written(self.id), "type": "public-key", "response": sealed})

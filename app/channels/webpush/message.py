"""What a push message says and how: one sentence and where it leads, readable by one browser only."""

import base64
import hashlib
import json
from datetime import timedelta
from urllib.parse import urlsplit

from flask_babel import gettext

from app.constants import Topic
from app.later import later

http_ece, ec = later("http_ece"), later("cryptography.hazmat.primitives.asymmetric.ec")

KEPT = timedelta(days=1)  # how long a push service keeps it for a browser that is off
PRESSING = {Topic.MESSAGES, Topic.NEW_INQUIRIES, Topic.SUPPORT, Topic.DESK}  # somebody waits for an answer


class Message:
    def __init__(self, parcel):
        self.parcel = parcel
        self.path = urlsplit(parcel.url or "").path or "/"

    def headers(self):
        """A newer message about the same page takes the place of one that still waits for its browser."""
        return {
            "TTL": str(int(KEPT.total_seconds())),
            "Topic": self._topic(),
            "Urgency": "high" if self.parcel.topic in PRESSING else "normal",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
        }

    def encrypted(self, p256dh, auth):
        text = {"title": self.parcel.title, "url": self.path, "lang": self.parcel.locale, "id": str(self.parcel.key)}
        if self.parcel.kind == "inquiry_new":
            text["accept"] = gettext("Accept")
        return http_ece.encrypt(
            json.dumps(text, ensure_ascii=False).encode(),
            private_key=ec.generate_private_key(ec.SECP256R1()),  # of this message alone
            dh=decoded(p256dh),
            auth_secret=decoded(auth),
            version="aes128gcm",
        )

    def _topic(self):
        """At most 32 characters of base64url (RFC 8030 section 5.4); the push service learns nothing from it."""
        whose = f"{self.parcel.address} {self.path}".encode()
        return base64.urlsafe_b64encode(hashlib.sha256(whose).digest()).decode()[:32]


def decoded(text):
    """The bytes of a base64url text, with or without its padding."""
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))

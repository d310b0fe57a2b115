"""Who sends (RFC 8292): a token signed with this installation's key, for one push service at a time."""

import time
from email.utils import parseaddr
from urllib.parse import urlsplit

from app.later import later

jwt = later("jwt")


VALID = 12 * 3600  # seconds; push services refuse more than a day


class Vapid:
    def __init__(self, key, mail_from):
        self.private, self.public = key.private, key.public
        self.contact = f"mailto:{parseaddr(mail_from)[1]}"

    def headers(self, endpoint):
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + VALID,
            "sub": self.contact,
        }
        return {"Authorization": f"vapid t={jwt.encode(claims, self.private, algorithm='ES256')}, k={self.public}"}

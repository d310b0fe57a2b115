"""Webhooks: a signed JSON message (Standard Webhooks) posted to an address that an owner has named.

Any answer but 2xx is tried again, as the standard asks; a redirect and an address of a private network never lead
anywhere, and 410 means that nobody wants to hear more. services/webhooks.py makes the message and keeps the log.
"""

import time
from contextlib import contextmanager
from dataclasses import dataclass

from app.channels.post import Post
from app.channels.verdicts import Permanent, Refused, Temporary

__all__ = ["Receipt", "sender"]


@dataclass(frozen=True)
class Receipt:
    """How a try went, for the log."""

    status: int | None
    milliseconds: int
    response_head: str = ""


class _Sender:
    def __init__(self, post):
        self.post, self.silent = post, set()  # addresses that did not answer in this batch: nobody else waits for them

    def deliver(self, parcel):
        """``parcel.values``: url, body (text) and headers, signed a moment ago. Returns a Receipt."""
        url = parcel.values["url"]
        if url in self.silent:
            raise Temporary("it did not answer a moment ago")
        begun = time.monotonic()
        try:
            answer = self.post.send(url, parcel.values["body"].encode(), parcel.values["headers"])
        except Refused as refusal:
            self.silent.add(url)
            refusal.receipt = Receipt(None, _since(begun))
            raise
        receipt = Receipt(answer.status, _since(begun), _head(answer))
        if not answer.fine:
            raise _refusal(answer, receipt)
        return receipt


@contextmanager
def sender(settings):
    with Post(trusted=settings.webhook_test_origin) as post:
        yield _Sender(post)


def _since(begun):
    return round((time.monotonic() - begun) * 1000)


def _head(answer):
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in answer.headers)]
    return "\n".join(lines)[:2000]


def _refusal(answer, receipt):
    if answer.status == 410:
        refusal = Permanent("410: nobody wants to hear more")
    elif 300 <= answer.status < 400:
        refusal = Permanent(f"{answer.status}: redirects are not followed")
    else:
        refusal = Temporary(str(answer.status), wait=answer.wait)
    refusal.receipt = receipt
    return refusal

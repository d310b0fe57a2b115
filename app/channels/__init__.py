"""How deliveries leave, one folder per channel.

A channel is a module with ``sender(settings)``: a context manager, open for one batch, whose value has
``deliver(parcel)``. That raises verdicts.Permanent or Temporary for this parcel's own failure, Gone when nobody is
behind its address any more, and Unreachable when the channel is down; what it returns goes to services/reach.py, which
also knows whom a channel reaches. It runs in the receiver's language, without any transaction.
"""

from app.channels import email, telegram, webhook, webpush
from app.constants import Channel

MODULES = {Channel.EMAIL: email, Channel.WEBPUSH: webpush, Channel.TELEGRAM: telegram, Channel.WEBHOOK: webhook}

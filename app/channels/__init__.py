"""How deliveries leave, one folder per channel.

A channel is a module with ``sender(settings)``: a context manager, open for one batch, whose value has
``deliver(parcel)``. That raises verdicts.Permanent or Temporary for this parcel's own failure and Unreachable when the
channel is down; it runs in the receiver's language, without any transaction. Whom it reaches is services/reach.py.
"""

from app.channels import email
from app.constants import Channel

MODULES = {Channel.EMAIL: email}

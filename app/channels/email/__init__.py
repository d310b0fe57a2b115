"""E-mail: letters are composed in the receiver's language and handed to a folder (development) or an SMTP server."""

from app.channels.email.compose import compose
from app.channels.email.transports import connect

__all__ = ["compose", "connect"]

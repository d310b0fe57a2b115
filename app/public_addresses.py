"""Addresses that somebody else gave us and that we shall call: public ones only, and only those that were checked."""

import ipaddress
import socket
from urllib.parse import urlsplit

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(ValueError):
    """The address leads somewhere we do not go: into our own network, or past https."""


class Unresolved(OSError):
    """The name has no address just now."""


def check(url, *, trusted=""):
    """Raises NotPublic for what is not a plain https address; ``trusted`` is an origin that may be anything."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotPublic("not an address") from None
    if not parts.hostname or parts.username is not None or not url.isascii():
        raise NotPublic("not an address")
    if trusted and f"{parts.scheme}://{parts.netloc}" == trusted:
        return
    if parts.scheme != "https" or port not in (None, 443):
        raise NotPublic("https only")


def resolve(url, *, trusted=""):
    """The IP addresses of ``url``, all of them public: connect to one of these and to nothing that is looked up later.

    Raises NotPublic, Unresolved.
    """
    check(url, trusted=trusted)
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unresolved(parts.hostname) from None
    addresses = list(dict.fromkeys(entry[4][0] for entry in found))
    if f"{parts.scheme}://{parts.netloc}" != trusted and not all(map(_is_public, addresses)):
        raise NotPublic("an address of a private network")
    return addresses


def _is_public(text):
    """IPv6 can carry an IPv4 address inside: that one counts, too."""
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = _inside(address) if address.version == 6 else None
    if inner is not None:
        return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast


def _inside(address):
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour

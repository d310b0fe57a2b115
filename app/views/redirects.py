"""Where to go next: only inside our own site."""

from urllib.parse import urlsplit

from flask import redirect


def local_path(target, default="/"):
    """``target`` if it is a path of this site, else ``default``: nobody is sent elsewhere by our links.

    Browsers read a backslash as a slash and drop control characters, so both make a target foreign.
    """
    target = target or ""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or any(ord(c) < 32 for c in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def see_other(target):
    """Every redirect after a POST is 303 (DESIGN section 5)."""
    return redirect(target, 303)

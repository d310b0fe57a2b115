"""Packages that libraries take if they find them, for clients, brokers and commands that nobody here uses: 18 MB."""

import sys
from contextlib import contextmanager


@contextmanager
def absent(*names):
    """Whoever imports these inside goes without them, as if they were not installed. Those loaded already stay."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules |= dict.fromkeys(hidden)
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]

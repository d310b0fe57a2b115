"""Packages that libraries load for what nobody here does: clients, brokers, colours, thirty languages. 27 MB."""

import sys
import warnings
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec


@contextmanager
def absent(*names):
    """Whoever imports these inside goes without them, as if they were not installed. Those loaded already stay."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules |= dict.fromkeys(hidden)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def bare(package):
    """Inside, modules of ``package`` are imported one by one: its own first file, which loads all of them, waits for
    whoever imports the package itself.
    """
    if package in sys.modules:
        yield
        return
    sys.modules[package] = module_from_spec(find_spec(package))
    try:
        yield
    finally:
        del sys.modules[package]

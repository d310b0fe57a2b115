"""Heavy packages that a process may never need: pictures, passkeys, workbooks. Loaded when first asked for something.

Each weighs 2 to 8 MB in every process, and 0.1 s of each start.
"""

from importlib import import_module


class _Later:
    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        return getattr(import_module(self._name), name)


def later(name):
    """Stands for the module of that name. Unlike importlib's own LazyLoader it may be asked by many threads at once."""
    return _Later(name)

"""What the fork server imports before it forks: all that a server or a worker may need, and the runner itself."""

import gc
import os
import pkgutil
from importlib import import_module

import gunicorn.app.wsgiapp
import gunicorn.workers.gthread  # noqa: F401

import app
import tests.forks  # noqa: F401
from tests import at_ease

for found in pkgutil.walk_packages(app.__path__, "app."):
    import_module(found.name)

if "PYTEST_VERSION" in os.environ:  # and not a measurement
    at_ease.forget_the_disk()

# A server looks once through all that there is (gunicorn.conf.py): through what is the same in each of them, not again.
gc.collect()
gc.freeze()

"""Makes its own small database and the account it is entered with, then serves."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peers.djangoadmin.settings"

import django  # noqa: E402

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

from bench.peers.timed import Timed  # noqa: E402

call_command("migrate", verbosity=0)
User.objects.create_superuser("owner", password="bench")
app = Timed(get_wsgi_application())

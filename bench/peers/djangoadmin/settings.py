"""As startproject writes it; sessions and accounts of its own in a small file, our rows as the second database."""

import os

SECRET_KEY = "bench"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.peers.djangoadmin.urls"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "bench.peers.djangoadmin",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
# Opened as our own program opens it: app/models/engine.py.
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; "
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456"
    },
}
DATABASES = {
    "default": {**SQLITE, "NAME": os.environ["PEER_OWN"]},
    "rows": {**SQLITE, "NAME": os.environ["PEER_ROWS"]},
}
DATABASE_ROUTERS = ["bench.peers.djangoadmin.models.Router"]
LANGUAGE_CODE, TIME_ZONE, USE_TZ = "ru", "Europe/Moscow", True
STATIC_URL = "static/"

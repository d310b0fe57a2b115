"""Typed settings from the environment (DESIGN section 5), each with an embedded default.

A value is never printed: errors name the variable only.
"""

import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path


class ConfigError(Exception):
    """A setting is missing or malformed; the text names the variable, never its value."""


def _flag(text):
    return text.strip().lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True, repr=False)
class Keys:
    """What a provider of sign-in knows us by."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, repr=False)
class Settings:
    secret_key: str
    database_url: str
    host: str = "127.0.0.1"
    port: int = 5000
    public_url: str = "http://127.0.0.1:5000"
    secret_key_fallbacks: tuple = ()  # earlier keys, newest first: they open what they closed, and close nothing
    redis_url: str = ""
    mail_url: str = ""
    media_url: str = ""
    mail_from: str = "Otklik <no-reply@otklik.example>"
    demo: bool = False
    ratelimit_enabled: bool = True
    telegram_bot_token: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    webpush_test_origin: str = ""  # where a stand-in of a push service lives, https or not; never set on a served site
    webhook_test_origin: str = ""  # likewise, where a stand-in of a program lives
    sign_in: dict = field(default_factory=dict)  # provider → Keys

    def __repr__(self):
        return f"<Settings {', '.join(f.name for f in fields(self))}>"

    @property
    def https(self):
        return self.public_url.startswith("https://")

    @property
    def sqlite(self):
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_env(cls, instance: Path, env=None):
        """Read the settings; ``instance`` is the folder of the embedded database, mails, media and key.

        Raises ConfigError where a value cannot be read, or where production lacks SECRET_KEY.
        """
        env = os.environ if env is None else env
        port = _integer(env, "PORT", 5000)
        host = env.get("HOST") or "127.0.0.1"
        public_url = (env.get("PUBLIC_URL") or f"http://{host}:{port}").rstrip("/")
        return cls(
            secret_key=env.get("SECRET_KEY") or _local_key(instance, public_url),
            database_url=_driver(env.get("DATABASE_URL") or f"sqlite:///{instance / 'otklik.sqlite3'}"),
            host=host,
            port=port,
            public_url=public_url,
            secret_key_fallbacks=tuple(env.get("SECRET_KEY_FALLBACKS", "").split()),
            redis_url=env.get("REDIS_URL", ""),
            mail_url=env.get("MAIL_URL") or f"file:{instance / 'mail'}",
            media_url=env.get("MEDIA_URL") or f"file:{instance / 'media'}",
            mail_from=env.get("MAIL_FROM") or cls.mail_from,
            demo=_flag(env.get("DEMO", "0")),
            ratelimit_enabled=_flag(env.get("RATELIMIT_ENABLED", "1")),
            telegram_bot_token=env.get("TELEGRAM_BOT_TOKEN", "").strip(),
            telegram_api_url=env.get("TELEGRAM_API_URL") or cls.telegram_api_url,
            webpush_test_origin=env.get("WEBPUSH_TEST_ORIGIN", ""),
            webhook_test_origin=env.get("WEBHOOK_TEST_ORIGIN", ""),
            sign_in=_sign_in_keys(env),
        )


def _sign_in_keys(env):
    """``GOOGLE_CLIENT_ID`` and ``GOOGLE_CLIENT_SECRET``, and so on: provider → Keys of those that are set."""
    names = [name.removesuffix("_CLIENT_ID") for name in env if name.endswith("_CLIENT_ID") and env[name]]
    return {name.lower(): Keys(env[f"{name}_CLIENT_ID"], env.get(f"{name}_CLIENT_SECRET", "")) for name in names}


def _integer(env, name, default):
    try:
        return int(env.get(name) or default)
    except ValueError:
        raise ConfigError(f"{name} must be a whole number") from None


def _driver(url):
    """Name psycopg 3 explicitly: a bare ``postgresql://`` would ask for the older driver."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _local_key(instance, public_url):
    """The key of a local run, made once. A served https site must bring its own."""
    if public_url.startswith("https://"):
        raise ConfigError("SECRET_KEY must be set when PUBLIC_URL is https")
    instance.mkdir(parents=True, exist_ok=True)
    path = instance / "secret_key"
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()

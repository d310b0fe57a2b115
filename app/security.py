"""The floor every answer stands on: cookies, Content-Security-Policy with a nonce, HSTS behind https."""

import secrets
from datetime import timedelta
from functools import lru_cache

from flask import abort, current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from app.extensions import csrf
from app.services.limits import Memory

MEGABYTE = 1024 * 1024


def flask_config(settings):
    """Flask's and the extensions' configuration made from our Settings."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "SESSION_COOKIE_NAME": "otklik",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "REMEMBER_COOKIE_NAME": "otklik_remember",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.https,
        "REMEMBER_COOKIE_DURATION": timedelta(days=60),
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "MAX_CONTENT_LENGTH": MEGABYTE,
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as its session: a form left open overnight still works
        "RATELIMIT_ENABLED": settings.ratelimit_enabled,
        "RATELIMIT_STORAGE_URI": settings.redis_url or f"{Memory.STORAGE_SCHEME[0]}://",
        "RATELIMIT_STORAGE_OPTIONS": REDIS_PATIENCE if settings.redis_url else {},
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(settings.redis_url),  # Redis is away: each process counts alone
        "RATELIMIT_HEADERS_ENABLED": True,
        "PREFERRED_URL_SCHEME": "https" if settings.https else "http",
    }


REDIS_PATIENCE = {"socket_connect_timeout": 2, "socket_timeout": 2}


def _engine_options(settings):
    if settings.sqlite:
        # Readers run beside the one writer; a thread waits for a connection rather than failing. The connection used
        # last is taken first: its page and statement caches are warm, and those of a busy hour fall out of use again.
        return {
            "pool_size": 16,
            "max_overflow": 48,
            "pool_timeout": 30,
            "pool_use_lifo": True,
            "connect_args": {"check_same_thread": False},
        }
    # No pre-ping, which is a round trip for each question: models/engine.py notices a dead connection without one.
    return {"pool_size": 10, "max_overflow": 10, "pool_recycle": 1800}


def init_app(app, settings):
    if settings.https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    app.context_processor(lambda: {"csp_nonce": csp_nonce})
    app.before_request(refuse_nul)
    app.after_request(lambda response: harden(response, settings.https))


def protect_forms(app):
    """Flask-WTF signs the token once a page, but reads its settings again for each of a dozen forms."""
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.context_processor(lambda: {"csrf_token": csrf_token})


def csrf_token():
    if "csrf_token" not in g and "csrf_token" in session:
        g.csrf_token = _signed(current_app.secret_key, session["csrf_token"])
    return g.get("csrf_token") or generate_csrf()


@lru_cache(maxsize=4096)
def _signed(key, secret):
    """As Flask-WTF does it anew for each page: the moment it adds is asked by nobody (WTF_CSRF_TIME_LIMIT)."""
    return URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(secret)


def refuse_nul():
    """No person types this character, and PostgreSQL stores it nowhere: one refusal instead of one in every field."""
    values = (value for fields in (request.args, request.form) for found in fields.listvalues() for value in found)
    if "\0" in request.path or any("\0" in value for value in values):
        abort(400)


def csp_nonce():
    """The nonce of this answer's scripts, made when first asked for."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def harden(response, https):
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    wanted = {
        "Content-Security-Policy": f"default-src 'self'; script-src 'self'{nonce}; style-src 'self'; "
        f"img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'{_socket_origin()}; "
        "worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if https:
        wanted["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if response.mimetype == "text/html":
        wanted["Cache-Control"] = "no-store"
    has = {name.lower() for name, _value in response.headers}  # once: each question walks the list
    response.headers.extend((name, value) for name, value in wanted.items() if name.lower() not in has)
    return response


def _socket_origin():
    """Older Safari does not count ws: as 'self'."""
    return f" {'wss' if request.is_secure else 'ws'}://{request.host}"

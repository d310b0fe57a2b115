"""Versioned addresses and cache headers of our static files.

Style sheets and pictures carry a hash of their content and are kept for a year. Scripts carry none: modules import
one another by plain relative names, and one file under two addresses would run twice, so a browser asks again each
time and mostly hears "not modified". Fonts carry none either, because the style sheet and the preload must name the
very same address; they never change under one name.
"""

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from flask import current_app, has_request_context, request

FOREVER = "public, max-age=31536000, immutable"
UNVERSIONED = (".js", ".woff2", ".map")


def init_app(app, settings):
    app.url_defaults(add_version)
    app.jinja_env.globals["url_for"] = url_for
    app.after_request(keep_or_ask)


def url_for(endpoint, **values):
    """Flask's own; a page names dozens of files and doors, and to build each address anew takes ten times as long."""
    if not values and has_request_context():
        return _door(endpoint, request.script_root, request.blueprint if endpoint.startswith(".") else None)
    if endpoint == "static" and values.keys() == {"filename"} and has_request_context():
        name = values["filename"]
        changed = None if name.endswith(UNVERSIONED) else _changed(f"{current_app.static_folder}/{name}")
        return _address(current_app.static_folder, request.script_root, name, changed)
    return current_app.url_for(endpoint, **values)


@lru_cache(maxsize=1024)
def _door(endpoint, root, blueprint):
    return current_app.url_for(endpoint)


@lru_cache(maxsize=1024)
def _address(folder, root, name, changed):
    return current_app.url_for("static", filename=name)


def _changed(path):
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return None


def add_version(endpoint, values):
    name = values.get("filename")
    if endpoint != "static" or not name or "v" in values or name.endswith(UNVERSIONED):
        return
    path = Path(current_app.static_folder) / name
    if path.is_file():
        values["v"] = fingerprint(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def fingerprint(path, changed):
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def keep_or_ask(response):
    if request.endpoint == "static" and response.status_code in (200, 304):
        kept = "v" in request.args or request.path.endswith(".woff2")
        response.headers["Cache-Control"] = FOREVER if kept else "no-cache"
    return response

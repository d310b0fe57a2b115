"""A test client that behaves like a browser: CSRF tokens on its forms, and a look at every page it is given."""

import re
import secrets

import markupever
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from app.models.accounts import SignIn
from app.services.transaction import transaction

HANDLER = re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
STYLE_ATTRIBUTE = re.compile(r"<[^>]+\sstyle\s*=", re.IGNORECASE)
# A needed control of a public page of which the browser's own words would tell (static/js/field_errors.js).
BUBBLES = (
    "body:not(.console) form:not([novalidate]) [required],"
    "body:not(.console) [required]:not([data-missing], [type=radio])"
)


class Browser(FlaskClient):
    """``post`` carries a valid CSRF token unless ``csrf=False``; each HTML page is checked by ``check_page``."""

    def open(self, *args, csrf=True, check=True, **kwargs):
        if csrf and kwargs.get("method", "").upper() in {"POST", "PUT", "PATCH", "DELETE"}:
            kwargs["headers"] = {"X-CSRFToken": self.csrf_token(), **dict(kwargs.get("headers") or {})}
        with self.application.app_context():  # or a test's own context would remember the last visitor
            response = super().open(*args, **kwargs)
        if check and response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 308):
            check_page(response)
        return response

    def csrf_token(self):
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", secrets.token_hex(20))
        serializer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")
        return serializer.dumps(raw)

    def sign_in(self, user):
        session_id = signed_in(self.application, user)
        with self.session_transaction() as session:
            session["_user_id"] = session_id
            session["_fresh"] = True


def signed_in(app, user):
    """What the session cookie of a browser signed in as ``user`` holds."""
    public_id, user_id, epoch = user.public_id, user.id, user.session_epoch
    with app.app_context(), transaction() as session:
        row = SignIn(user_id=user_id, epoch=epoch, how="test")
        session.add(row)
        session.flush()
        return f"{public_id}:{row.public_id}"


def check_page(response):
    """Valid HTML, one h1, a language, a title, CSP, and nothing inline that the CSP would have to allow."""
    text = response.get_data(as_text=True)
    where = response.request.path
    parser = markupever.Parser().process(text).finish()
    assert not parser.errors(), f"{where}: invalid HTML {parser.errors()[:3]}"
    tree = parser.into_dom()
    headings = len(list(tree.select("h1")))
    assert headings == 1, f"{where}: a page has one h1, this has {headings}"
    assert tree.select_one("html").attrs.get("lang") in {"ru", "en"}, f"{where}: html lang is missing"
    title = tree.select_one("head > title")
    assert title is not None and title.text().strip(), f"{where}: no title"
    ids = [element.attrs["id"] for element in tree.select("[id]") if element.attrs["id"]]
    assert len(ids) == len(set(ids)), f"{where}: ids stand twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    assert "script-src 'self'" in response.headers.get("Content-Security-Policy", ""), f"{where}: no CSP"
    assert not HANDLER.search(text), f"{where}: inline handler {HANDLER.search(text).group()[:120]}"
    assert not STYLE_ATTRIBUTE.search(text), f"{where}: inline style {STYLE_ATTRIBUTE.search(text).group()[:120]}"
    bubbles = tree.select_one(BUBBLES)
    assert bubbles is None, f"{where}: the browser would speak for us at {bubbles.attrs}"
    assert "javascript:" not in text.lower(), f"{where}: javascript: address"
    for attributes in SCRIPT.findall(text):
        assert "src=" in attributes or 'type="application/json"' in attributes or "nonce=" in attributes, (
            f"{where}: inline script without a nonce <script{attributes}>"
        )

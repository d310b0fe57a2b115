"""Errors as people and programs should see them: a page with a way out, or ``{ok: false, error: {code, text}}``."""

from flask import current_app, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app import problem_json, slow
from app.errors import DomainError

TEXTS = {
    400: lambda: _("The request could not be read. Go back and try again."),
    403: lambda: _("You have no access to this page."),
    404: lambda: _("There is no such page, or it is not yours to see."),
    405: lambda: _("This page cannot be opened that way."),
    409: lambda: _("This cannot be done now."),
    413: lambda: _("This is too large. Go back and send less."),
    429: lambda: _("Too many tries. Wait a little and try again."),
    500: lambda: _("Something broke on our side. We already know; try again in a minute."),
    503: lambda: _("Files cannot be reached right now. Try again in a minute."),
    507: lambda: _("There is no room for files right now. We already know; try again later."),
}

TITLES = {
    403: lambda: _("No access"),
    404: lambda: _("Page not found"),
    409: lambda: _("Not now"),
    413: lambda: _("Too large"),
    429: lambda: _("Too many tries"),
    500: lambda: _("Something broke"),
    503: lambda: _("Back in a minute"),
}


def init_app(app, settings):
    slow.init_app(app)
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(CSRFError, csrf_error)
    app.register_error_handler(HTTPException, http_error)


def domain_error(error):
    if problem_json.wanted():
        return problem_json.of(error)
    return answer(error.status, error.code, str(error.message) or TEXTS[error.status](), **more(error))


def more(error):
    """What a program reads beside the code."""
    seconds = getattr(error, "retry_after", None)
    return {"retry_after": seconds} if seconds else {}


def csrf_error(error):
    return answer(400, "csrf", _("The page is out of date. Open it again and repeat what you did."))


def http_error(error):
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, InternalServerError):
        current_app.logger.error("unhandled error at %s", request.endpoint)
    text = TEXTS.get(error.code, TEXTS[400])()
    return answer(error.code, error.name.lower().replace(" ", "_"), text)


def answer(status, code, text, **more):
    """One answer for each kind of reader."""
    if problem_json.wanted():
        return problem_json.answer(status, code, text)
    if wants_json():
        return jsonify(ok=False, error={"code": code, "text": text, **more}), status
    title = TITLES.get(status, lambda: _("That did not work"))()
    return render_template("errors/error.html", status=status, code=code, title=title, text=text), status


JSON_FIRST = {
    "conversations.send",
    "office_conversations.send",
    "support.chat_send",
    "desk.send",
}  # programs' doors that a page's form may use too


def wants_json():
    """Programs are told apart by what they accept or send; at some doors by not being a browser."""
    if request.endpoint in JSON_FIRST:
        return request.is_json or "text/html" not in request.accept_mimetypes.values()
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json" or request.is_json

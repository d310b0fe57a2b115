"""/api/v1: the doors of programs. Each is opened by a bearer token, never by a cookie (app/doors.py)."""

from flask import Blueprint, Response, g, json, request

from app.doors import bearer, current_actor
from app.errors import InvalidInput
from app.extensions import csrf
from app.services import api_answers, api_tokens
from app.services.request_fields import PREFIX
from app.views.api.v1 import asking, rates
from app.views.api.v1.operations import Answer
from app.views.api.v1.table import TABLE

blueprint = Blueprint("api_v1", __name__, url_prefix="/api/v1")
POINTERS = {name: f"/budget/{name[-3:]}" for name in ("budget_min", "budget_max")}
POINTERS |= {"currency": "/budget/currency"}
POINTERS |= {name: f"/client/{name}" for name in ("email", "phone", "consent", "consent_data")}

csrf.exempt(blueprint)  # nothing here is done on the word of a cookie, so nobody can be tricked into it


def _door(operation):
    def door(**path):
        ask = asking.read(operation, current_actor(), g.api_token)
        key = request.headers.get("Idempotency-Key") if operation.method == "POST" else None
        try:
            return _response(operation.do(ask, **path)) if key is None else _once(ask, key, path)
        except InvalidInput as error:
            error.field = _pointer(error.field, operation)
            raise

    return bearer(door, operation.permission, operation.scope)


def _pointer(field, operation):
    """Where the body says what a service calls so; the query's parameters have the services' own names."""
    if not field or field.startswith("/") or not operation.body:
        return field
    if field.startswith(PREFIX):
        return f"/answers/{field.removeprefix(PREFIX)}"
    return POINTERS.get(field, f"/{field}")


def _once(ask, key, path):
    question = f"{request.method} {request.path}\n".encode() + request.get_data()
    with api_answers.once(ask.token.id, key, question) as kept:
        again = kept.status is not None
        if not again:
            response = _response(ask.operation.do(ask, **path))
            kept.status, kept.body = response.status_code, response.get_data(as_text=True)
            kept.headers = {name: response.headers[name] for name in ("ETag", "Location") if name in response.headers}
        response = _json(kept.body, kept.status, kept.headers)
    response.headers["Idempotent-Replayed"] = "true" if again else "false"
    return response


def _response(answer: Answer):
    headers = dict(answer.headers)
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.location:
        headers["Location"] = answer.location
    return _json("" if answer.data is None else json.dumps(answer.data), answer.status, headers)


def _json(text, status, headers):
    return Response(text, status, headers, mimetype="application/json")


blueprint.before_request(rates.count)


@blueprint.after_request
def _finish(response):
    """Answers hold personal data: nobody between us and the program keeps them."""
    response.headers["Cache-Control"] = "no-store"
    rates.tell(response)
    if token := g.get("api_token"):
        api_tokens.note_use(token.id, token.last_used_at)
    return response


for operation in TABLE:
    blueprint.add_url_rule(operation.rule, operation.name, _door(operation), methods=[operation.method])

"""A program that comes in by /api/v1. Whatever it is answered must be what the OpenAPI document promises."""

from functools import cache

from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.exceptions import HTTPException

from app.views.api.v1.document import document
from app.views.api.v1.schemas import SCHEMAS

PROBLEM = "application/problem+json"


class Program:
    """``program.get("/inquiries")``; ``token`` None sends none."""

    def __init__(self, app, token=None):
        self.client, self.token = app.test_client(), token

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.ask("POST", path, json=body or {}, **more)

    def patch(self, path, body, version):
        return self.ask("PATCH", path, json=body, headers={"If-Match": f'"{version}"'})

    def ask(self, method, path, *, headers=None, **more):
        headers = dict(headers or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        response = self.client.open(f"/api/v1{path}", method=method, headers=headers, csrf=False, **more)
        check(self.client.application, method, path.partition("?")[0], response)
        return response


def check(app, method, path, response):
    """The status and the shape of ``response`` stand in the document."""
    promised = _promised(app, method, path)
    if promised is None:
        assert (response.status_code, response.mimetype) == (404, PROBLEM)
        return
    responses = promised["responses"]
    assert str(response.status_code) in responses, f"{method} {path}: {response.status_code} is not in the document"
    content = responses[str(response.status_code)].get("content")
    if content is None:
        assert response.get_data() == b""
        return
    ((kind, told),) = content.items()
    assert response.mimetype == kind
    schema = told["schema"] | {"components": {"schemas": SCHEMAS}}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(response.get_json(force=True))


def _promised(app, method, path):
    endpoint = _endpoint(app, method, path)
    return endpoint and _operations(app)[endpoint]


def _endpoint(app, method, path):
    try:
        endpoint, _args = app.url_map.bind("localhost").match(f"/api/v1{path}", method=method)
    except HTTPException:
        return None
    return endpoint.partition(".")[2]


@cache
def _operations(app):
    with app.test_request_context():
        told = document("http://localhost")
    return {one["operationId"]: one for path in told["paths"].values() for one in path.values()}

"""The OpenAPI 3.1 document of /api/v1, made of the table that the doors are made of."""

from flask_babel import gettext as _

from app.branding import service_name
from app.views.api.v1 import own_fields
from app.views.api.v1.operations import Param
from app.views.api.v1.schemas import SCHEMAS, page_of, ref
from app.views.api.v1.table import TABLE

REPLAYED = {"schema": {"type": "string", "enum": ["true", "false"]}}
RATES = {f"RateLimit-{name}": {"schema": {"type": "integer"}} for name in ("Limit", "Remaining", "Reset")}
ETAG = {"ETag": {"schema": {"type": "string"}}}


def document(public_url):
    """In the language of the reader."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("%(service)s API", service=service_name()),
            "version": "1",
            "description": _("One request for a home, by programs."),
        },
        "servers": [{"url": f"{public_url}/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in dict.fromkeys(str(operation.group) for operation in TABLE)],
        "paths": _paths(),
        "components": {
            "schemas": SCHEMAS | own_fields.described(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths():
    paths = {}
    for operation in TABLE:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return paths


def _operation(operation):
    told = {
        "operationId": operation.name,
        "tags": [str(operation.group)],
        "summary": str(operation.about),
        "description": str(operation.more),
        "parameters": _parameters(operation),
        "responses": _responses(operation),
        "x-scope": operation.scope and operation.scope.value,
    }
    if operation.body:
        content = {"application/json": {"schema": ref(operation.body)}}
        told["requestBody"] = {"content": content, "required": "required" in SCHEMAS[operation.body]}
    return told


def _parameters(operation):
    path = [Param(name, {"type": "string", "format": "uuid"}) for name in operation.names]
    told = [_parameter(param, "path", required=True) for param in path]
    told += [_parameter(param, "query") for param in operation.params]
    told += [_parameter(param, "header", required=required) for param, required in headers(operation)]
    return told


def headers(operation):
    """``[(Param, whether it must be sent)]``"""
    told = []
    if operation.method == "POST":
        about = _("Any text of up to 200 characters. The same key within 24 hours gets the first answer.")
        told.append((Param("Idempotency-Key", {"type": "string", "maxLength": 200}, about), False))
    if operation.versioned:
        told.append((Param("If-Match", {"type": "string"}, _("The ETag of the version you have seen.")), True))
    return told


def _parameter(param, place, *, required=False):
    told = {"name": param.name, "in": place, "required": required, "schema": param.schema}
    return told | ({"description": str(param.about)} if param.about else {})


def statuses(operation):
    """The errors it may answer with."""
    found = {401, 403, 429, *operation.refusals}
    found |= {404} if operation.names else set()
    found |= {412, 428} if operation.versioned else set()
    found |= {415, 422} if operation.body else set()
    found |= {422} if operation.params or operation.method == "POST" else set()
    return sorted(found)


def _responses(operation):
    answer = {"description": str(operation.about), "headers": RATES | (ETAG if operation.versioned else {})}
    if operation.method == "POST":
        answer["headers"] = answer["headers"] | {"Idempotent-Replayed": REPLAYED}
    if schema := schema_of(operation):
        answer["content"] = {"application/json": {"schema": schema}}
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    told = {str(status): {"description": _("Refused"), "content": problem} for status in statuses(operation)}
    return {str(operation.status): answer} | told


def schema_of(operation):
    """Of the answer; None where there is nothing to say."""
    if operation.gives is None:
        return None
    return page_of(operation.gives) if operation.pages else ref(operation.gives)

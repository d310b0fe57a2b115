"""/api/v1 for people who write programs: a page, and the same in OpenAPI. Both are made of the table of its doors."""

from flask import Blueprint, current_app, jsonify, render_template

from app.constants import ApiScope
from app.doors import public
from app.services.api_answers import KEPT
from app.views.api.v1 import document, samples, schemas
from app.views.api.v1.asking import MOST, USUAL
from app.views.api.v1.table import TABLE

blueprint = Blueprint("api_docs", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
@public
def openapi():
    response = jsonify(document.document(current_app.config["SETTINGS"].public_url))
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@blueprint.get("/docs")
@public
def index():
    groups = {}
    for operation in TABLE:
        groups.setdefault(str(operation.group), []).append(operation)
    return render_template(
        "api/docs.html",
        groups=groups,
        scopes=list(ApiScope),
        schemas=schemas.SCHEMAS,
        document=document,
        sample=samples.of,
        curl=samples.curl,
        pretty=samples.pretty,
        base=current_app.config["SETTINGS"].public_url + "/api/v1",
        limits={"usual": USUAL, "most": MOST, "hours": KEPT.total_seconds() // 3600},
    )

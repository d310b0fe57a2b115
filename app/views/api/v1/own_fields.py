"""The fields that owners added to the form of an inquiry: which there are, and how their answers are written."""

from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission as P
from app.access.scopes import visible_to
from app.constants import ApiScope as S
from app.constants import FieldKind
from app.models.request_fields import RequestField
from app.services import request_fields
from app.services.request_fields.definitions import LARGEST, TEXT_LENGTH
from app.views.api.v1.asking import ORDER, PAGING
from app.views.api.v1.operations import Operation
from app.views.api.v1.schemas import DAY, FLAG, line, many, null

PLAIN = ("key", "label_ru", "label_en", "unit_ru", "unit_en", "options", "minimum", "maximum", "required", "counted")
PLAIN += ("deals", "property_types")


def shown(row):
    told = {"id": str(row.public_id), "kind": row.kind.value, "retired": row.retired_at is not None}
    return told | {name: getattr(row, name) for name in PLAIN}


def index(ask):
    return ask.page(visible_to(ask.actor, RequestField), RequestField.id, lambda rows: [shown(row) for row in rows])


def written(answers):
    """``answers`` of a body as services take them: whole numbers are whole, nothing chosen is no answer."""
    return {key: _written(value) for key, value in answers.items()}


def _written(value):
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value in ("", []) else value


def described():
    """The schema of answers with a property for each field that is asked now, as the document prints it."""
    properties = {field.key: _schema(field) for field in request_fields.live()}
    if not properties:
        return {}
    taken = {key: null(schema) for key, schema in properties.items()}
    return {
        "Answers": {"type": "object", "properties": properties},
        "NewAnswers": {"type": "object", "properties": taken, "additionalProperties": False},
    }


def _schema(field):
    return (
        _SHAPES[field.kind](field)
        | {"title": field.caption}
        | ({"description": _about(field)} if _about(field) else {})
    )


def _about(field):
    """What each option is called: its key alone says little."""
    return "; ".join(f"{option.key}: {option.label}" for option in field.offered())


def _number(field):
    low = -LARGEST if field.minimum is None else field.minimum
    return {"type": "number", "minimum": low, "maximum": LARGEST if field.maximum is None else field.maximum}


_SHAPES = {
    FieldKind.TEXT: lambda field: line(TEXT_LENGTH),
    FieldKind.NUMBER: _number,
    FieldKind.CHOICE: lambda field: {"type": "string"},
    FieldKind.SEVERAL: lambda field: many({"type": "string"}) | {"uniqueItems": True},
    FieldKind.DATE: lambda field: DAY,
    FieldKind.YES_NO: lambda field: FLAG,
}
GROUP = _l("Inquiries")
OPERATIONS = (
    Operation(
        name="listRequestFields",
        method="GET",
        path="/request-fields",
        group=GROUP,
        about=_l("The fields that owners added to the form"),
        more=_l("An inquiry keeps the answers to them under “answers”, each by the field's key."),
        scope=S.INQUIRIES_READ,
        permission=P.INQUIRY_CORRECT,
        params=(ORDER, *PAGING),
        gives="RequestField",
        pages=True,
        do=index,
    ),
)

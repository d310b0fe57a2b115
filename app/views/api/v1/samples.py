"""Examples for the docs, made of the schemas: a value of each shape, and the command that asks for it."""

import json

from app.views.api.v1.schemas import SCHEMAS

ID = "019ab3f0-5c1e-7d42-9a34-2f6b1c0d8e77"
TEXTS = {"uuid": ID, "date": "2026-12-01", "date-time": "2026-12-01T14:32:05Z"}
PATTERNS = {"^[A-Z]{2}$": "CZ", "^[A-Z]{3}$": "EUR"}
NAMED = {
    "email": "anna@example.com",
    "name": "Anna",
    "name_ru": "Прага",
    "name_en": "Prague",
    "phone": "+420777123456",
    "website": "https://domus.example",
    "timezone": "Europe/Prague",
    "wishes": "Balcony",
    "answers": {"pets": True, "view": ["park", "yard"]},
    "next": None,
    "min": 50000,
    "max": 90000,
    "prefix": "otk_a1B2c3",
}


def of(schema, name=""):
    """A value that fits ``schema``; ``name`` is that of its field."""
    if "$ref" in schema:
        return of(SCHEMAS[schema["$ref"].rpartition("/")[2]], name)
    if "anyOf" in schema:
        return of(schema["anyOf"][0], name)
    if name in NAMED and "properties" not in schema:
        return NAMED[name]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    return _of_type(schema, name)


def _of_type(schema, name):
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        return {key: of(value, key) for key, value in schema["properties"].items()}
    if kind == "array":
        return [of(schema["items"], name)]
    if kind == "string":
        return TEXTS.get(schema.get("format")) or PATTERNS.get(schema.get("pattern")) or "text"
    return {"boolean": True, "integer": 1, "number": 0.5}[kind]


def pretty(value):
    return json.dumps(value, indent=2, ensure_ascii=False)


def curl(operation, base):
    """The command that asks for it in a terminal."""
    address = base + operation.path.replace("{id}", ID)
    lines = [f"curl {address}" if operation.method == "GET" else f"curl -X {operation.method} {address}"]
    lines.append('-H "Authorization: Bearer $TOKEN"')
    if operation.versioned:
        lines.append("-H 'If-Match: \"1\"'")
    if operation.method == "POST":
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if operation.body:
        body = json.dumps(of({"$ref": f"#/{operation.body}"}), ensure_ascii=False)
        lines += ['-H "Content-Type: application/json"', f"-d '{body}'"]
    return " \\\n  ".join(lines)

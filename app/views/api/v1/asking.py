"""What a program asks, read and checked: the query, the body, the page, the version it has seen."""

import hashlib
import json
from dataclasses import dataclass, field

from flask import request
from flask_babel import lazy_gettext as _l

from app.errors import DomainError, InvalidInput
from app.extensions import db
from app.later import later
from app.services import keys
from app.views.api.v1.checking import UNKNOWN, WrongValues, check
from app.views.api.v1.operations import Answer, Param
from app.views.api.v1.schemas import ref

fernet = later("cryptography.fernet")

USUAL, MOST = 50, 200
NEWEST, OLDEST = "newest", "oldest"
PAGING = (
    Param("limit", {"type": "integer", "minimum": 1, "maximum": MOST}, _l("How many at most; 50 unless told.")),
    Param("cursor", {"type": "string", "maxLength": 500}, _l("“next” of the page before.")),
)
ORDER = Param("order", {"type": "string", "enum": [NEWEST, OLDEST]}, _l("Newest first unless told."))


class Unreadable(DomainError):
    code, status = "not_json", 415


class VersionNeeded(DomainError):
    code, status = "if_match_needed", 428


@dataclass(frozen=True)
class Ask:
    """One request. ``query`` and ``body`` are as their schemas say; what was left out is not in them."""

    operation: object
    actor: object
    token: object
    query: dict = field(default_factory=dict)
    body: dict = field(default_factory=dict)
    version: int | None = None  # of If-Match

    def page(self, rows, key, show, *, order=None):
        """A page of ``rows`` (a Select) in the order of ``key``, a unique column; each as ``show(row)``.

        Nothing is shown twice or left out when rows are added meanwhile: a page begins behind the last row of the one
        before, not at a number.
        """
        size, newest = self.query.get("limit", USUAL), (order or self.query.get("order", NEWEST)) == NEWEST
        if "cursor" in self.query:
            last = self._opened(self.query["cursor"])
            rows = rows.where(key < last if newest else key > last)
        rows = rows.order_by(key.desc() if newest else key).limit(size + 1)
        found = db.session.scalars(rows).unique().all()
        there_are_more, found = len(found) > size, found[:size]
        following = self._sealed(getattr(found[-1], key.key)) if there_are_more else None
        return Answer({"data": show(found), "next": following})

    def _sealed(self, last):
        """Sealed, not only signed: the numbers of rows are nobody's business."""
        return keys.cipher(b"api cursor").encrypt(json.dumps([self._about(), last]).encode()).decode()

    def _opened(self, cursor):
        try:
            about, last = json.loads(keys.cipher(b"api cursor").decrypt(cursor.encode()))
        except (fernet.InvalidToken, ValueError):
            about = last = None
        if about is None or about != self._about():
            raise InvalidInput(_l("This cursor belongs to another question."), field="cursor", code="bad_cursor")
        return last

    def _about(self):
        """What a cursor goes on with: the same list under the same filters."""
        filters = {name: value for name, value in self.query.items() if name not in ("cursor", "limit")}
        text = json.dumps([self.operation.name, request.view_args, filters], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(operation, actor, token):
    """The Ask of this request. Raises InvalidInput, Unreadable, VersionNeeded."""
    return Ask(
        operation, actor, token, _query(operation), _body(operation), _version() if operation.versioned else None
    )


def _query(operation):
    known = {param.name: param for param in operation.params}
    unknown = [name for name in request.args if name not in known]
    if unknown:
        raise WrongValues([{"field": name, "detail": str(UNKNOWN)} for name in unknown])
    values = {name: _typed(known[name].schema, text) for name, text in request.args.items()}
    try:
        for name, value in values.items():
            check(value, known[name].schema)
    except WrongValues as wrong:
        wrong.errors = [{"field": name, "detail": each["detail"]} for each in wrong.errors]
        raise
    return values


def _typed(schema, text):
    """The text of a query as its type; left as it is where it cannot be that, for the check to tell."""
    if schema["type"] == "integer" and text.isdecimal() and len(text) < 10:
        return int(text)
    if schema["type"] == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def _body(operation):
    if operation.body is None:
        return {}
    if not request.is_json and (request.content_length or operation.method != "POST"):
        raise Unreadable(_l("Send JSON, with Content-Type: application/json."))
    value = _parsed(request.get_data()) if request.content_length else {}
    if not isinstance(value, dict):
        raise InvalidInput(_l("The body is not a JSON object."), code="not_json")
    check(value, ref(operation.body))
    return value


def _parsed(data):
    """None for what is no JSON: Python would take NaN and Infinity too, which PostgreSQL and every reader refuse."""
    try:
        return json.loads(data, parse_constant=int)
    except ValueError:
        return None


def _version():
    """The version that the program has seen."""
    if not request.if_match:
        raise VersionNeeded(_l("Send If-Match with the ETag of the version you have seen."))
    for tag in request.if_match.as_set():
        if tag.isdecimal() and len(tag) < 10:
            return int(tag)
    return 0  # of no row ever

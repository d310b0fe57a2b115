"""The shapes of what /api/v1 takes and gives, in JSON Schema 2020-12: checked at the door, printed in the docs."""

from app.constants import Deal, FieldKind, InquirySource, InquiryStatus, MessageKind, Period, PropertyType, Role, Rooms
from app.services.inquiries.drafts import LARGEST_AMOUNT, LARGEST_AREA, WISHES_LENGTH


def words(enum):
    return {"type": "string", "enum": [member.value for member in enum]}


def null(schema):
    """``schema``, or null."""
    if "enum" in schema:
        return schema | {"type": ["string", "null"], "enum": [*schema["enum"], None]}
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return schema | {"type": [*types, "null"]}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def thing(properties, *, optional=()):
    """An object of exactly these properties."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def many(schema):
    return {"type": "array", "items": schema}


TEXT, FLAG, COUNT = {"type": "string"}, {"type": "boolean"}, {"type": "integer", "minimum": 0}
ID = {"type": "string", "format": "uuid"}
MOMENT, DAY = {"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}
CODE = {"type": "string", "pattern": "^[A-Z]{2}$"}
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$"}
MINOR = {"type": "integer", "minimum": 1, "maximum": LARGEST_AMOUNT}
EMAIL = {"type": "string", "maxLength": 254}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
MINUTES = null({"type": "number"})
YES = {"const": True, "type": "boolean"}


def line(longest, shortest=0):
    return {"type": "string", "minLength": shortest, "maxLength": longest}


WISH = {
    "deal": words(Deal),
    "city": ID,
    "property_type": words(PropertyType),
    "rooms": many(words(Rooms)),
    "budget": ref("NewBudget"),
    "area_min": null({"type": "integer", "minimum": 1, "maximum": LARGEST_AREA}),
    "move_in": null(DAY),
    "wishes": line(WISHES_LENGTH),
    "answers": ref("NewAnswers"),
}
ANSWER = {"type": ["string", "number", "boolean", "array"], "items": {"type": "string"}}
ANSWERS = {"type": "object", "additionalProperties": ANSWER}
COUNTS = {
    "inquiries": COUNT,
    "accepted": COUNT,
    "acceptances": COUNT,
    "acceptance_rate": null(SHARE),
    "first_response_minutes": MINUTES,
    "ninth_response_minutes": MINUTES,
}

SCHEMAS = {
    "Budget": thing({"min": null(MINOR), "max": null(MINOR), "currency": CURRENCY}),
    "NewBudget": thing(
        {"min": null(MINOR), "max": null(MINOR), "currency": null(CURRENCY)}, optional=("min", "max", "currency")
    ),
    "PlaceName": thing({"id": ID, "name_ru": TEXT, "name_en": TEXT, "country": CODE}),
    "PersonName": thing({"id": ID, "name": TEXT}),
    "AgencyName": thing({"id": ID, "name": TEXT}),
    "NewClient": thing(
        {
            "email": EMAIL,
            "name": line(120),
            "phone": null(line(40)),
            "locale": {"type": "string", "enum": ["ru", "en"]},
            "consent": YES,
            "consent_data": YES,
        },
        optional=("name", "phone", "locale", "consent", "consent_data"),
    ),
    "Inquiry": thing(
        {
            "id": ID,
            "number": COUNT,
            "status": words(InquiryStatus),
            "source": words(InquirySource),
            "deal": words(Deal),
            "city": ref("PlaceName"),
            "property_type": words(PropertyType),
            "rooms": many(words(Rooms)),
            "budget": ref("Budget"),
            "area_min": null(COUNT),
            "move_in": null(DAY),
            "wishes": TEXT,
            "answers": ref("Answers"),
            "client": ref("PersonName"),
            "recipients": COUNT,
            "acceptances": COUNT,
            "awaiting_realtor": FLAG,
            "created_at": MOMENT,
            "published_at": null(MOMENT),
            "first_accepted_at": null(MOMENT),
            "expires_at": null(MOMENT),
            "closed_at": null(MOMENT),
            "version": COUNT,
        }
    ),
    "NewInquiry": thing(
        {"client": ref("NewClient")} | WISH,
        optional=("property_type", "rooms", "budget", "area_min", "move_in", "wishes", "answers"),
    ),
    "InquiryChange": thing(WISH, optional=tuple(WISH)) | {"minProperties": 1},
    "Answers": ANSWERS,
    "NewAnswers": ANSWERS | {"additionalProperties": null(ANSWER)},
    "RequestField": thing(
        {
            "id": ID,
            "key": TEXT,
            "kind": words(FieldKind),
            "label_ru": TEXT,
            "label_en": TEXT,
            "unit_ru": TEXT,
            "unit_en": TEXT,
            "options": many(thing({"key": TEXT, "ru": TEXT, "en": TEXT, "retired": FLAG})),
            "minimum": null({"type": "number"}),
            "maximum": null({"type": "number"}),
            "required": FLAG,
            "counted": FLAG,
            "deals": many(words(Deal)),
            "property_types": many(words(PropertyType)),
            "retired": FLAG,
        }
    ),
    "Cancellation": thing({"reason": line(500)}, optional=("reason",)),
    "Person": thing(
        {
            "id": ID,
            "role": words(Role),
            "name": TEXT,
            "email": null(TEXT),
            "phone": null(TEXT),
            "locale": TEXT,
            "timezone": null(TEXT),
            "city": null(ref("PlaceName")),
            "agency": null(ref("AgencyName")),
            "blocked": FLAG,
            "deleted": FLAG,
            "created_at": MOMENT,
            "last_seen_at": null(MOMENT),
        }
    ),
    "Agency": thing({"id": ID, "name": TEXT, "website": TEXT, "created_at": MOMENT, "version": COUNT}),
    "NewAgency": thing({"name": line(160, 1), "website": line(290)}, optional=("website",)),
    "AgencyChange": thing({"name": line(160, 1), "website": line(290)}, optional=("name", "website"))
    | {"minProperties": 1},
    "Country": thing({"code": CODE, "name_ru": TEXT, "name_en": TEXT, "currency": CURRENCY}),
    "City": thing(
        {
            "id": ID,
            "country": CODE,
            "name_ru": TEXT,
            "name_en": TEXT,
            "timezone": null(TEXT),
            "latitude": null({"type": "number"}),
            "longitude": null({"type": "number"}),
            "population": COUNT,
            "served": FLAG,
            "merged_into": null(ID),
            "version": COUNT,
        }
    ),
    "Conversation": thing(
        {
            "id": ID,
            "inquiry": ID,
            "client": ref("PersonName"),
            "realtor": ref("PersonName"),
            "open": FLAG,
            "messages": COUNT,
            "created_at": MOMENT,
            "last_message_at": MOMENT,
            "closed_at": null(MOMENT),
        }
    ),
    "Message": thing(
        {
            "id": ID,
            "seq": COUNT,
            "kind": words(MessageKind),
            "sender": null(ID),
            "created_at": MOMENT,
            "edited_at": null(MOMENT),
            "deleted": FLAG,
        }
    ),
    "Counts": thing(COUNTS),
    "Statistics": thing(
        {
            "period": words(Period),
            "first": DAY,
            "last": DAY,
            "timezone": TEXT,
            "realtors": COUNT,
            "total": ref("Counts"),
            "previous": ref("Counts"),
            "countries": many(thing({"country": CODE, "realtors": COUNT} | COUNTS)),
            "cities": many(thing({"city": ref("PlaceName"), "realtors": COUNT} | COUNTS)),
            "deals": many(thing({"deal": words(Deal)} | COUNTS)),
            "sources": many(thing({"source": words(InquirySource)} | COUNTS)),
            "days": many(thing({"day": DAY} | COUNTS)),
        }
    ),
    "Me": thing(
        {
            "token": thing(
                {
                    "id": ID,
                    "name": TEXT,
                    "prefix": TEXT,
                    "scopes": many(TEXT),
                    "created_at": MOMENT,
                    "expires_at": null(MOMENT),
                }
            ),
            "person": thing({"id": ID, "name": TEXT, "role": words(Role)}),
        }
    ),
    "Problem": thing(
        {
            "type": TEXT,
            "title": TEXT,
            "status": COUNT,
            "detail": TEXT,
            "code": TEXT,
            "errors": many(thing({"field": TEXT, "detail": TEXT})),
        },
        optional=("errors",),
    ),
}


def page_of(name):
    """A page of a list."""
    return thing({"data": many(ref(name)), "next": null(TEXT)})

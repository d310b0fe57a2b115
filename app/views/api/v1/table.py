"""Every door of /api/v1. They are registered from this table, and the docs are printed from it."""

from app.views.api.v1 import agencies, conversations, inquiries, me, own_fields, people, places, statistics

ROOMS = (me, inquiries, own_fields, people, agencies, places, conversations, statistics)
TABLE = tuple(operation for room in ROOMS for operation in room.OPERATIONS)

"""Letters whose words need rows: each kind's function turns the stored payload into the template's values.

Called at sending time in the receiver's language; a kind without a function gets its payload as it is.
"""

from app.services.notifications import in_this_language, sentence


def _notification(payload):
    return {"sentence": sentence(payload["notification"], payload)}


# kind → function(payload) → dict of further values
CONTEXTS = {"notification": _notification}


def context(kind, payload):
    """All the values of a letter's template, in the current language."""
    values = in_this_language(payload)
    extend = CONTEXTS.get(kind)
    return values | extend(payload) if extend else values

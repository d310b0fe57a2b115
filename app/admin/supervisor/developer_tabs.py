"""The rooms of whoever looks after programs share one place of the menu."""

from flask_babel import lazy_gettext as _l

TABS = (
    ("developer.index", _l("Overview")),
    ("api_tokens.index_view", "API"),
    ("webhooks.index_view", _l("Webhooks")),
)

"""The rooms of whoever looks after programs share one place of the menu."""

from flask_babel import lazy_gettext as _l

TABS = (
    ("api_tokens.index_view", "API"),
    ("webhooks.index_view", _l("Webhooks")),
)

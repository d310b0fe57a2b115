"""Jinja and JSON doors. Each module owns one blueprint named by its domain word."""

from importlib import import_module

# A module per line: adding a room here is all that registering it takes.
MODULES = (
    "app.views.client.conversations",
    "app.views.client.comments",
    "app.views.api.media",
    "app.views.api.messages",
    "app.views.api.places",
    "app.views.api.session",
    "app.views.api.statistics",
    "app.views.api.v1",
    "app.views.api.docs",
    "app.views.client.inquiries",
    "app.views.client.notifications",
    "app.views.client.passkeys",
    "app.views.client.preferences",
    "app.views.client.profile",
    "app.views.client.push",
    "app.views.client.telegram",
    "app.views.client.second_factor",
    "app.views.client.sharing",
    "app.views.client.view_as",
    "app.views.public.accounts",
    "app.views.public.articles",
    "app.views.public.brand",
    "app.views.public.auth",
    "app.views.public.behaviour",
    "app.views.public.health",
    "app.views.public.join",
    "app.views.public.home",
    "app.views.public.indexing",
    "app.views.public.installing",
    "app.views.public.inquiries",
    "app.views.public.language",
    "app.views.public.passkey_entry",
    "app.views.public.partners",
    "app.views.public.second_step",
    "app.views.public.support",
    "app.views.public.service_worker",
    "app.views.public.unsubscribing",
)


def init_app(app):
    for name in MODULES:
        app.register_blueprint(import_module(name).blueprint)

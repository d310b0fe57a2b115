"""The browsers that show push messages: a script subscribes its own, the page of channels removes any."""

from flask import Blueprint, flash, jsonify, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from app import devices
from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.doors import current_actor, requires
from app.errors import InvalidInput
from app.extensions import limiter
from app.models.notifications import PushSubscription
from app.services import push
from app.services.device_names import device_name
from app.views.redirects import see_other

blueprint = Blueprint("push", __name__, url_prefix="/my/push")


@blueprint.get("")
@requires(Permission.PUSH)
def key():
    """What a service worker needs to renew a subscription by itself; only our own origin can read it."""
    return jsonify(key=push.public_key(), csrf=generate_csrf())


@blueprint.post("")
@limiter.limit("60 per hour")
@requires(Permission.PUSH)
def subscribe():
    """``{endpoint, keys: {p256dh, auth}, instead_of}``, as PushSubscription.toJSON() has it."""
    sent, browser = _json(), devices.current()
    keys = sent.get("keys") if isinstance(sent.get("keys"), dict) else {}
    row = push.subscribe(
        _text(sent, "endpoint"),
        _text(keys, "p256dh"),
        _text(keys, "auth"),
        browser=browser.name,
        system=browser.system,
        instead_of=_text(sent, "instead_of"),
        actor=current_actor(),
    )
    return jsonify(ok=True, id=str(row.public_id)), 201


@blueprint.delete("")
@requires(Permission.PUSH)
def unsubscribe():
    push.unsubscribe_endpoint(_text(_json(), "endpoint"), actor=current_actor())
    return jsonify(ok=True)


@blueprint.post("/<uuid:public_id>/remove")
@requires(Permission.PUSH)
def remove(public_id):
    actor = current_actor()
    push.unsubscribe(get_visible(actor, PushSubscription, public_id, Permission.PUSH), actor=actor)
    flash(_("No more push messages on that device."), "success")
    return see_other(url_for("preferences.index", _anchor="push"))


def _json():
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InvalidInput(_("The browser sent something that cannot be read."))
    return sent


def _text(fields, name):
    value = fields.get(name)
    return value if isinstance(value, str) else ""


@blueprint.app_context_processor
def helpers():
    """What the page of channels asks; nothing is looked up for any other."""
    return {
        "push_devices": lambda: push.devices(current_user),
        "push_key": push.public_key,
        "device_words": device_name,
    }

"""What a person is told, by which channel and when: the profile's page for every role."""

from datetime import time

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from app.access.permissions import Permission
from app.constants import Channel, Role, Topic
from app.doors import current_actor, requires
from app.errors import InvalidInput
from app.forms.preferences import RealtorRhythmForm, RhythmForm
from app.services import audience, preferences, reach, timezones
from app.views import problems
from app.views.redirects import see_other

blueprint = Blueprint("preferences", __name__, url_prefix="/my/profile/notifications")

CHANNELS = {
    Channel.SITE: (_l("On the site"), "bell"),
    Channel.EMAIL: (_lp("channel", "E-mail"), "mail"),
    Channel.WEBPUSH: (_l("Push"), "monitor-smartphone"),
    Channel.TELEGRAM: ("Telegram", "send"),
}
NIGHT = time(22), time(8)  # what the fields propose


@blueprint.get("")
@requires(Permission.PROFILE)
def index():
    return _page(_form(formdata=None))


@blueprint.post("")
@requires(Permission.PROFILE)
def save():
    actor, form = current_actor(), _form()
    if not form.validate():
        return _page(form, 422)
    try:
        preferences.choose(
            _pairs(request.form.getlist("cell")),
            shown=[channel for channel in _columns() if channel in request.form.getlist("column")],
            quiet=_quiet(form),
            digest=form.digest.data if "digest" in form else None,
            actor=actor,
        )
    except InvalidInput as error:
        problems.show(form, error)
        return _page(form, 422)
    flash(_("Saved."), "success")
    return see_other(url_for("preferences.index"))


def _columns():
    return [Channel.SITE, *reach.channels()]


def _pairs(cells):
    """«topic:channel» of every tick, as pairs; what is neither is left out."""
    pairs = (cell.partition(":")[::2] for cell in cells)
    return {(Topic(t), Channel(c)) for t, c in pairs if t in set(Topic) and c in set(Channel)}


def _quiet(form):
    if not (form.quiet.data and form.quiet_from.data and form.quiet_to.data):
        return None
    return tuple(moment.hour * 60 + moment.minute for moment in (form.quiet_from.data, form.quiet_to.data))


def _form(**options):
    actor = current_actor()
    kept = preferences.rhythm(actor)
    hours = NIGHT
    if kept.quiet_from is not None:
        hours = [time(*divmod(minutes, 60)) for minutes in (kept.quiet_from, kept.quiet_to)]
    data = {"quiet": kept.quiet_from is not None, "quiet_from": hours[0], "quiet_to": hours[1], "digest": kept.digest}
    return (RealtorRhythmForm if actor.role == Role.REALTOR else RhythmForm)(data=data, **options)


def _page(form, status=200):
    actor = current_actor()
    [listener] = audience.listeners([actor.id], Topic.ACCOUNT)
    return render_template(
        "profile/notifications.html",
        person=actor,
        form=form,
        topics=preferences.TOPICS[actor.role],
        columns={channel: CHANNELS[channel] for channel in _columns()},
        switches=preferences.switches(actor),
        locked=preferences.LOCKED,
        available={channel: reach.available(channel, listener) for channel in _columns()},
        zone=dict(timezones.choices(str(get_locale()))).get(listener.zone.key, listener.zone.key),
    ), status

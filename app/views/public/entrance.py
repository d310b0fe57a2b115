"""What every way of signing in ends with: a new session, the inquiry typed before it, and the right page."""

from flask import request, url_for

from app import sessions
from app.access.permissions import Permission, may
from app.doors import current_actor
from app.languages import select_locale
from app.navigation import home_url
from app.services import accounts, contacts, inquiries, timezones
from app.views import half_way, pending
from app.views.redirects import local_path, see_other


def enter(user, *, how, remember=True, to=None):
    """Sign ``user`` in and send them on (303): to their inquiries if one waited for it (DESIGN rules 4 and 5), else
    ``to`` the local page they were on the way to (by default the address says which). Whoever has a second step is
    asked for it first.
    """
    if half_way.is_due(user):
        half_way.keep(user, how=how, remember=remember, to=to or wanted())
        return see_other(url_for("second_step.ask"))
    return admit(user, how=how, remember=remember, to=to)


def admit(user, *, how, remember=True, to=None):
    """The end of ``enter``, once nothing more is asked for."""
    sessions.begin(user, remember=remember, how=how)
    if not (pending.tokens() and may(user, Permission.INQUIRY_SUBMIT)):
        return see_other(onward(user, to))
    inquiry = pending.claim(user)
    if inquiry:
        pending.say_sent(waits=inquiries.waits(inquiry))
    response = see_other(home_url(user) if inquiry else onward(user, to))
    pending.forget(response)
    return response


def onward(user, to=None):
    """The local page the person was on the way to, else the home of the role."""
    return local_path(to or wanted(), home_url(user))


def wanted():
    return request.values.get("next")


def already_in():
    """A redirect for somebody who is signed in and opens a sign-in page, else None."""
    actor = current_actor()
    return see_other(onward(actor)) if actor and actor.is_active else None


def browser_facts():
    """Language and time zone a new account begins with."""
    return {"locale": select_locale(), "timezone": timezones.canonical(request.cookies.get("tz"))}


def newcomer_rules(form, region):
    """What every new account is asked of: field → its rule. ``region`` is where a phone is written without its code."""
    return {
        "email": contacts.email_address,
        "phone": lambda text: contacts.phone_number(text, region),
        "password": lambda text: accounts.check_new_password(text, form.email.data),
    }

"""«Мои запросы»: the list, one inquiry with its conversations and history, and what its author may do with it."""

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app import talk_standing
from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.access.scopes import visible_to
from app.constants import InquiryStatus
from app.doors import current_actor, requires
from app.errors import EditConflict, RefusedMove
from app.forms import own_fields
from app.forms.inquiries import EditInquiryForm
from app.models.inquiries import Inquiry
from app.services import history, inbox, inquiries, inquiry_text, matches, settings, trackers
from app.views import inquiry_forms
from app.views.redirects import see_other

blueprint = Blueprint("inquiries", __name__, url_prefix="/my/inquiries")

PAGE = 20
ONLY = {None: _l("All"), "unread": _l("Unread"), "later": _l("Set aside")}
WRONG = 422

# The face of each state: what components/ui.html calls the kinds of a tag.
KINDS = {
    InquiryStatus.DRAFT: "warm",
    InquiryStatus.NEW: "new",
    InquiryStatus.IN_WORK: "work",
    InquiryStatus.DONE: "done",
    InquiryStatus.CANCELLED: "",
    InquiryStatus.EXPIRED: "",
}


@blueprint.app_context_processor
def wording():
    """Templates say an inquiry the way services/inquiry_text.py does."""
    return {"inquiry_text": inquiry_text, "status_kinds": KINDS}


def _own(public_id):
    return get_visible(current_actor(), Inquiry, public_id, Permission.INQUIRY_OWN, options=[joinedload(Inquiry.city)])


def _page_url(inquiry):
    return url_for("inquiries.show", public_id=inquiry.public_id)


@blueprint.get("")
@requires(Permission.INQUIRY_OWN)
def index():
    number = max(1, request.args.get("page", 1, type=int))
    found, last = trackers.page_of(visible_to(current_actor(), Inquiry), number, PAGE)
    return render_template(
        "inquiries/index.html",
        inquiries=found,
        trackers=trackers.trackers(found),
        page=min(number, last),
        last=last,
    )


@blueprint.get("/<public_id>")
@requires(Permission.INQUIRY_OWN)
def show(public_id):
    inquiry, actor = _own(public_id), current_actor()
    return render_template(
        "inquiries/show.html",
        inquiry=inquiry,
        tracker=trackers.trackers([inquiry])[inquiry.id],
        conversations=_threads(inquiry, actor),
        filters=_filters(inquiry),
        **talk_standing.snoozes(),
        helpers=[match.realtor for match in matches.accepted_by(inquiry)],
        history=history.entries(inquiry, reader=actor),
        may=_possible(inquiry, actor),
        waiting_days=settings.get("waiting_days"),
    )


def _threads(inquiry, actor):
    """Open ones first; within them the pinned, then the latest message on top."""
    found = inbox.threads(actor, inquiry=inquiry, only=_only(), with_later=True)
    return sorted(found, key=lambda thread: not thread.open)


def _only():
    only = request.args.get("only")
    return only if only in ONLY else None


def _filters(inquiry):
    """(label, address, whether it is chosen) for the conversations of this inquiry."""
    address = lambda only: url_for("inquiries.show", public_id=inquiry.public_id, only=only)  # noqa: E731
    return [(label, address(name), name == _only()) for name, label in ONLY.items()]


def _possible(inquiry, actor):
    """Which buttons stand on the page."""
    open_now = inquiry.status not in inquiries.CLOSED
    return {
        "edit": open_now,
        "done": inquiries.may_move(inquiry, InquiryStatus.DONE, actor=actor),
        "cancel": inquiries.may_move(inquiry, InquiryStatus.CANCELLED, actor=actor),
        "reopen": not open_now and inquiries.may_move(inquiry, inquiries.reopened(inquiry), actor=actor),
        "repeat": not open_now,
    }


def _move(public_id, status, done, **more):
    inquiry = _own(public_id)
    try:
        inquiries.move(inquiry, status, actor=current_actor(), **more)
        flash(done, "success")
    except RefusedMove as error:
        flash(error.message, "error")
    return see_other(_page_url(inquiry))


@blueprint.post("/<public_id>/cancel")
@requires(Permission.INQUIRY_OWN)
def cancel(public_id):
    reason = request.form.get("reason", "")
    return _move(public_id, InquiryStatus.CANCELLED, _("The inquiry is cancelled."), reason=reason)


@blueprint.post("/<public_id>/done")
@requires(Permission.INQUIRY_OWN)
def done(public_id):
    """«Нашёл жильё»: with the realtor who helped, when one is named."""
    helper = _helper(_own(public_id), request.form.get("realtor"))
    text = _("Congratulations on your new home! The realtors have been told politely.")
    return _move(public_id, InquiryStatus.DONE, text, helped_by=helper)


def _helper(inquiry, public_id):
    accepted = {str(match.realtor.public_id): match.realtor for match in matches.accepted_by(inquiry)}
    return accepted.get(public_id)


@blueprint.post("/<public_id>/reopen")
@requires(Permission.INQUIRY_OWN)
def reopen(public_id):
    return _move(public_id, InquiryStatus.NEW, _("The inquiry is open again."))


@blueprint.post("/<public_id>/repeat")
@requires(Permission.INQUIRY_SUBMIT)
def repeat(public_id):
    """One press publishes a fresh copy; what has changed since is edited on its page."""
    copy = inquiries.repeat(_own(public_id), actor=current_actor())
    flash(
        _(
            "Inquiry No.\xa0%(number)s is sent: a fresh copy. Correct it here if something has changed.",
            number=copy.number,
        )
    )
    return see_other(_page_url(copy))


@blueprint.get("/<public_id>/edit")
@requires(Permission.INQUIRY_OWN)
def edit(public_id):
    inquiry = _own(public_id)
    if inquiry.status in inquiries.CLOSED:
        flash(_("A closed inquiry cannot be changed. Reopen it first."), "error")
        return see_other(_page_url(inquiry))
    form = inquiry_forms.asking(EditInquiryForm)(formdata=None)
    inquiry_forms.fill(form, inquiry)
    return _edit_page(form, inquiry)


def _edit_page(form, inquiry, status=200, **more):
    chosen = inquiry_forms.chosen_city(form) if form.city.data else None
    values = inquiry_forms.context(form, chosen=chosen or inquiry.city) | more
    return render_template("inquiries/edit.html", form=form, inquiry=inquiry, **values), status


@blueprint.post("/<public_id>/edit")
@requires(Permission.INQUIRY_OWN)
def save(public_id):
    inquiry = _own(public_id)
    form = inquiry_forms.asking(EditInquiryForm)(inquiry_forms.sent(inquiry))
    own_fields.keep_offering(form, inquiry.answers)
    values = inquiry_forms.read(form, before=inquiry.move_in)
    if not values:
        return _edit_page(form, inquiry, WRONG)
    try:
        inquiries.edit(inquiry, values, actor=current_actor(), version=form.version.data or None)
    except EditConflict as conflict:
        return _conflict(form, inquiry, conflict)
    except RefusedMove as error:
        flash(error.message, "error")
        return see_other(_page_url(inquiry))
    flash(_("Saved. The realtors see the change."), "success")
    return see_other(_page_url(inquiry))


def _conflict(form, inquiry, conflict):
    """Somebody corrected it meanwhile: show what, keep what was typed, and let the next press decide."""
    form.version.raw_data, form.version.data = None, inquiry.version
    return _edit_page(form, inquiry, 409, theirs=history.difference(conflict.original, conflict.theirs))

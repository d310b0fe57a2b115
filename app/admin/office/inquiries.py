"""«Новые запросы»: what the city's clients ask for, live; accepting one opens the conversation."""

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.access.permissions import Permission as P
from app.admin.base import SecureView
from app.admin.office.lists import chosen, cursor, narrowed, received
from app.constants import Deal, DeclineReason
from app.doors import current_actor, of_the_city, requires
from app.services import inquiry_text, matches, notifications, office

SHOWN = ("all", *(deal.value for deal in Deal), "declined")


class OfficeInquiries(SecureView):
    permission = P.INQUIRY_RECEIVE
    label = _l("New inquiries")
    icon = "inbox"

    @expose("/")
    @of_the_city
    def index(self):
        actor, shown, before = current_actor(), chosen("show", SHOWN), cursor("before")
        cards = listed(actor, shown, before=before, limit=office.PAGE + 1, where=narrowed().clauses)
        page, more = cards[: office.PAGE], len(cards) > office.PAGE
        counts, [unread] = office.counts(actor, notifications.unread_at(_addresses(page), actor=actor))
        place = {"more": more, "shown": shown, "first": before is None, "narrow": narrowed()}
        html = self.render("office/inquiries.html", cards=page, counts=counts, **place, **WORDS)
        shown_to(actor, page, unread=unread)
        return html

    @expose("/fresh")
    def fresh(self):
        """Cards of what came after ``after`` (or of everything, when the page had none), for the live page."""
        actor, shown = current_actor(), chosen("show", SHOWN)
        cards = listed(actor, shown, after=cursor("after"), limit=office.PAGE, where=narrowed().clauses)
        html = render_template("office/_cards.html", cards=cards, **WORDS)
        shown_to(actor, cards)
        return jsonify(ok=True, html=html, count=len(cards))

    @expose("/<uuid:public_id>")
    def show(self, public_id):
        actor, inquiry = current_actor(), received(public_id)
        card = office.card(inquiry, actor=actor)
        rows = inquiry_text.rows(inquiry, wishes=False)
        html = self.render("office/inquiry.html", card=card, rows=rows, **WORDS)
        shown_to(actor, [card])
        return html

    @expose("/<uuid:public_id>/card")
    def card(self, public_id):
        """One card anew, for the live page."""
        cards = [office.card(received(public_id), actor=current_actor())]
        return jsonify(ok=True, html=render_template("office/_cards.html", cards=cards, **WORDS))

    @expose("/<uuid:public_id>/accept", methods=("POST",))
    @requires(P.INQUIRY_ANSWER)
    def accept(self, public_id):
        conversation = matches.accept(received(public_id), actor=current_actor())
        return see_other("office_conversations.show", public_id=conversation.public_id)

    @expose("/<uuid:public_id>/decline", methods=("POST",))
    @requires(P.INQUIRY_ANSWER)
    def decline(self, public_id):
        inquiry = received(public_id)
        matches.decline(inquiry, _reason(request.form.get("reason", "")), actor=current_actor())
        flash(_("Inquiry No.\xa0%(number)s is hidden. You find it under “Declined”.", number=inquiry.number), "good")
        return see_other("office_inquiries.index")


def _reason(text):
    """One of the listed reasons; words of one's own are another reason, none at all is refused."""
    if not text.strip():
        abort(400)
    return DeclineReason(text) if text in set(DeclineReason) else DeclineReason.OTHER


def arrivals():
    """The status line's sentence by plural category, for the browser to choose from."""
    categories = {"one": 1, "few": 2, "many": 5, "other": 5}
    return {
        name: _n("%(num)s new inquiry has just come", "%(num)s new inquiries have just come", number)
        for name, number in categories.items()
    }


WORDS = {"text": inquiry_text, "reasons": inquiry_text.DECLINE_REASONS, "arrivals": arrivals}


def listed(actor, shown, **place):
    if shown == "declined":
        place.pop("after", None)
        return office.declined_inquiries(actor, **place)
    return office.new_inquiries(actor, deal=Deal(shown) if shown in set(Deal) else None, **place)


def shown_to(actor, cards, *, unread=True):
    """After rendering, not before: writing makes the rows on the page stale. ``unread``: whether a notification that
    leads to any of these may be unread.
    """
    addresses = _addresses(cards)
    matches.mark_seen([card.inquiry for card in cards if card.fresh], actor=actor)
    if unread:
        notifications.mark_seen_at(addresses, actor=actor)


def _addresses(cards):
    return [url_for("office_inquiries.show", public_id=card.inquiry.public_id) for card in cards]


def see_other(endpoint, **values):
    return redirect(url_for(endpoint, **values), 303)

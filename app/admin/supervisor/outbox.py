"""What was to be delivered: sent, waiting, dead. A dead letter is sent again with one press."""

from flask_admin.actions import action
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.filters import Choice
from app.admin.listing import Order
from app.admin.words import choices, word
from app.constants import Channel, OutboxStatus, Topic
from app.doors import current_actor
from app.models.outbox import Delivery
from app.services import outbox, overview

LETTERS = {
    "account_blocked": _l("account blocked"),
    "city_served": _l("the city has its first realtor"),
    "email_changed": _l("e-mail changed"),
    "identity_linked": _l("a way to sign in connected"),
    "inquiry_accepted": _l("a realtor replied"),
    "inquiry_corrected": _l("inquiry corrected"),
    "inquiry_digest": _l("digest of new inquiries"),
    "inquiry_expired": _l("inquiry expired"),
    "inquiry_unserved": _l("no realtor came"),
    "inquiry_new": _l("new inquiry"),
    "inquiry_published": _l("inquiry published"),
    "partner_page": _l("page for a partner"),
    "message": _l("new message"),
    "new_device": _l("sign-in with a new device"),
    "notification": _l("notification"),
    "passkey": _l("a passkey added or removed"),
    "password_changed": _l("password changed"),
    "password_reset": _l("password forgotten"),
    "password_unknown": _l("password forgotten, no such account"),
    "report": _l("report by mail"),
    "second_factor": _l("second step of signing in"),
    "account_invited": _l("invitation to a new account"),
    "account_withdrawn": _l("invitation to a new account taken back"),
    "quick_account": _l("account made by the quick form"),
    "support_question": _l("question to support"),
    "support_reply": _l("support has answered"),
}
SENT_BY = [channel for channel in Channel if channel != Channel.SITE]
FACES = {OutboxStatus.PENDING: "work", OutboxStatus.SENT: "done", OutboxStatus.DEAD: "stop", OutboxStatus.DROPPED: ""}


def kind(delivery):
    return LETTERS.get(delivery.kind, delivery.kind)


def topic(delivery):
    return word(delivery.topic) if delivery.topic else "—"


def status_tag(delivery):
    return cells.tag(word(delivery.status), FACES[delivery.status])


class OutboxAdmin(SecureModelView):
    permission = Permission.DELIVERIES_READ
    corrects = Permission.DELIVERIES
    icon = "send"
    label = _l("Delivery")
    group = groups.UPKEEP
    can_view_details = True
    empty_hint = _l("Letters stand here from the moment they are due.")

    column_list = ("kind", "address", "channel", "topic", "status", "attempts", "error", "created_at", "due_at")
    column_details_list = (
        "status",
        "channel",
        "topic",
        "address",
        "locale",
        "attempts",
        "error",
        "created_at",
        "due_at",
        "sent_at",
    )
    numeric = ("attempts",)
    column_labels = {
        "kind": _l("Kind"),
        "address": _l("Address"),
        "channel": _l("Channel"),
        "topic": _l("Topic"),
        "status": _l("State"),
        "attempts": _l("Tries"),
        "error": _l("What went wrong"),
        "locale": _l("Language"),
        "created_at": _l("Made"),
        "due_at": _l("Next try"),
        "sent_at": _l("Sent"),
    }
    column_formatters = {
        "kind": cells.of(kind),
        "channel": cells.of(lambda row: word(row.channel)),
        "topic": cells.of(topic),
        "status": cells.of(status_tag),
    }
    orders = {"created_at": Order((Delivery.id,))}
    filters = (
        Choice(name="status", label=_l("State"), column=Delivery.status, choices=lambda: choices(OutboxStatus)),
        Choice(name="channel", label=_l("Channel"), column=Delivery.channel, choices=lambda: choices(SENT_BY)),
        Choice(name="topic", label=_l("Topic"), column=Delivery.topic, choices=lambda: choices(Topic)),
        Choice(
            name="late",
            label=_l("Late letters"),
            choices=[("1", _l("yes"))],
            clauses={"1": overview.overdue},
            rare=True,
        ),
    )

    def title(self, row):
        return f"{kind(row)} → {row.address}"

    def offers(self, action, row):
        return row.status in (OutboxStatus.PENDING, OutboxStatus.DEAD)

    @action("retry", _l("Send again"))
    def retry(self, rows):
        self.each(rows, lambda row: outbox.retry(row, actor=current_actor()))

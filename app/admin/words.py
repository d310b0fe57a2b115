"""Words for the members of enums, where no service has them."""

from flask_babel import lazy_gettext as _l

from app.constants import Channel, InquirySource, MessageKind, MessengerKind, OutboxStatus, Role, Topic

# By enum first: members of two enums with one word are equal.
WORDS = {
    Role: {
        Role.CLIENT: _l("client"),
        Role.REALTOR: _l("realtor"),
        Role.SCOUT: _l("scout"),
        Role.AGENT: _l("agent"),
        Role.STAFF: _l("own role"),
        Role.SUPERVISOR: _l("supervisor"),
    },
    InquirySource: {
        InquirySource.SITE: _l("site"),
        InquirySource.QUICK: _l("quick form"),
        InquirySource.REPEAT: _l("repeated"),
        InquirySource.DEMO: _l("demo"),
        InquirySource.API: "API",
        InquirySource.IMPORT: _l("import"),
    },
    OutboxStatus: {
        OutboxStatus.PENDING: _l("in the queue"),
        OutboxStatus.SENT: _l("sent"),
        OutboxStatus.DEAD: _l("not delivered"),
        OutboxStatus.DROPPED: _l("not needed any more"),
    },
    Channel: {
        Channel.SITE: _l("on the site"),
        Channel.EMAIL: _l("e-mail"),
        Channel.WEBPUSH: _l("push"),
        Channel.TELEGRAM: "Telegram",
        Channel.WEBHOOK: _l("webhook"),
    },
    Topic: {
        Topic.NEW_INQUIRIES: _l("new inquiries"),
        Topic.MESSAGES: _l("messages"),
        Topic.INQUIRIES: _l("course of inquiries"),
        Topic.SUPPORT: _l("answers of support"),
        Topic.DESK: _l("questions to support"),
        Topic.REPORTS: _l("reports"),
        Topic.COMMENTS: _l("comments"),
        Topic.ACCOUNT: _l("account"),
        Topic.EXPORTS: _l("exports"),
    },
    MessageKind: {
        MessageKind.TEXT: _l("text"),
        MessageKind.SYSTEM: _l("from the system"),
        MessageKind.VOICE: _l("voice"),
        MessageKind.IMAGE: _l("photo"),
        MessageKind.FILE: _l("file"),
    },
    MessengerKind: {
        MessengerKind.TELEGRAM: "Telegram",
        MessengerKind.WHATSAPP: "WhatsApp",
        MessengerKind.INSTAGRAM: "Instagram",
        MessengerKind.PHONE: _l("phone"),
    },
}


def word(member):
    return WORDS.get(type(member), {}).get(member, member.value)


def choices(members, words=word):
    """``[(value, label)]`` for a select: pass an enum, or some of its members."""
    return [(member.value, words(member)) for member in members]

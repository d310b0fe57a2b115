"""What our bot says in Telegram."""

from flask_babel import lazy_gettext as _l

from app import wordings

SENTENCES = {
    "reply": _l("Reply to this message, and your answer goes to the chat."),
    "more": _l("And %(n)s more."),
    "accept": _l("Accept"),
    "open": _l("Open"),
    "linked": _l("Done, %(name)s. News from %(service)s will come here."),
    "stopped": _l("Done, I shall not write any more. You can link Telegram again in your profile."),
    "unknown": _l("I do not know you yet. Open your profile on the site, find Telegram and press “Link”."),
    "unknown_button": _l("I do not know you yet. Link Telegram in your profile on the site."),
    "bad_code": _l("This code is used or too old. Open your profile on the site and press “Link” again."),
    "blocked": _l("Your account is blocked: %(reason)s"),
    "whom": _l("To answer somebody, reply to my message about them: then I know where it should go."),
    "forgotten": _l("I do not remember which chat that was. Open it on the site, please."),
    "text_only": _l("From here I can pass on text only. Send voice, photos and files on the site."),
    "sent": _l("Sent: %(name)s"),
    "not_sent": _l("Not sent. %(reason)s"),
    "accepted": _l("You have accepted inquiry No.\xa0%(number)s."),
    "not_open": _l("This is not open to you."),
}


def say(word, **values):
    return wordings.say(f"telegram-{word}", "", SENTENCES[word], values)

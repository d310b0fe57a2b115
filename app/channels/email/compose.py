"""A letter from its template: subject block, HTML, and the plain text made from the HTML: the two never differ."""

from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import unescape
from urllib.parse import urlsplit

from flask import current_app

from app.channels.email.plain_text import plain_text


def compose(kind, *, address, locale, key, values, created_at, unsubscribe=None):
    """An EmailMessage in the current language; the same ``key`` makes the same Message-ID at every attempt.

    ``unsubscribe``: the address where a POST ends such mails (RFC 8058). Files go along as the value ``attachments``:
    ``[(name, content type, bytes)]``.
    """
    settings = current_app.config["SETTINGS"]
    subject, html = _render(kind, values | {"unsubscribe": unsubscribe}, settings, locale)
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = address
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(created_at)
    message["Message-ID"] = f"<{key}@{_domain(settings)}>"
    message["Auto-Submitted"] = "auto-generated"  # keeps out-of-office robots silent
    message["X-Entity-Ref-ID"] = str(key)  # Gmail: two letters of one subject are two letters
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(plain_text(html), cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for name, content_type, content in values.get("attachments", ()):
        maintype, subtype = content_type.split("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message


def _render(kind, values, settings, locale):
    template = current_app.jinja_env.get_template(f"emails/{kind}.html")
    # Not render_template(): the site's context processors ask who is looking, and nobody is.
    context = template.new_context(values | {"locale": locale, "site": settings.public_url})
    subject = unescape("".join(template.blocks["subject"](context)))
    return subject, template.render(context.get_all())


def _domain(settings):
    return parseaddr(settings.mail_from)[1].rpartition("@")[2] or urlsplit(settings.public_url).hostname

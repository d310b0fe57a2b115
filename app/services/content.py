"""What owners write: content pages in both languages with every version they ever had, and links to messengers."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.constants import LOCALES, AuditTag, MessengerKind
from app.errors import InvalidInput, NotFound
from app.extensions import db
from app.later import later
from app.models.base import utcnow
from app.models.content import MessengerLink, Page, PageVersion
from app.services import audit, bin, settings
from app.services.transaction import insert_once, transaction

markdown, nh3 = later("markdown"), later("nh3")
DEFAULTS = Path(__file__).parent.parent / "content_defaults"
SLUGS = ("about", "contacts", "cooperation", "sign-in", "terms", "privacy", "policy")
DOCUMENTS = ("terms", "privacy", "policy")  # their earlier versions stay readable for everybody
TEXTS = tuple(f"{part}_{locale}" for part in ("title", "body") for locale in LOCALES)

TAGS = set(re.findall(r"\w+", "p br hr h2 h3 h4 ul ol li strong em s a blockquote code pre table thead tbody tr th td"))


@dataclass(frozen=True)
class Text:
    """One page in one language, as a reader sees it."""

    slug: str
    title: str
    source: str
    version: int
    updated_at: datetime

    @property
    def html(self):
        return render_markdown(self.source)


def page(slug, locale):
    """The current text of a page. Raises NotFound for a slug that nobody wrote."""
    row = _page(slug)
    return _text(row, slug, locale, row.updated_at)


def page_version(slug, version, locale):
    """The text a document had as ``version``: what exactly somebody agreed to. Raises NotFound."""
    found = db.session.scalar(
        db.select(PageVersion).where(PageVersion.page_id == _page(slug).id, PageVersion.version == version)
    )
    if slug not in DOCUMENTS or found is None:
        raise NotFound()
    return _text(found, slug, locale, found.created_at)


def changed():
    """slug → when the text of that page was last written."""
    return dict(db.session.execute(db.select(Page.slug, Page.updated_at)).all())


def current_version(slug):
    """The number a consent given now records."""
    return _page(slug).version


def save_page(slug, values, *, actor):
    """Write the texts named in ``values`` (title_ru, title_en, body_ru, body_en) as the next version."""
    _require_texts(values)
    with transaction() as session:
        row = _page(slug)
        if audit.changes(row, values)[0]:
            _assign(row, values)
            session.add(_copy(row))
            audit.record(AuditTag.PAGE_CHANGED, row, actor=actor, slug=slug, version=row.version)
    return row


def load_defaults():
    """Write the texts the program brings for every page that does not exist yet."""
    if len(db.session.scalars(db.select(Page.id).where(Page.slug.in_(SLUGS))).all()) == len(SLUGS):
        return
    with transaction() as session:
        for slug in SLUGS:
            if insert_once(Page, {"slug": slug, **_default(slug)}, ["slug"]):
                session.add(_copy(session.scalar(db.select(Page).where(Page.slug == slug))))


def messenger_links():
    """The links a visitor may press, in the owners' order."""
    order = (MessengerLink.position, MessengerLink.id)
    return db.session.scalars(db.select(MessengerLink).where(MessengerLink.visible).order_by(*order)).all()


def add_messenger_link(values, *, actor):
    link = MessengerLink(**values, version=0)
    return _save_link(link, {**values, "url": _address(values["kind"], values["url"])}, {}, actor)


def change_messenger_link(link, values, *, actor):
    values = {**values, "url": _address(values.get("kind", link.kind), values.get("url", link.url))}
    old, new = audit.changes(link, values)
    return _save_link(link, values, old, actor) if new else link


def remove_messenger_link(link, *, actor):
    with transaction() as session:
        link = session.get_one(MessengerLink, link.id)
        audit.record(AuditTag.MESSENGER_LINK_CHANGED, link, actor=actor, old={"url": link.url}, new={})
        bin.put(link, actor=actor)


@lru_cache(maxsize=256)
def render_markdown(source):
    """Markdown → safe HTML. Headings begin at the second level: the first is the page's own title."""
    html = markdown.markdown(source, extensions=["tables", "sane_lists"], output_format="html")
    html = re.sub(r"<(/?)h1\b", r"<\1h2", html)
    safe = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener",
    )
    # A wide table scrolls in its own box, by keyboard too.
    safe = safe.replace("<table>", '<div class="scroll-x" tabindex="0"><table>').replace("</table>", "</table></div>")
    return Markup(safe)


def _page(slug):
    query = db.select(Page).where(Page.slug == slug)
    found = db.session.scalar(query)
    if found is None and slug in SLUGS:
        load_defaults()
        found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def _text(row, slug, locale, moment):
    title, body = getattr(row, f"title_{locale}"), getattr(row, f"body_{locale}")
    return Text(slug, title, _filled(body), row.version, moment)


def _filled(body):
    """``{company_name}``, ``{company_details}`` and ``{contact_email}`` stand for the settings of that name."""
    email = settings.get("contact_email")
    values = {
        "company_name": settings.get("company_name"),
        "company_details": settings.get("company_details") or str(_l("[fill in the company details]")),
        "contact_email": f"[{email}](mailto:{email})",
    }
    for name, value in values.items():
        body = body.replace(f"{{{name}}}", value)
    return body


def _default(slug):
    values = {}
    for locale in LOCALES:
        title, _, body = (DEFAULTS / f"{slug}.{locale}.md").read_text("utf-8").partition("\n")
        values |= {f"title_{locale}": title.removeprefix("# ").strip(), f"body_{locale}": body.strip() + "\n"}
    return values


def _require_texts(values):
    for name in TEXTS:
        if name in values and not values[name].strip():
            raise InvalidInput(_l("Write something here."), field=name)


def _assign(row, values):
    for name in TEXTS:
        if name in values:
            setattr(row, name, values[name])
    row.version += 1
    row.updated_at = utcnow()


def _copy(row):
    texts = {name: getattr(row, name) for name in TEXTS}
    return PageVersion(page_id=row.id, version=row.version, **texts)


def _save_link(link, values, old, actor):
    with transaction() as session:
        session.add(link)
        for name, value in values.items():
            setattr(link, name, value)
        link.version += 1
        session.flush()
        new = {name: audit.plain(values[name]) for name in (old or values)}
        audit.record(AuditTag.MESSENGER_LINK_CHANGED, link, actor=actor, old=old, new=new)
    return link


def _address(kind, url):
    """A link a browser may open: https for messengers, tel for a phone (written with or without the scheme)."""
    url = url.strip()
    if kind == MessengerKind.PHONE:
        digits = re.sub(r"[^\d+]", "", url.removeprefix("tel:"))
        if not re.fullmatch(r"\+?\d{7,15}", digits):
            raise InvalidInput(_l("Write the number with its country code: +7 495 000-00-00."), field="url")
        return f"tel:{digits}"
    if not re.fullmatch(r"https://[^\s<>\"']+", url):
        raise InvalidInput(_l("The address begins with https://"), field="url")
    return url

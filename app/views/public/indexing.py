"""What search engines ask for first: which pages there are, and which are none of their business."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template

from app import seo
from app.constants import LOCALES
from app.doors import public
from app.services import articles, content

blueprint = Blueprint("indexing", __name__)

PLAIN = ("/", "/support", "/support/faq")
WRITTEN = {  # the page of each fixed text
    "about": "/support/about",
    "contacts": "/support/contacts",
    "cooperation": "/support/cooperation",
    "sign-in": "/support/sign-in",
    "terms": "/terms",
    "privacy": "/privacy",
    "policy": "/privacy/policy",
}
CLOSED = ("/supervisor/", "/office/", "/my/", "/join/", "/auth/", "/password/", "/unsubscribe/")


@dataclass(frozen=True)
class Entry:
    path: str
    changed: datetime | None = None
    languages: tuple = LOCALES

    @property
    def addresses(self):
        """``[(address, [(hreflang, address of it)])]``: one for each language it is written in."""
        plain = seo.absolute(self.path)
        if len(self.languages) < 2:
            return [(plain, [])]
        each = [(code, f"{plain}?lang={code}") for code in self.languages]
        return [(address, [*each, ("x-default", plain)]) for address in (plain, *(address for _code, address in each))]


@blueprint.get("/robots.txt")
@public
def robots():
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "", f"Sitemap: {seo.absolute('/sitemap.xml')}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain", headers={"Cache-Control": "public, max-age=3600"})


@blueprint.get("/sitemap.xml")
@public
def sitemap():
    response = make_response(render_template("sitemap.xml", entries=_entries()))
    response.mimetype = "application/xml"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _entries():
    yield from map(Entry, PLAIN)
    changed = content.changed()
    yield from (Entry(path, changed.get(slug)) for slug, path in WRITTEN.items())
    found = articles.all_published()
    for folder in ("/blog", "/help"):
        dates = [each.updated_at for each in found if articles.address(each).startswith(folder)]
        if dates:
            yield Entry(folder, max(dates))
    yield from (Entry(articles.address(each), each.updated_at, tuple(each.languages)) for each in found)

"""«Поддержка»: who we are, how to reach us, how things work, and the documents people agree to."""

from flask import render_template
from flask_babel import get_locale

from app.doors import public
from app.services import content, settings
from app.views.public.support.blueprint import blueprint


@blueprint.get("/support")
@public
def index():
    return render_template("support/index.html", **ways())


@blueprint.get("/support/about")
@public
def about():
    return render_template("support/about.html", text=text("about"))


@blueprint.get("/support/contacts")
@public
def contacts():
    return render_template("support/contacts.html", text=text("contacts"), **ways())


@blueprint.get("/support/cooperation")
@public
def cooperation():
    return render_template("support/cooperation.html", text=text("cooperation"), **ways())


@blueprint.get("/support/sign-in")
@public
def sign_in():
    return render_template("support/sign_in.html", text=text("sign-in"))


@blueprint.get("/terms", defaults={"slug": "terms"})
@blueprint.get("/privacy", defaults={"slug": "privacy"})
@blueprint.get("/privacy/policy", defaults={"slug": "policy"})
@public
def document(slug):
    return render_template("support/document.html", text=text(slug))


@blueprint.get("/terms/<int:version>", defaults={"slug": "terms"})
@blueprint.get("/privacy/<int:version>", defaults={"slug": "privacy"})
@blueprint.get("/privacy/policy/<int:version>", defaults={"slug": "policy"})
@public
def document_version(slug, version):
    """A document as it stood when somebody agreed to it."""
    old = content.page_version(slug, version, str(get_locale()))
    return render_template("support/document.html", text=old, current=content.current_version(slug))


def text(slug):
    return content.page(slug, str(get_locale()))


def ways():
    """How to reach us."""
    return {"links": content.messenger_links(), "email": settings.get("contact_email")}

"""Frequent questions with their search: a plain GET form, live where scripts run."""

from flask import jsonify, render_template, request

from app.doors import public
from app.error_pages import wants_json
from app.services import faq
from app.views.public.support.blueprint import blueprint


@blueprint.get("/support/faq")
@public
def faq_page():
    asked = request.args.get("q", "").strip()[: faq.LONGEST]
    found = faq.search(asked)
    if wants_json():
        html = render_template("support/_answers.html", asked=asked, found=found, said=faq.said)
        return jsonify(ok=True, html=html, count=len(found))
    values = {"asked": asked, "found": found, "topics": faq.topics(), "said": faq.said}
    return render_template("support/faq.html", **values)

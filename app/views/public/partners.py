"""What an agency that might join sees by its link: no cookie, no index, the same silence for every wrong address."""

from tempfile import TemporaryFile
from urllib.parse import quote

from flask import Blueprint, make_response, render_template, request, send_file
from flask_babel import force_locale

from app.doors import current_actor, public
from app.extensions import limiter
from app.services import partner_pages

blueprint = Blueprint("partners", __name__, url_prefix="/partners")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/<token>")
@limiter.limit("120 per hour")
@public
def show(token):
    page = partner_pages.find(token)
    if request.method == "GET":
        partner_pages.opened(page, agent=request.user_agent.string, actor=current_actor())
        page = partner_pages.find(token)
    with force_locale(page.locale):
        words = {"page": page, "demand": partner_pages.demand(page.place), "token": token}
        answer = make_response(render_template("partners/page.html", **words))
    answer.headers["Cache-Control"] = "private, max-age=60"
    return _unlisted(answer)


@blueprint.get("/<token>/book.xlsx")
@limiter.limit("20 per hour")
@public
def book(token):
    page, file = partner_pages.find(token), TemporaryFile()  # noqa: SIM115 - send_file closes it
    with force_locale(page.locale):
        partner_pages.workbook(page.place, file)
    file.seek(0)
    answer = send_file(file, mimetype=XLSX)
    name = quote(f"{page.title}.xlsx", safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename=otklik.xlsx; filename*=UTF-8''{name}"
    return _unlisted(answer)


def _unlisted(answer):
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer

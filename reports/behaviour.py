"""How the site is used, as a workbook (a sheet for each part) or as the sums themselves in CSV."""

import csv

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.constants import Deal, FormStep, Screen, SearchPlace
from reports.workbook import Book, Column, Sheet

STEPS = {
    FormStep.OPENED: _l("Opened the form"),
    FormStep.TOUCHED: _l("Began to fill it in"),
    FormStep.SECOND: _l("Came to the budget"),
    FormStep.PRESSED: _l("Pressed “Send”"),
    FormStep.ACCEPTED: _l("Filled it in without errors"),
    FormStep.PUBLISHED: _l("Sent the inquiry"),
    FormStep.SIGN_IN: _l("Were asked to sign in"),
    FormStep.CAME_BACK: _l("Signed in and sent it"),
}
SCREENS = {Screen.PHONE: _l("Phone"), Screen.DESKTOP: _l("Computer")}
DEALS = {Deal.RENT: _l("Rent"), Deal.BUY: _l("Purchase")}
PLACES = {
    SearchPlace.FAQ: _l("Frequent questions"),
    SearchPlace.HELP: _l("Knowledge base"),
    SearchPlace.CITY: _l("Cities of the form"),
}


def write(file, page, *, locale, company, title):
    """``page``: figures, refusals as ``[(words, number)]``, searches, cities and answers as the page shows them."""
    with Book(file, locale, title=title, author=company, page_label=_("page")) as book:
        for name, columns, rows in _sheets(page, locale):
            book.table(Sheet(name, [Column(str(text), kind) for text, kind in columns], rows))


def _sheets(page, locale):
    count, rate = "count", "rate"
    figures = page["figures"]
    parts = [(_("All"), figures.total), *((str(SCREENS[each]), funnel) for each, funnel in figures.screens.items())]
    heads = [column for name, _funnel in parts for column in ((name, count), (_("%(name)s, share", name=name), rate))]
    yield _("Form"), [(_("Step"), "text"), *heads], _steps([funnel for _name, funnel in parts])
    yield _("By day"), [(_("Day"), "day"), *((STEPS[each.step], count) for each in figures.total.steps)], _days(figures)
    yield _("Errors"), [(_("Field"), "text"), (_("Visits"), count)], page["refusals"]
    yield (
        _("Searches"),
        [(_("Searched for"), "text"), (_("Where"), "text"), (_("Times"), count), (_("Last"), "day")],
        ((row.text, str(PLACES[row.place]), row.number, row.last) for row in page["searches"].rows),
    )
    yield (
        _("Cities"),
        [(_("City"), "text"), (_("Country"), "text"), (_("Chosen"), count), (_("Inquiries"), count)],
        ((row.city.name(locale), row.city.country.name(locale), row.number, row.waiting) for row in page["cities"]),
    )
    yield (
        _("Ready answers"),
        [(_("Answer"), "text"), (_("Uses"), count), (_("Realtors"), count)],
        ((row.title, row.number, row.people) for row in page["answers"].rows),
    )


def _steps(funnels):
    for n, step in enumerate(funnels[0].steps):
        cells = ((funnel.steps[n].number, funnel.steps[n].share) for funnel in funnels)
        yield str(STEPS[step.step]), *(value for pair in cells for value in pair)
    for word, name in ((FormStep.SIGN_IN, "sign_in"), (FormStep.CAME_BACK, "came_back")):
        yield str(STEPS[word]), *(value for funnel in funnels for value in (getattr(funnel, name), None))


def _days(figures):
    return ((day, *(step.number for step in funnel.steps)) for day, funnel in figures.days.items())


def write_csv(file, rows):
    """``rows``: (day, screen, deal, step, number), each a sum of one day as it was counted."""
    writer = csv.writer(file, delimiter=";")
    writer.writerow([_("Day"), _("Screen"), _("Deal"), _("Step"), _("Visits")])
    for day, screen, deal, step, number in rows:
        writer.writerow([day.isoformat(), SCREENS[screen], DEALS[deal], STEPS[step], number])

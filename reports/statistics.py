"""The statistics workbook: exactly what the page shows under the same filters.

``figures`` are those of services/statistics: one definition for both.
"""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.constants import Deal, InquirySource, Variant
from reports import masking
from reports.workbook import Book, ChartOf, Column, Cover, Line, Sheet

BY_MONTH = 92  # days; a longer period is drawn by months
SOURCES = {
    InquirySource.SITE: _l("Form of the site"),
    InquirySource.QUICK: _l("Quick form"),
    InquirySource.REPEAT: _l("Sent again"),
    InquirySource.DEMO: _l("Demo data"),
    InquirySource.API: _l("Programs, by API"),
    InquirySource.IMPORT: _l("Brought in from files"),
}


def write(file, figures, variant, *, locale, company, made, own=()):
    """Write the workbook to ``file`` (a path or a binary file). ``made`` is the text of the moment it was made.

    ``own``: ``[(field of the form, [(answer, Counts)])]``, a sheet each; None where there was too much to count.
    """
    definition = _Partner if variant is Variant.PARTNER else _Full
    report = definition(figures, locale, company, made, own)
    with Book(file, locale, title=report.title, author=company, page_label=_("page")) as book:
        book.front(_("Summary"))
        for sheet in report.sheets():
            book.table(sheet)
        book.cover(report.cover())


class _Full:
    def __init__(self, figures, locale, company, made, own):
        self.figures, self.locale, self.company, self.made, self.own = figures, locale, company, made, own
        self.title = _("Inquiry statistics, %(period)s", period=figures.filters.span.label())

    def sheets(self):
        figures = self.figures
        yield Sheet(
            _("By country"),
            [Column(_("Country")), *self._heads(), Column(_("Realtors"), "count")],
            ((self._name(r), *self._counts(r.counts), r.realtors) for r in figures.countries),
            (_("Total"), *self._counts(figures.total), figures.realtors),
        )
        yield Sheet(
            _("By city"),
            [Column(_("City")), Column(_("Country")), *self._heads(), Column(_("Realtors"), "count")],
            ((self._name(r), self._country(r), *self._counts(r.counts), r.realtors) for r in figures.cities),
            (_("Total"), None, *self._counts(figures.total), figures.realtors),
        )
        yield Sheet(
            _("Rent and purchase"),
            [Column(_("Deal")), *self._heads(deals=False)],
            ((deal_name(r.subject), *self._counts(r.counts, deals=False)) for r in figures.deals),
            (_("Total"), *self._counts(figures.total, deals=False)),
        )
        yield Sheet(
            _("By source"),
            [Column(_("Source")), *self._heads(deals=False)],
            ((str(SOURCES[r.subject]), *self._counts(r.counts, deals=False)) for r in figures.sources),
            (_("Total"), *self._counts(figures.total, deals=False)),
        )
        yield self._dates(_("By day"), Column(_("Day"), "day"), figures.days)
        yield self._dates(_("By month"), Column(_("Month"), "month"), figures.months)
        yield from self._answers()

    def _answers(self):
        taken = set()
        for caption, rows in self.own or ():
            yield Sheet(
                _sheet_name(caption, taken),
                [Column(caption), *self._heads(deals=False, response=False)],
                ((said, *self._counts(counts, deals=False, response=False)) for said, counts in rows),
                (_("Total"), *self._counts(self.figures.total, deals=False, response=False)),
            )

    def _dates(self, name, first, rows):
        heads = self._heads(deals=False, response=False)
        values = ((r.subject, *self._counts(r.counts, deals=False, response=False)) for r in rows)
        return Sheet(name, [first, *heads], values, (_("Total"), *self._counts(self.figures.total, False, False)))

    def _heads(self, deals=True, response=True):
        yield Column(_("Inquiries"), "count")
        if deals:
            yield from (Column(deal_name(deal), "count") for deal in Deal)
        yield Column(_("Accepted"), "count")
        yield Column(_("Share accepted"), "rate")
        yield Column(_("Acceptances"), "count")
        if response:
            yield Column(_("First response, min (median)"), "minutes")
            yield Column(_("9 of 10 within, min"), "minutes")

    def _counts(self, counts, deals=True, response=True):
        yield counts.inquiries
        if deals:
            yield from (counts.deals[deal] for deal in Deal)
        yield counts.accepted
        yield counts.acceptance_rate
        yield counts.acceptances
        if response:
            yield counts.first_response
            yield counts.slow_response

    def _name(self, row):
        return row.subject.name(self.locale)

    def _country(self, row):
        return row.subject.country.name(self.locale)

    def cover(self):
        return Cover(
            _("Summary"),
            self.company,
            self.title,
            self._facts(),
            [_("Measure"), _("In the period"), _("Before"), _("Difference")],
            self._lines(),
            [self._chart()],
            self._notes(),
        )

    def _facts(self):
        filters = self.figures.filters
        yield _("Period"), _days(filters.span)
        yield _("Compared with"), _days(self.figures.compared)
        yield _("Time zone"), self.figures.zone
        yield _("Country"), filters.country.name(self.locale) if filters.country else _("All countries")
        yield _("City"), filters.city.name(self.locale) if filters.city else _("All cities")
        yield _("Deal"), deal_name(filters.deal) if filters.deal else _("Rent and purchase")
        yield _("Source"), str(SOURCES[filters.source]) if filters.source else _("All sources")
        yield _("Made"), self.made

    def _lines(self):
        now, before = self.figures.total, self.figures.previous
        yield self._number(_("Inquiries"), now.inquiries, before.inquiries)
        yield self._number(_("Accepted by realtors"), now.accepted, before.accepted)
        rates = now.acceptance_rate, before.acceptance_rate
        points = None if None in rates else 100 * (rates[0] - rates[1])
        yield Line(_("Share accepted (change in points)"), "rate", *rates, points, "points")
        yield self._number(_("Acceptances"), now.acceptances, before.acceptances)
        yield self._minutes(_("First response, min (median)"), now.first_response, before.first_response)
        yield self._minutes(_("9 of 10 within, min"), now.slow_response, before.slow_response)

    def _number(self, label, now, before):
        return Line(label, "count", now, before, (now - before) / before if before else None)

    def _minutes(self, label, now, before):
        return Line(label, "minutes", now, before, None if None in (now, before) else now - before, "points")

    def _chart(self):
        if self.figures.filters.span.length > BY_MONTH:
            return ChartOf(_("By month"), _("By month"), 0, [1, 2], "month")
        return ChartOf(_("By day"), _("By day"), 0, [1, 2], "day")

    def _notes(self):
        notes = [_("An inquiry stays in the figures of the day it was sent on, whatever becomes of it.")]
        if self.own is None:
            notes.append(_("Answers to the fields of the form are counted for shorter periods only: choose one."))
        return notes


class _Partner(_Full):
    """For agencies that might join: fewer sheets, nothing personal, no small groups (masking.py)."""

    def sheets(self):
        figures = self.figures
        yield Sheet(
            _("By city"),
            [Column(_("City")), Column(_("Country")), *self._heads()],
            ((self._name(r), self._country(r), *self._counts(r.counts)) for r in figures.cities),
            (_("Total"), None, *self._counts(figures.total)),
        )
        yield self._dates(_("By month"), Column(_("Month"), "month"), figures.months)

    def _heads(self, deals=True, response=True):
        left = (_("Acceptances"), _("9 of 10 within, min"))
        return [column for column in super()._heads(deals, response) if column.title not in left]

    def _counts(self, counts, deals=True, response=True):
        yield masking.count(counts.inquiries)
        if deals:
            yield from (masking.count(counts.deals[deal]) for deal in Deal)
        yield masking.count(counts.accepted)
        yield masking.share(counts.accepted, counts.inquiries)
        if response:
            yield masking.minutes(counts.first_response, counts.accepted)

    def _lines(self):
        now, before = self.figures.total, self.figures.previous
        for label, name in ((_("Inquiries"), "inquiries"), (_("Accepted by realtors"), "accepted")):
            yield Line(label, "count", masking.count(getattr(now, name)), masking.count(getattr(before, name)))
        shares = (masking.share(counts.accepted, counts.inquiries) for counts in (now, before))
        yield Line(_("Share accepted"), "rate", *shares)
        medians = (masking.minutes(counts.first_response, counts.accepted) for counts in (now, before))
        yield Line(_("First response, min (median)"), "count", *medians)

    def cover(self):
        whole = super().cover()
        return Cover(
            **{
                **whole.__dict__,
                "head": whole.head[:3] + [""],
                "title": _("%(title)s — for partners", title=whole.title),
            }
        )

    def _chart(self):
        if len(self.figures.months) > 1:
            return ChartOf(_("By month"), _("By month"), 0, [1, 2], "month")
        return ChartOf(_("By city"), _("By city"), 0, [2, 5])

    def _notes(self):
        return [
            _(
                "Counts are rounded to %(base)s, each by itself, so rows may not add up to the total exactly.",
                base=masking.BASE,
            ),
            _(
                "Groups under %(least)s are shown as “%(small)s”; shares are shown from %(speaks)s inquiries on.",
                least=masking.LEAST,
                small=masking.SMALL,
                speaks=masking.SPEAKS,
            ),
        ]


def _sheet_name(caption, taken):
    """As Excel takes it: at most 31 characters, none of its own signs, not twice."""
    plain = " ".join(re.sub(r"[\[\]:*?/\\']", " ", caption).split())[:27].strip() or "?"
    named = (plain if n == 1 else f"{plain} {n}" for n in range(1, 100))
    name = next(each for each in named if each.casefold() not in taken | _usual_sheets())
    taken.add(name.casefold())
    return name


def _usual_sheets():
    usual = (
        _("Summary"),
        _("By country"),
        _("By city"),
        _("Rent and purchase"),
        _("By source"),
        _("By day"),
        _("By month"),
    )
    return {name.casefold() for name in usual}


def _days(span):
    """«ноябрь 2026 (01.11.2026–30.11.2026)»: the words and, beyond doubt, the days."""
    return f"{span.label()} ({span.first:%d.%m.%Y}–{span.last:%d.%m.%Y})"


def deal_name(deal):
    return {Deal.RENT: _("Rent"), Deal.BUY: _("Purchase")}[deal]

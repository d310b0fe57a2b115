"""The statistics page and its workbook on many inquiries, beside the same on few."""

from datetime import timedelta

from app.demo.people import OWNER
from bench.data import application, browser, milliseconds

PAGES = (
    ("statistics page, this month", "?period=month", 30),
    ("statistics page, this year", "?period=year", 100),
    ("statistics page, two years by range", "?period=range&from={two_years}&to={today}", 100),
    ("statistics page, a whole day", "?period=day&day={full}", 30),
    ("statistics page, year, one deal", "?period=year&deal=buy", 100),
)
BOOKS = (("workbook, this month", "?period=month"), ("workbook, this year", "?period=year"),
         ("workbook for a partner, this year", "?period=year&variant=partner"))  # fmt: skip


def run(small, large):
    """Rows for bench.report: on ``small`` inquiries, on ``large`` ones, in milliseconds."""
    before, after = (_measure(inquiries) for inquiries in (small, large))
    aims = [f"≤ {aim} ms" for _, _, aim in PAGES] + [""] * len(BOOKS)
    return [(work, before[work], after[work], "ms", aim) for work, aim in zip(after, aims, strict=True)]


def _measure(inquiries):
    app = application(inquiries)
    client = browser(app, OWNER[0])
    with app.app_context():
        from app.services.statistics import today

        now = today()
    days = {"today": now, "two_years": now.replace(year=now.year - 2, day=1), "full": now - timedelta(days=4)}
    pages = {work: milliseconds(client, "/supervisor/statistics/" + query.format(**days)) for work, query, _ in PAGES}
    books = {work: milliseconds(client, "/supervisor/statistics.xlsx" + query, runs=5) for work, query in BOOKS}
    return pages | books

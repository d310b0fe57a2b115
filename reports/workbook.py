"""The one writer of workbooks. Rows stream to the file as they come, so a book of any length needs little memory.

Text is always written as text: a cell that starts with = + - @ stays what somebody typed, never a formula or a link.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

from app.later import later

xlsxwriter = later("xlsxwriter")


ACCENT, ACCENT_SOFT, INK, INK_2, LINE, SOFT = "#0F766E", "#DFF3EF", "#16211F", "#54625F", "#E3E8E6", "#EEF3F1"
PALE = "#9FD8CF"  # the first of two series over one another
FONT = "Calibri"
WIDEST, NARROWEST = 46, 9
LETTERHEAD, LOGO_BOX = 64, (240, 44)  # px: the row of a logo, and the most it takes there
LANGUAGE_CODES = {"ru": "419", "en": "409"}


@dataclass(frozen=True)
class Column:
    """``kind`` is one of FORMATS: what its cells hold and how they look."""

    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Sheet:
    """A table. ``rows`` may be a generator; its cells are None, text, a number or a date."""

    name: str
    columns: list[Column]
    rows: Iterable[tuple]
    total: tuple | None = None


@dataclass(frozen=True)
class Line:
    """One measure of the cover: now, before, and the change, each with its own kind."""

    label: str
    kind: str
    now: object
    before: object = None
    change: object = None
    change_kind: str = "change"


@dataclass(frozen=True)
class ChartOf:
    """Columns of a sheet by position: what stands on the axis, and the series over one another."""

    title: str
    sheet: str
    categories: int
    series: list[int]
    axis_kind: str = "text"


@dataclass(frozen=True)
class Cover:
    name: str
    brand: str
    title: str
    facts: list[tuple[str, str]]
    head: list[str]
    lines: list[Line]
    charts: list[ChartOf] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def formats(locale):
    """Number formats by kind, as the reader's language writes them."""
    code = LANGUAGE_CODES.get(locale, "409")
    return {
        "text": "@",
        "count": "#,##0",
        "rate": "0.0%",
        "minutes": "#,##0.0",
        "day": "dd.mm.yyyy" if locale == "ru" else "yyyy-mm-dd",
        "month": f"[$-{code}]mmmm yyyy",
        "change": "+0%;-0%;0%",
        "points": "+0.0;-0.0;0.0",
    }


@dataclass(frozen=True)
class Logo:
    data: bytes  # PNG
    width: int
    height: int
    name: str  # what it shows, for those who do not see it


@dataclass(frozen=True)
class Brand:
    """``colours``: ours → those that owners have in their place."""

    colours: dict = field(default_factory=dict)
    logo: Logo | None = None


def set_brand(asked):
    """create_app hands over who knows the Brand of the moment."""
    global _brand
    _brand = asked


_brand = Brand


class Book:
    """``with Book(file, locale, …) as book: book.cover(…); book.table(…)``; complete once it is left."""

    def __init__(self, file, locale, *, title, author, page_label):
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(file, options)
        self.book.set_properties({"title": title, "author": author, "company": author})
        self.formats, self.page_label = formats(locale), page_label
        brand = _brand()
        self.styles, self.extents, self.fronts, self.own, self.logo = {}, {}, {}, brand.colours, brand.logo

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.book.close()
        else:
            self.book.fileclosed = True  # nothing to keep: no warning about a book left open either

    def style(self, kind="text", **look):
        """A cell format, made once per look."""
        key = (kind, *sorted(look.items()))
        if key not in self.styles:
            plain = {"font_name": FONT, "font_size": 11, "font_color": INK, "num_format": self.formats[kind]}
            align = {} if kind == "text" else {"align": "right"}
            look = {name: self.own.get(value, value) for name, value in look.items()}
            self.styles[key] = self.book.add_format({**plain, "valign": "vcenter", **align, **look})
        return self.styles[key]

    def table(self, sheet):
        """Write one Sheet: frozen and filtered header, typed cells, a total, ready to print on landscape A4."""
        page = self.book.add_worksheet(sheet.name)
        widths = [len(column.title) + 4 for column in sheet.columns]
        self._row(page, 0, sheet.columns, [c.title for c in sheet.columns], widths, HEAD, texts=True)
        last = 0
        for last, row in enumerate(sheet.rows, start=1):
            self._row(page, last, sheet.columns, row, widths, {})
        if last:
            page.autofilter(0, 0, last, len(sheet.columns) - 1)
        if sheet.total is not None:
            self._row(page, last + 1, sheet.columns, sheet.total, widths, TOTAL)
        self.extents[sheet.name] = last
        page.freeze_panes(1, 1)
        page.repeat_rows(0)
        self._finish(page, widths)

    def _row(self, page, number, columns, values, widths, look, texts=False):
        if look is HEAD:
            page.set_row(number, 24)
        for n, (column, value) in enumerate(zip(columns, values, strict=True)):
            align = {"align": "right"} if texts and column.kind not in ("text", "day", "month") else {}
            write(page, number, n, value, self.style("text" if texts else column.kind, **look, **align))
            widths[n] = max(widths[n], _length(value))

    def cover(self, cover):
        """The first page: brand, what was asked, the totals beside those before, charts. Call it after its sheets."""
        page = self.fronts[cover.name]
        page.hide_gridlines(2)
        self._letterhead(page, cover) if self.logo else self._band(page, cover)
        page.set_row(1, 30)
        write(page, 1, 0, cover.title, self.style(bold=True, font_size=16))
        row = self._facts(page, 3, cover.facts)
        row = self._lines(page, row + 1, cover.head, cover.lines)
        for text in cover.notes:
            write(page, row, 0, text, self.style(font_color=INK_2, italic=True, font_size=10))
            row += 1
        for chart in cover.charts:
            page.insert_chart(row + 1, 0, self._chart(chart), {"object_position": 2})
            row += 17
        self._finish(page, [30, 18, 18, 18, 14])

    def _band(self, page, cover):
        page.set_row(0, 34)
        band = self.style(bg_color=ACCENT, font_color="#FFFFFF", bold=True, font_size=20, indent=1)
        _merge(page, 0, 0, 4, cover.brand, band)

    def _letterhead(self, page, cover):
        """The owners' logo on white, whose colours go with any accent or none, and the company beside it."""
        logo, rule = self.logo, {"bottom": 5, "bottom_color": ACCENT}
        page.set_row_pixels(0, LETTERHEAD)
        _merge(page, 0, 0, 1, "", self.style(**rule))
        _merge(page, 0, 2, 4, cover.brand, self.style(font_color=INK_2, align="right", shrink=True, **rule))
        scale = min(LOGO_BOX[0] / logo.width, LOGO_BOX[1] / logo.height, 1)
        place = {
            "image_data": BytesIO(logo.data),
            "description": logo.name,
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": 4,
            "y_offset": (LETTERHEAD - logo.height * scale) / 2,
            "object_position": 3,  # stays as it is when rows and columns are resized
        }
        page.insert_image(0, 0, "logo.png", place)

    def _facts(self, page, row, facts):
        for label, value in facts:
            write(page, row, 0, label, self.style(font_color=INK_2))
            write(page, row, 1, value, self.style())
            row += 1
        return row

    def _lines(self, page, row, head, lines):
        for n, title in enumerate(head):
            write(page, row, n, title, self.style(**HEAD, **({"align": "right"} if n else {})))
        for row, line in enumerate(lines, start=row + 1):  # noqa: B020
            write(page, row, 0, line.label, self.style(**RULE))
            write(page, row, 1, line.now, self.style(line.kind, bold=True, **RULE))
            write(page, row, 2, line.before, self.style(line.kind, font_color=INK_2, **RULE))
            write(page, row, 3, line.change, self.style(line.change_kind, **RULE))
        return row + 2

    def _chart(self, asked):
        chart = self.book.add_chart({"type": "column"})
        last = max(self.extents[asked.sheet], 1)
        for n, colour in zip(asked.series, (PALE, ACCENT), strict=False):
            chart.add_series(
                {
                    "name": [asked.sheet, 0, n],
                    "categories": [asked.sheet, 1, asked.categories, last, asked.categories],
                    "values": [asked.sheet, 1, n, last, n],
                    "fill": {"color": self.own.get(colour, colour)},
                    "overlap": 100,
                    "gap": 40,
                }
            )
        axis = {"font": {"color": INK_2}, "line": {"color": LINE}}
        if asked.axis_kind != "text":
            axis |= {"text_axis": True, "num_format": self.formats[asked.axis_kind]}
        chart.set_x_axis(axis)
        chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": LINE}}, "line": {"none": True}})
        chart.set_title({"name": asked.title, "name_font": {"size": 12, "color": INK}, "overlay": False})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 720, "height": 320})
        return chart

    def front(self, name):
        """Keep the first place for a cover that is written last, when the sizes of its sheets are known."""
        self.fronts[name] = self.book.add_worksheet(name)

    def _finish(self, page, widths):
        for n, width in enumerate(widths):
            page.set_column(n, n, min(max(width, NARROWEST), WIDEST))
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        page.set_footer(f"&L&A&R{self.page_label} &P / &N")


HEAD = {"bold": True, "bg_color": ACCENT_SOFT, "bottom": 1, "bottom_color": ACCENT}
TOTAL = {"bold": True, "bg_color": SOFT, "top": 1, "top_color": ACCENT}
RULE = {"bottom": 1, "bottom_color": LINE}


def write(page, row, column, value, style):
    """One cell by the type of its value. Raises ValueError where Excel could not hold it."""
    if value is None:
        code = page.write_blank(row, column, None, style)
    elif isinstance(value, date):
        code = page.write_datetime(row, column, value, style)
    elif isinstance(value, int | float):
        code = page.write_number(row, column, value, style)
    else:
        code = page.write_string(row, column, str(value), style)
    if code:
        raise ValueError(f"cell {row}:{column} of {page.get_name()} was refused ({code})")


def _merge(page, row, first, last, text, style):
    page.merge_range(row, first, row, last, "", style)
    write(page, row, first, text, style)


def _length(value):
    if isinstance(value, float):
        return 9
    return 12 if isinstance(value, date) else len(str(value or "")) + 3

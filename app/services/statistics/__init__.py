"""Statistics (DESIGN section 7): the rollup kept with every change of an inquiry, and the one definition of figures."""

from app.services.statistics.figures import Counts, Figures, Row, figures
from app.services.statistics.filters import Filters, parse, today
from app.services.statistics.periods import Span, containing
from app.services.statistics.places import places
from app.services.statistics.rollup import count_new, counted_again, move_inquiries, rebuild, sweep, tracked
from app.services.statistics.workbook import export
from app.services.statistics.zone import rezone

__all__ = [
    "Counts",
    "Figures",
    "Filters",
    "Row",
    "Span",
    "containing",
    "count_new",
    "counted_again",
    "export",
    "figures",
    "move_inquiries",
    "parse",
    "places",
    "rebuild",
    "rezone",
    "sweep",
    "today",
    "tracked",
]

"""Statistics (DESIGN section 7): the rollup kept with every change of an inquiry, and the one definition of figures."""

from app.services.statistics.figures import Counts, Figures, Row, figures
from app.services.statistics.filters import Filters, parse, today
from app.services.statistics.rollup import move_city, rebuild, tracked

__all__ = ["Counts", "Figures", "Filters", "Row", "figures", "move_city", "parse", "rebuild", "today", "tracked"]

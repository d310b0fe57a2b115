"""Statistics (DESIGN section 7): the rollup kept with every change of an inquiry, and the one definition of figures."""

from app.services.statistics.rollup import move_city, rebuild, tracked

__all__ = ["move_city", "rebuild", "tracked"]

"""Reports that people put together themselves: a Spec (what), a Result (the answer), and reports that are kept."""

from app.services.reports.bounds import TooMuch
from app.services.reports.keeping import change, of, pinned, readers, remove, save, show
from app.services.reports.ready import READY
from app.services.reports.running import ALL, run
from app.services.reports.spec import Spec, parse

__all__ = [
    "ALL",
    "READY",
    "Spec",
    "TooMuch",
    "change",
    "of",
    "parse",
    "pinned",
    "readers",
    "remove",
    "run",
    "save",
    "show",
]

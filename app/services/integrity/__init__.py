"""Diagnostics: what must hold between rows, and what is usual in the business; looked at by name, mended by a press.

``flask check`` and /supervisor/diagnostics/ show the same rules. A new rule is one small class in rules.py (damage) or
business.py (worth a look), added to the list at its end.
"""

from app.services.integrity.checking import RULES, Finding, check, check_new, examine, fix, known, rule
from app.services.integrity.repairs import put

__all__ = ["RULES", "Finding", "check", "check_new", "examine", "fix", "known", "put", "rule"]

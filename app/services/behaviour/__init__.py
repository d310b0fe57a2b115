"""How the site is used: sums without names, which owners may switch off and any browser may refuse."""

from app.services.behaviour.counting import flush, is_on, purge
from app.services.behaviour.visits import Visit

__all__ = ["Visit", "flush", "is_on", "purge"]

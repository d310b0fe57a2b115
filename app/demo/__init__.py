"""``flask demo``: a believable Otklik, small for a newcomer, a million inquiries for measurements."""

from app.demo.world import Amounts, load

__all__ = ["Amounts", "load"]

"""Running the rules, keeping what they found, and mending what can be mended."""

import time
from dataclasses import dataclass

from sqlalchemy import func, select

from app.access.permissions import Permission, may
from app.errors import DomainError, Forbidden
from app.extensions import db
from app.models.base import utcnow
from app.models.diagnostics import Checkup
from app.services import audit
from app.services.integrity import business, rules
from app.services.transaction import transaction

RULES = (*rules.ALL, *business.ALL)
SHOWN = 5  # examples
BATCH = 200  # the most rows one press mends


@dataclass(frozen=True)
class Finding:
    """``count`` rows break ``rule``; ``examples`` are up to five of them: (public id, what to show)."""

    rule: rules.Rule
    count: int
    examples: list


def rule(word):
    """The rule of this word, or None."""
    return next((each for each in RULES if each.word == word), None)


def check():
    """Look at every rule now (the clock does it each night). The broken ones as Findings; none when all is well."""
    return [finding for each in RULES if (finding := examine(each)).count]


def check_new():
    """Look at the rules that nobody has looked at yet: all of a new house, those that a new version brings."""
    looked_at = known()
    for each in RULES:
        if each.word not in looked_at:
            examine(each)


def examine(each):
    """Look at one rule now and keep the number for the dashboard."""
    begun = time.perf_counter()
    broken = each.broken().subquery()
    count = db.session.scalar(select(func.count()).select_from(broken))
    examples = [tuple(row) for row in db.session.execute(select(broken).limit(SHOWN))] if count else []
    _keep(each.word, count, time.perf_counter() - begun)
    return Finding(each, count, examples)


def _keep(word, count, seconds):
    with transaction() as session:
        row = session.get(Checkup, word) or Checkup(rule=word)
        row.count, row.seconds, row.checked_at = count, round(seconds, 3), utcnow()
        session.add(row)


def known():
    """Rule word → its Checkup, as it was last looked at."""
    return {row.rule: row for row in db.session.scalars(select(Checkup))}


def fix(each, *, actor):
    """Mend up to BATCH rows of a rule, each in its own transaction, as one operation of the journal.

    Returns ``(how many, [why one was refused])``.
    """
    if not may(actor, Permission.DIAGNOSTICS) or each.remedy is None:
        raise Forbidden()
    keys = [key for key, _ in db.session.execute(select(each.broken().subquery()).limit(BATCH))]
    done, refused = 0, []
    with audit.together(actor=actor):
        for key in [None] if keys and keys[0] is None else keys:
            try:
                each.fix(key, actor)
                done += 1
            except DomainError as error:
                refused.append(error.message)
    return done, refused

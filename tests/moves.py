"""Merges whose rows follow by the worker."""

from app.extensions import db
from app.services.merging import moving


def by_the_worker(monkeypatch, little=0, step=1):
    """Nothing heavier than ``little`` is one transaction, the request does none of it, and ``step`` is one commit."""
    monkeypatch.setattr(moving, "LITTLE", little)
    monkeypatch.setattr(moving, "WAITED_FOR", 0)
    monkeypatch.setattr(moving, "LEAST", step)
    monkeypatch.setattr(moving, "MOST", step)


def all_come_over():
    while moving.work():
        pass
    db.session.rollback()

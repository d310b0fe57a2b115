"""One long life of a service, the rollup recounted after every step: thousands of histories, each longer by a step."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from app.constants import AuditTag, Deal, InquirySource, InquiryStatus
from app.errors import RefusedMove
from app.extensions import db
from app.models.audit import AuditEvent, BinItem, Merge
from app.models.inquiries import Inquiry
from app.models.places import City
from app.services import bin, inquiries, integrity, places, statistics, undoing
from app.services import settings as service_settings
from app.services.transaction import transaction
from tests.services.test_statistics_rollup import recount, rollup

NAMES = ("Прага", "Брно", "Берлин", "Тбилиси")
ZONES = ("Europe/Moscow", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu")
STEPS = 450
BEGIN = datetime(2026, 10, 30, 20, tzinfo=UTC)  # around the end of a month, where a zone moves most


class Walk:
    def __init__(self, build, seed):
        self.build, self.random = build, Random(seed)
        self.client, self.owner = build.client(), build.supervisor()
        self.cities = [build.city(name).id for name in NAMES]
        self.merges = self.taken = 0

    def step(self):
        ways = (self.publish, self.accept, self.correct, self.cancel, self.withdraw, self.merge, self.part, self.zone)
        ways += (self.take_out, self.put_back)
        [way] = self.random.choices(ways, (24, 30, 24, 6, 8, 3, 4, 1, 6, 4))
        db.session.rollback()
        way()
        return way.__name__

    def publish(self):
        at = BEGIN + timedelta(minutes=self.random.randrange(60 * 24 * 4))
        self.build.inquiry(
            self.client,
            self.city(),
            deal=self.random.choice(list(Deal)),
            source=self.random.choice(list(InquirySource)),
            published_at=at,
            published_day=at.astimezone(service_settings.business_zone()).date(),
        )

    def city(self):
        alone = sa.select(City).where(City.merged_into_id.is_(None), City.id.in_(self.cities)).order_by(City.id)
        return self.random.choice(db.session.scalars(alone).all())

    def change(self, **values):
        """Whatever is given, of any inquiry; a value may be a function of the inquiry."""
        ids = db.session.scalars(sa.select(Inquiry.id).order_by(Inquiry.id)).all()
        if ids:
            with transaction() as session:
                inquiry = session.get_one(Inquiry, self.random.choice(ids))
                with statistics.tracked(inquiry):
                    for name, value in values.items():
                        setattr(inquiry, name, value(inquiry) if callable(value) else value)

    def accept(self):
        seconds = self.random.choice((0, 31, 255, 256, self.random.randrange(100_000)))
        first = lambda inquiry: seconds if inquiry.first_response_seconds is None else inquiry.first_response_seconds  # noqa: E731
        self.change(first_response_seconds=first, acceptances=lambda inquiry: inquiry.acceptances + 1)

    def correct(self):
        field, value = self.random.choice(
            (
                ("city_id", self.city().id),
                ("deal", self.random.choice(list(Deal))),
                ("source", self.random.choice(list(InquirySource))),
            )
        )
        self.change(**{field: value})

    def cancel(self):
        self.change(status=InquiryStatus.CANCELLED)

    def withdraw(self):
        self.change(published_at=None, published_day=None)

    def take_out(self):
        inquiry = db.session.scalar(sa.select(Inquiry).order_by(Inquiry.acceptances, Inquiry.id.desc()).limit(1))
        if inquiry is not None:
            with suppress(RefusedMove):
                inquiries.remove(inquiry, actor=self.owner)
                self.taken += 1

    def put_back(self):
        item = db.session.scalar(sa.select(BinItem).order_by(BinItem.id).limit(1))
        if item is not None:
            bin.restore(item, actor=self.owner)

    def merge(self):
        winner, loser = self.city(), self.city()
        if winner.id != loser.id:
            places.merge_cities(winner=winner, loser=loser, actor=self.owner)
            self.merges += 1

    def part(self):
        merged = sa.select(AuditEvent).join(Merge).where(AuditEvent.tag == AuditTag.CITY_MERGED)
        event = db.session.scalar(merged.order_by(Merge.id.desc()).limit(1))
        if event is not None:
            with suppress(RefusedMove):
                undoing.undo(event, actor=self.owner)

    def zone(self):
        service_settings.change("business_timezone", self.random.choice(ZONES), actor=self.owner)


@pytest.mark.every_database
def test_after_every_step_of_a_long_history_the_rollup_equals_a_recount(build):
    walk = Walk(build, seed=1)
    seen = set()
    for number in range(STEPS):
        seen.add(step := walk.step())
        assert rollup() == recount(), f"step {number} ({step})"
    assert len(seen) == 10
    assert walk.merges and walk.taken > 3
    assert not [each for each in integrity.check() if each.rule.word == "statistics"]
    kept = rollup()
    statistics.rebuild()
    assert rollup() == kept

"""statistics by month, with histograms of responses instead of a row to each bucket"""

import struct
from collections import Counter, defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0005_month_counts"
down_revision = "0004_preferences"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("daily_counts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("responses", sa.LargeBinary(), nullable=True))
    op.create_table(
        "monthly_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("deal", sa.String(32), nullable=False),
        sa.Column("inquiries", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("acceptances", sa.Integer(), nullable=False),
        sa.Column("responses", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_monthly_counts_city_id_cities")),
        sa.PrimaryKeyConstraint("day", "city_id", "deal", name=op.f("pk_monthly_counts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("monthly_counts", schema=None) as batch_op:
        batch_op.create_index("ix_monthly_counts_city", ["city_id", "day"], unique=False)
    with op.batch_alter_table("response_counts", schema=None) as batch_op:
        batch_op.drop_index("ix_response_counts_city")
    op.drop_table("response_counts")
    _recount()


def downgrade():
    op.create_table(
        "response_counts",
        sa.Column("grain", sa.String(8), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("deal", sa.String(32), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("inquiries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_response_counts_city_id_cities")),
        sa.PrimaryKeyConstraint("grain", "start", "city_id", "deal", "minute", name=op.f("pk_response_counts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("response_counts", schema=None) as batch_op:
        batch_op.create_index("ix_response_counts_city", ["city_id"], unique=False)
    with op.batch_alter_table("monthly_counts", schema=None) as batch_op:
        batch_op.drop_index("ix_monthly_counts_city")
    op.drop_table("monthly_counts")
    with op.batch_alter_table("daily_counts", schema=None) as batch_op:
        batch_op.drop_column("responses")
    _recount_buckets()


def _published():
    inquiries = sa.table(
        "inquiries",
        sa.column("published_day", sa.Date),
        *(sa.column(name) for name in ("city_id", "deal", "acceptances", "first_response_seconds")),
    )
    rows = sa.select(*inquiries.c).where(inquiries.c.published_day.is_not(None))
    return op.get_bind().execute(rows, execution_options={"yield_per": 10_000})


def _recount():
    """Both tables anew from the inquiries: the histograms need each of them anyway."""
    tables = {name: defaultdict(lambda: [0, 0, 0, Counter()]) for name in ("daily_counts", "monthly_counts")}
    for day, city_id, deal, acceptances, seconds in _published():
        for name, start in (("daily_counts", day), ("monthly_counts", day.replace(day=1))):
            sums = tables[name][start, city_id, deal]
            sums[:3] = sums[0] + 1, sums[1] + (acceptances > 0), sums[2] + acceptances
            if seconds is not None:
                shift = max(seconds.bit_length() - 5, 0)
                sums[3][16 * shift + (seconds >> shift)] += 1
    for name, groups in tables.items():
        op.execute(sa.text(f"DELETE FROM {name}"))  # noqa: S608 - one of the two above
        rows = [(*key, *sums[:3], _packed(sums[3])) for key, sums in groups.items()]
        _insert(name, ("day", "city_id", "deal", "inquiries", "accepted", "acceptances", "responses"), rows)


def _packed(lanes):
    """32 bits to each lane, the lowest first."""
    last = max(lanes, default=-1) + 1
    return struct.pack(f"<{last}I", *(lanes[lane] for lane in range(last))) or None


def _recount_buckets():
    buckets = Counter()
    for day, city_id, deal, _, seconds in _published():
        if seconds is not None:
            minute = seconds // 60
            width = 1 if minute < 32 else (1 << (minute.bit_length() - 1)) // 8
            for grain, start in (("day", day), ("month", day.replace(day=1))):
                buckets[grain, start, city_id, deal, minute - minute % width] += 1
    rows = [(*key, count) for key, count in buckets.items()]
    _insert("response_counts", ("grain", "start", "city_id", "deal", "minute", "inquiries"), rows)


def _insert(name, names, rows):
    dates = {"day": sa.Date, "start": sa.Date, "responses": sa.LargeBinary}
    table = sa.table(name, *(sa.column(column, dates.get(column)) for column in names))
    op.bulk_insert(table, [dict(zip(names, row, strict=True)) for row in rows])

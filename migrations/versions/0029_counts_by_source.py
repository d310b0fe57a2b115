"""statistics by source, too, with finer histograms of responses"""

import struct
from collections import Counter, defaultdict
from datetime import timedelta
from zlib import compress

import sqlalchemy as sa
from alembic import op

revision = "0029_counts_by_source"
down_revision = "0028_menus"
branch_labels = None
depends_on = None

TABLES = ("daily_counts", "monthly_counts")
RESPONSES = ["city_id", "first_response_seconds", "published_day", "deal"]


def upgrade():
    _replace("source")
    _index([*RESPONSES, "source"])
    _recount(["city_id", "deal", "source"], fine=7, packed=_packed)


def downgrade():
    _replace()
    _index(RESPONSES)
    _recount(["city_id", "deal"], fine=4, packed=_dense)


def _index(columns):
    op.drop_index("ix_inquiries_response", "inquiries")
    op.create_index("ix_inquiries_response", "inquiries", columns)


def _replace(*more):
    """Both tables anew: what they hold is counted from the inquiries."""
    for name in TABLES:
        op.drop_index(f"ix_{name}_city", name)
        op.drop_table(name)
        op.create_table(
            name,
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("city_id", sa.Integer(), nullable=False),
            sa.Column("deal", sa.String(32), nullable=False),
            *(sa.Column(word, sa.String(32), nullable=False) for word in more),
            sa.Column("inquiries", sa.Integer(), nullable=False),
            sa.Column("accepted", sa.Integer(), nullable=False),
            sa.Column("acceptances", sa.Integer(), nullable=False),
            sa.Column("responses", sa.LargeBinary(), nullable=True),
            sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f(f"fk_{name}_city_id_cities")),
            sa.PrimaryKeyConstraint("day", "city_id", "deal", *more, name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
        op.create_index(f"ix_{name}_city", name, ["city_id", "day"])


def _recount(names, fine, packed):
    """A month at a time: ten million inquiries take a minute or two and little memory."""
    day = sa.column("published_day", sa.Date)
    inquiries = sa.table(
        "inquiries", day, *(sa.column(name) for name in (*names, "acceptances", "first_response_seconds"))
    )
    first, last = op.get_bind().execute(sa.select(sa.func.min(day), sa.func.max(day)).select_from(inquiries)).one()
    month = first and first.replace(day=1)
    while month and month <= last:
        after = (month + timedelta(days=31)).replace(day=1)
        groups = _groups(inquiries, names, month, after, fine)
        _insert("daily_counts", names, groups, packed)
        _insert("monthly_counts", names, _summed(groups, month), packed)
        month = after


def _groups(inquiries, names, month, after, fine):
    """[(day, names…, inquiries, accepted, acceptances, {lane: responses})] of the month."""
    row = inquiries.c
    keys = row.published_day, *(row[name] for name in names)
    seconds = sa.func.aggregate_strings(sa.cast(row.first_response_seconds, sa.String), " ")
    counts = sa.func.count(), sa.func.count(sa.case((row.acceptances > 0, 1))), sa.func.sum(row.acceptances), seconds
    within = row.published_day >= month, row.published_day < after
    found = op.get_bind().execute(sa.select(*keys, *counts).where(*within).group_by(*keys))
    return [(*group[:-1], Counter(_lane(int(word), fine) for word in (group[-1] or "").split())) for group in found]


def _lane(seconds, fine):
    shift = max(seconds.bit_length() - fine - 1, 0)
    return (shift << fine) + (seconds >> shift)


def _summed(groups, month):
    sums = defaultdict(lambda: [0, 0, 0, Counter()])
    for _, *key, inquiries, accepted, acceptances, lanes in groups:
        total = sums[tuple(key)]
        total[:3] = total[0] + inquiries, total[1] + accepted, total[2] + acceptances
        total[3].update(lanes)
    return [(month, *key, *total) for key, total in sums.items()]


def _dense(lanes):
    """32 bits to each lane, the lowest first."""
    last = max(lanes, default=-1) + 1
    return struct.pack(f"<{last}I", *(lanes[lane] for lane in range(last))) or None


def _packed(lanes):
    """The same compressed or, of few responses, a zero and the lane of each."""
    each = sorted(lanes.elements())
    return compress(_dense(lanes), 1) if len(each) > 48 else struct.pack(f"<B{len(each)}H", 0, *each) if each else None


def _insert(name, keys, rows, packed):
    names = ("day", *keys, "inquiries", "accepted", "acceptances", "responses")
    kinds = {"day": sa.Date, "responses": sa.LargeBinary}
    table = sa.table(name, *(sa.column(column, kinds.get(column)) for column in names))
    values = [dict(zip(names, (*row[:-1], packed(row[-1])), strict=True)) for row in rows]
    if values:
        op.bulk_insert(table, values)

"""statistics by year, summed up from the months"""

import struct
from collections import Counter
from zlib import compress, decompress

import sqlalchemy as sa
from alembic import op

revision = "0043_year_counts"
down_revision = "0042_counted_fields"
branch_labels = None
depends_on = None

NAME, KEY, COUNTS = "yearly_counts", ("city_id", "deal", "source"), ("inquiries", "accepted", "acceptances")
KINDS = {"day": sa.Date, "responses": sa.LargeBinary}
FEW = 48  # responses are kept one by one, more of them as lanes


def upgrade():
    op.create_table(
        NAME,
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("deal", sa.String(32), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        *(sa.Column(word, sa.Integer(), nullable=False) for word in COUNTS),
        sa.Column("responses", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_yearly_counts_city_id_cities")),
        sa.PrimaryKeyConstraint("day", *KEY, name=op.f("pk_yearly_counts")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_yearly_counts_city", NAME, ["city_id", "day"])
    months, years = _table("monthly_counts"), {}
    for day, *key, inquiries, accepted, acceptances, responses in op.get_bind().execute(sa.select(months)):
        total = years.setdefault((day.replace(month=1), *key), [0, 0, 0, Counter()])
        total[:3] = total[0] + inquiries, total[1] + accepted, total[2] + acceptances
        total[3].update(_lanes(responses))
    names = [column.name for column in months.c]
    rows = [dict(zip(names, (*key, *counts, _packed(lanes)), strict=True)) for key, (*counts, lanes) in years.items()]
    if rows:
        op.bulk_insert(_table(NAME), rows)


def downgrade():
    op.drop_index("ix_yearly_counts_city", NAME)
    op.drop_table(NAME)


def _table(name):
    return sa.table(name, *(sa.column(word, KINDS.get(word)) for word in ("day", *KEY, *COUNTS, "responses")))


def _lanes(stored):
    """``{lane: how many}``"""
    if not stored:
        return {}
    if not stored[0]:
        return Counter(struct.unpack(f"<{len(stored) // 2}H", stored[1:]))
    lanes = decompress(stored)
    counts = struct.unpack(f"<{len(lanes) // 4}I", lanes)
    return {lane: count for lane, count in enumerate(counts) if count}


def _packed(lanes):
    """Nothing of none; a zero and the lane of each; or 32 bits to each lane, the lowest first, compressed."""
    each = sorted(Counter(lanes).elements())
    if len(each) <= FEW:
        return struct.pack(f"<B{len(each)}H", 0, *each) if each else None
    return compress(struct.pack(f"<{each[-1] + 1}I", *(lanes[lane] for lane in range(each[-1] + 1))), 1)

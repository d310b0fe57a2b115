"""merges of people and agencies follow a little at a time, as those of cities; renamed people and agencies too"""

import json
import zlib

import sqlalchemy as sa
from alembic import op

revision = "0054_moves"
down_revision = "0053_message_counts"
branch_labels = None
depends_on = None

CITIES = "inquiries of city"
SHARED = ("id", "merge_id", "source_id", "target_id", "back", "total", "done", "busy_until", "created_at")


def upgrade():
    op.create_index("ix_merges_winner", "merges", ["object_type", "winner"])
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_moves_merge_id_merges")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
        sa.UniqueConstraint("merge_id", name=op.f("uq_moves_merge_id")),
    )
    _copy("city_moves", "moves", lambda row, moved: {"plan": _plan(moved), "reached": row["done"]})
    op.drop_table("city_moves")

    waiting = _read("reindexings", "city_id", "after")
    op.drop_table("reindexings")
    op.create_table(
        "reindexings",
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "row_id", name=op.f("pk_reindexings")),
    )
    for city_id, after in waiting:
        _write("reindexings", {"what": CITIES, "row_id": city_id, "after": after})


def downgrade():
    waiting = _read("reindexings", "what", "row_id", "after")
    op.drop_table("reindexings")
    op.create_table(
        "reindexings",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_reindexings_city_id_cities")),
        sa.PrimaryKeyConstraint("city_id", name=op.f("pk_reindexings")),
    )
    for what, city_id, after in waiting:
        if what == CITIES:
            _write("reindexings", {"city_id": city_id, "after": after})

    op.create_table(
        "city_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_city_moves_merge_id_merges")),
        sa.ForeignKeyConstraint(["source_id"], ["cities.id"], name=op.f("fk_city_moves_source_id_cities")),
        sa.ForeignKeyConstraint(["target_id"], ["cities.id"], name=op.f("fk_city_moves_target_id_cities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_moves")),
        sa.UniqueConstraint("merge_id", name=op.f("uq_city_moves_merge_id")),
    )
    _copy("moves", "city_moves", _of_city)
    op.drop_table("moves")
    op.drop_index("ix_merges_winner", "merges")


def _read(name, *columns):
    return op.get_bind().execute(sa.select(*map(sa.column, columns)).select_from(sa.table(name))).all()


def _write(name, values):
    op.get_bind().execute(sa.insert(sa.table(name, *map(sa.column, values))).values(values))


def _copy(old, new, more):
    """Those of cities that are under way: the older program knows no others."""
    merges = sa.table("merges", sa.column("id"), sa.column("object_type"), sa.column("moved", sa.LargeBinary))
    source = sa.table(old, *map(sa.column, SHARED))
    pairs = sa.select(source, merges.c.moved).join(merges, merges.c.id == source.c.merge_id)
    for row in op.get_bind().execute(pairs.where(merges.c.object_type == "city")).mappings().all():
        moved = json.loads(zlib.decompress(row["moved"]))
        _write(new, {name: row[name] for name in SHARED} | more(row, moved))


def _plan(moved):
    return zlib.compress(json.dumps([["inquiries", moved["inquiries"][::-1]]]).encode())


def _of_city(row, moved):
    total = len(moved["inquiries"])
    return {"total": total, "done": min(row["done"], total)}

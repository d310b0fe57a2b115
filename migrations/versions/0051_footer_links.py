"""the blog and the knowledge base in footers that no owner has touched"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0051_footer_links"
down_revision = "0050_city_moves"
branch_labels = None
depends_on = None

MENU = sa.table(
    "menu_items",
    *(sa.column(name, sa.String()) for name in ("place", "label_ru", "label_en", "target")),
    *(sa.column(name, sa.Boolean()) for name in ("for_visitors", "for_clients", "for_realtors")),
    *(sa.column(name, sa.Integer()) for name in ("position", "version")),
    sa.column("public_id", sa.Uuid()),
)
FOOTER = MENU.c.place == "footer"
SHOWN = {"for_visitors": True, "for_clients": True, "for_realtors": True, "version": 1}
BEFORE = [  # what every installation began with
    ("Поддержка", "Support", "/support", 0),
    ("О нас", "About us", "/support/about", 10),
    ("Условия", "Terms", "/terms", 20),
    ("Персональные данные", "Personal data", "/privacy", 30),
]
ADDED = [("Блог", "Blog", "/blog", 13), ("База знаний", "Knowledge base", "/help", 16)]
LINK = (MENU.c.label_ru, MENU.c.label_en, MENU.c.target, MENU.c.position)


def upgrade():
    """A link stands in the page once there is something to read; see services/menus.py."""
    if _footer() != BEFORE:
        return
    rows = [
        {"public_id": uuid.uuid4(), "place": "footer", "label_ru": ru, "label_en": en, "target": to, "position": at}
        for ru, en, to, at in ADDED
    ]
    op.get_bind().execute(sa.insert(MENU), [row | SHOWN for row in rows])


def downgrade():
    for ru, en, to, at in ADDED:
        same = MENU.c.label_ru == ru, MENU.c.label_en == en, MENU.c.target == to, MENU.c.position == at
        op.get_bind().execute(sa.delete(MENU).where(FOOTER, *same, MENU.c.version == 1))


def _footer():
    """Its links in their order; one that an owner has changed is none of ours."""
    found = op.get_bind().execute(sa.select(*LINK, MENU.c.version).where(FOOTER).order_by(MENU.c.position))
    return [tuple(row[:4]) if row.version == 1 else None for row in found]

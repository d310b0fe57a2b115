"""What stands in the footer and over the support pages: the program's own links until owners choose others."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import ArticleSection, AuditTag, MenuPlace, Role
from app.errors import InvalidInput
from app.extensions import db
from app.models.articles import Article, FormerAddress
from app.models.base import UtcDateTime, utcnow
from app.models.json_rows import json_rows
from app.models.menus import MenuItem
from app.models.prepared import Prepared
from app.services import audit, bin
from app.services.transaction import transaction

KEPT = "menus"  # in the info of a database session: asked for once by a page
# place → [(in Russian, in English, where to)]: texts as rows have them, so that owners begin from these
DEFAULTS = {
    MenuPlace.FOOTER: (
        ("Поддержка", "Support", "/support"),
        ("О нас", "About us", "/support/about"),
        ("Блог", "Blog", "/blog"),
        ("База знаний", "Knowledge base", "/help"),
        ("Условия", "Terms", "/terms"),
        ("Персональные данные", "Personal data", "/privacy"),
    ),
    MenuPlace.SUPPORT: (
        ("Поддержка", "Support", "/support"),
        ("Вопросы", "Questions", "/support/faq"),
        ("О нас", "About us", "/support/about"),
        ("Свяжитесь с нами", "Contact us", "/support/contacts"),
        ("Сотрудничество", "Working with us", "/support/cooperation"),
        ("Вход", "Signing in", "/support/sign-in"),
    ),
}


@dataclass(frozen=True)
class Link:
    place: MenuPlace
    label_ru: str
    label_en: str
    target: str
    for_visitors: bool = True
    for_clients: bool = True
    for_realtors: bool = True

    def label(self, locale):
        return self.label_ru if str(locale) == "ru" else self.label_en

    @property
    def outside(self):
        return not self.target.startswith("/")

    def suits(self, role):
        """``role`` None: a visitor. Those who look after the service see every link."""
        wanted = {None: self.for_visitors, Role.CLIENT: self.for_clients, Role.REALTOR: self.for_realtors}
        return wanted.get(role, True)


# What leads to an article, or to a list of them, stands while there is something to read.
FOLDERS = {ArticleSection.BLOG: "/blog/", ArticleSection.KNOWLEDGE: "/help/", ArticleSection.PAGE: "/pages/"}
_published = sa.and_(Article.publish_at <= sa.bindparam("now", type_=UtcDateTime), sa.not_(Article.withdrawn))


def _leads_nowhere(target):
    """The clause of an address of an article that nobody can read: withdrawn, not out yet, deleted. A former address
    leads on to the present one.
    """
    ours = sa.or_(*(target.startswith(folder) for folder in FOLDERS.values())) & (target != "/blog/feed.xml")
    present = sa.or_(
        *(sa.and_(Article.section == one, target == folder + Article.slug) for one, folder in FOLDERS.items())
    )
    once = sa.select(FormerAddress.article).where(
        sa.or_(*(target == each + FormerAddress.slug for each in FOLDERS.values()))
    )
    return ours & ~sa.exists().where(_published, sa.or_(present, Article.public_id.in_(once)))


def _something_in(section):
    return sa.exists().where(Article.section == section, _published)


# One look for all: a row for each link, and one where there is none, each with what the sections hold.
_columns = [getattr(MenuItem, name) for name in Link.__dataclass_fields__]
_one = sa.select(sa.literal(1).label("one")).subquery()
_looking = (
    sa.select(
        *_columns,
        _leads_nowhere(MenuItem.target).label("nowhere"),
        _something_in(ArticleSection.BLOG).label("blog"),
        _something_in(ArticleSection.KNOWLEDGE).label("knowledge"),
    )
    .select_from(_one.outerjoin(MenuItem, sa.true()))
    .order_by(MenuItem.position, MenuItem.id)
)
_all = Prepared(_looking)
ASKING = json_rows(_looking)  # the same in one value, beside another question: know() takes it


@dataclass(frozen=True)
class _Kept:
    """The owners' links that lead somewhere, the places that they have chosen links for, and addresses to leave out."""

    links: tuple
    chosen: frozenset
    empty: frozenset

    def of(self, place):
        if place in self.chosen:
            return [link for link in self.links if link.place == place]
        return [link for link in (Link(place, *each) for each in DEFAULTS[place]) if link.target not in self.empty]


def know(rows):
    """What links() would ask, where it was asked beside another question of this session."""
    db.session().info[KEPT] = _made(rows)


def _made(found):
    *_rest, blog, knowledge = found[0]
    empty = frozenset(target for target, is_there in (("/blog", blog), ("/help", knowledge)) if not is_there)
    links = [(MenuPlace(row[0]), *row[1:]) for row in found if row[0] is not None]
    rows = [(Link(*row[: len(_columns)]), row[len(_columns)]) for row in links]
    open = tuple(link for link, nowhere in rows if not nowhere and link.target not in empty)
    return _Kept(open, frozenset(link.place for link, _nowhere in rows), empty)


def links(place, role=None):
    """The Links of ``place`` for such a reader; the program's own where owners have none."""
    kept = db.session().info.get(KEPT)
    if kept is None:
        kept = db.session().info[KEPT] = _made(_all.read_all(now=utcnow()))
    return tuple(each for each in kept.of(place) if each.suits(role))


def load_defaults():
    """Rows to begin from, for each place that has none."""
    if set(DEFAULTS) <= set(db.session.scalars(sa.select(MenuItem.place).distinct())):
        return
    with transaction() as session:
        for place, rows in DEFAULTS.items():
            if session.scalar(sa.select(MenuItem.id).where(MenuItem.place == place).limit(1)) is None:
                for position, (label_ru, label_en, target) in enumerate(rows):
                    texts = {"label_ru": label_ru, "label_en": label_en, "target": target}
                    session.add(MenuItem(place=place, position=position * 10, **texts))
        session.info.pop(KEPT, None)


def save(item, values, *, actor):
    """Make (None) or change a link. Raises InvalidInput."""
    if "target" in values:
        values = {**values, "target": _address(values["target"])}
    with transaction() as session:
        old, new = ({}, {name: audit.plain(value) for name, value in values.items()})
        if item is not None:
            old, new = audit.changes(item, values)
        if not new:
            return item
        item = item or MenuItem(version=0)
        session.add(item)
        for name, value in values.items():
            setattr(item, name, value)
        item.version += 1
        session.flush()
        audit.record(AuditTag.MENU_CHANGED, item, actor=actor, old=old, new=new)
        session.info.pop(KEPT, None)
    return item


def remove(item, *, actor):
    with transaction() as session:
        item = session.get_one(MenuItem, item.id)
        audit.record(AuditTag.MENU_CHANGED, item, actor=actor, old={"label_ru": item.label_ru}, new={})
        bin.put(item, actor=actor)
        session.info.pop(KEPT, None)


def _address(text):
    """A path of this site, or an address elsewhere; what a browser would run is neither."""
    text = text.strip()
    if re.fullmatch(r"/(?![/\\])[^\s<>\"']*", text) or re.fullmatch(r"https://[^\s<>\"']+", text):
        return text
    raise InvalidInput(
        _l("A path of this site, such as /blog, or an address that begins with https://"), field="target"
    )

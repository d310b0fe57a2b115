"""What stands in the footer and over the support pages: the program's own links until owners choose others."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag, MenuPlace, Role
from app.errors import InvalidInput
from app.extensions import db
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


_columns = [getattr(MenuItem, name) for name in Link.__dataclass_fields__]
_all = Prepared(sa.select(*_columns).order_by(MenuItem.position, MenuItem.id), row=Link)


def links(place, role=None):
    """The Links of ``place`` for such a reader; the program's own where owners have none."""
    kept = db.session().info.get(KEPT)
    if kept is None:
        kept = db.session().info[KEPT] = tuple(_all.read_all())
    mine = [each for each in kept if each.place == place] or [Link(place, *each) for each in DEFAULTS[place]]
    return tuple(each for each in mine if each.suits(role))


def load_defaults():
    """Rows to begin from, for each place that has none."""
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

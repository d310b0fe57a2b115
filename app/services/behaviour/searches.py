"""What people look for and do not find: questions, help, cities. Searches in messages are nobody's business.

Kept are plain words. A text with an e-mail, a link or a phone in it is somebody's own and is not kept at all; of
others every word with a digit is left out. Words are shown once they were searched for often (counting.ENOUGH).
"""

import re
import unicodedata

from app.constants import SearchPlace
from app.errors import NotFound
from app.models.behaviour import LONGEST, EmptySearchCount, WantedCityCount
from app.services import articles, faq, places
from app.services.behaviour.counting import add

SHORTEST = 3
PERSONAL = re.compile(r"@|://|www\.|(?:\d[\s().–-]*){6}")
WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)*(?![\w-])")

FIND = {
    SearchPlace.FAQ: faq.search,
    SearchPlace.HELP: lambda text: articles.search(text) or faq.search(text, limit=1),
    SearchPlace.CITY: lambda text: places.find_anywhere(text, limit=1),
}


def in_words(text):
    """The words of a search that may be kept, «ё» and capitals aside; empty where nothing may."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    if PERSONAL.search(text):
        return ""
    kept = " ".join(WORD.findall(text))
    return _cut(kept) if len(kept) >= SHORTEST else ""


def _cut(text):
    """No longer than fits, and no word in half."""
    return text if len(text) <= LONGEST else text[: LONGEST + 1].rpartition(" ")[0] or text[:LONGEST]


def found_nothing(place, text):
    """A page says so; it is looked up again, for a page may say anything."""
    words = in_words(text)
    if words and not FIND[place](text):
        add(EmptySearchCount, {"place": place, "text": words})


def wanted(city_id):
    """Somebody chose a city from beyond the list. Raises NotFound."""
    city = places.city_by_public_id(city_id)
    if places.is_served(city):
        raise NotFound()
    add(WantedCityCount, {"city": city.public_id})

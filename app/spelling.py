"""Spellings compared: pure functions of text, shared by whoever reads place names and whoever looks them up."""

import re
import unicodedata

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_TO_LATIN = str.maketrans(_CYRILLIC)
_SOUNDS = (
    ("kh", "h"), ("sch", "sh"), ("ck", "k"), ("ph", "f"), ("w", "v"), ("qu", "k"), ("q", "k"), ("x", "ks"),
    ("ce", "se"), ("ci", "si"), ("j", "zh"), ("y", "i"),
)  # fmt: skip


class _Bare(dict):
    """code point → its base letters; every character is looked up in the Unicode tables once."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code))
        self[code] = "".join(char for char in decomposed if not unicodedata.combining(char)).replace("-", " ")
        return self[code]


_BARE = _Bare(
    str.maketrans({"ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ə": "a"})
    | dict.fromkeys(map(ord, "’'ʻʼ`‘"), "")
)


def fold(text: str) -> str:
    """Casefolded, without diacritics and apostrophes (ё is е, й is и); a hyphen is a space."""
    return text.casefold().translate(_BARE)


def key(text: str) -> str:
    """What two spellings of one name have in common: folded letters and digits, nothing between them.

    «Санкт-Петербург» and «санкт петербург», «Орёл» and «орел», «Plzeň» and «plzen» are one key.
    """
    return "".join(filter(str.isalnum, fold(text)))


def to_latin(text: str) -> str:
    """A rough, lossy Latin rendering of Russian text, in lower case."""
    return text.casefold().translate(_TO_LATIN)


def sound(text: str) -> str:
    """A Latin form in which «Прага» and «Praga», «Jerevan» and «Ереван» come close to each other."""
    return sound_of_key(fold(text))


def sound_of_key(folded: str) -> str:
    """The same for what fold() or key() has made."""
    heard = folded.translate(_TO_LATIN)
    for written, spoken in _SOUNDS:
        heard = heard.replace(written, spoken)
    return re.sub("c(?!h)", "k", heard) if "c" in heard else heard

"""How names are compared and which spellings are worth keeping."""

import re
from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein

from app.spelling import fold, sound

# Both are for a list of names joined by newlines: one search is many times faster than a match for each name.
_RUSSIAN_NAMES = re.compile(r"^[А-ЯЁ][а-яё]*(?:(?:[ '’-]|\. ?)[А-ЯЁа-яё]+)*$", re.MULTILINE)
_LATIN_NAMES = re.compile(
    r"^(?!.*\b(?:shaar|Lungsod))[A-ZÀ-ÖØ-ÞĀ-ſȘȚ](?=.*[a-zà-öø-ſ])[A-Za-zÀ-ÖØ-öø-ſȘșȚțḀ-ỹƏəƠơƯư '’ʻ.-]{2,39}$",
    re.MULTILINE,
)
# Ukrainian, Belarusian, Bulgarian and Macedonian spellings in letters that Russian has too: never and hardly Russian.
_IMPOSSIBLE = re.compile(r"ъ(?![еёюя])|['’]|[жшчщ]ы|ць|[сзц]ьк|[бвгдзклмнпрстфх](?:ьо|йо)|шч|ьь")
_UNLIKELY = re.compile(r"[жшчц]о$|дж$|[гкх]ы|[бвгдзклмнпрстфх]э")


def likeness(english: str, russian: str) -> float:
    """How well a Cyrillic name renders a Latin one: 0…1, less for spellings that are hardly Russian."""
    score = Levenshtein.normalized_similarity(sound(english), sound(russian))
    written = russian.casefold()
    if _UNLIKELY.search(written):
        score -= 0.15
    if "ы" in written and not any(letter in english for letter in "yYı"):
        score -= 0.05
    if any(mark in english for mark in " -") and "-" in russian:
        score += 0.05
    return score + ("ё" in written) * 0.02


def russian_candidates(names: Iterable[str], *, spaces: bool) -> list[str]:
    found = _RUSSIAN_NAMES.findall("\n".join(names))
    return [name for name in found if not _IMPOSSIBLE.search(name.casefold()) and (spaces or " " not in name)]


def aliases(names: Iterable[str], known: Iterable[str], limit: int = 12) -> tuple[str, ...]:
    """Up to ``limit`` Latin and ``limit`` Cyrillic spellings that a fuzzy comparison would not find by itself."""
    known = [fold(name) for name in known]
    kept: list[str] = []
    text = "\n".join(names)
    for pattern in (_LATIN_NAMES, _RUSSIAN_NAMES):
        spelled = {fold(name): name for name in pattern.findall(text)}
        keys = _distinct(spelled, known)
        kept += [spelled[key] for key in (keys if len(keys) <= limit else _most_typical(keys, spelled, limit))]
    return tuple(kept)


def _alike(one: str, other: str) -> bool:
    return Levenshtein.normalized_similarity(one, other, score_cutoff=0.8) > 0


def _distinct(keys: Iterable[str], known: list[str]) -> list[str]:
    kept: list[str] = []
    for key in keys:
        if not any(_alike(key, other) for other in (*known, *kept)):
            kept.append(key)
    return kept


def _most_typical(keys: list[str], everything: Iterable[str], limit: int) -> list[str]:
    """Those that stand for the most spellings: an endonym is shared by many languages, an oddity by none."""

    def followers(key: str) -> int:
        return sum(Levenshtein.normalized_similarity(key, other) > 0.6 for other in everything)

    return sorted(keys, key=followers, reverse=True)[:limit]

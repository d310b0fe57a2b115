"""Finding the few texts that a question may mean: word forms, ё and slips of the keyboard aside."""

import re
from functools import lru_cache

from app.later import later
from app.services.search import WORD, fold, stem

process, OSA = later("rapidfuzz.process"), later("rapidfuzz.distance.OSA")

ALIKE = 0.72  # a slip or two in a word
LONGEST = 200  # of a search

# Words that say nothing about what is asked.
EMPTY = set(
    re.findall(
        r"\w+",
        "а и в во на по о об от до за из к ко с со у не ни же ли бы что как где когда кто чем это этот эта то я мне "
        "меня мой моя мои мы нам вы вам вас если можно нужно надо есть быть для или так a an and the in on at of to "
        "for from by with is are be do does did can could i me my we you your it this that how what when where who "
        "why if or not",
    )
)


def best(text, rows, words_of, limit):
    """Those of ``rows`` that ``text`` may mean, the likeliest first; ``words_of(row)``: its heading and its body."""
    terms = list(dict.fromkeys(_stems(text[:LONGEST])))
    if not terms:
        return []
    scored = [(_score(terms, *words_of(row)), n, row) for n, row in enumerate(rows)]
    scored = sorted((each for each in scored if each[0]), key=lambda each: (-each[0], each[1]))
    return [row for score, _n, row in scored if score * 3 >= scored[0][0]][:limit]


def _stems(text):
    words = WORD.findall(fold(text))
    return [stem(word) for word in words if word not in EMPTY]


@lru_cache(maxsize=1024)
def _indexed(heading, body):
    """The stems of a heading, and of the text under it."""
    title = frozenset(_stems(heading))
    return title, frozenset(_stems(body)) - title


def _score(terms, heading, body):
    weights = [_weight(term, *_indexed(heading, body)) for term in terms]
    hits = sum(1 for weight in weights if weight)
    return sum(weights) if hits * 2 >= len(terms) and max(weights) > 0.5 else 0


def _weight(term, title, body):
    if term in title:
        return 3
    if len(term) >= 3 and any(word.startswith(term) for word in title):
        return 2.4
    if term in body:
        return 1
    if len(term) < 4:
        return 0
    return 2 * _alike(term, title) or 0.6 * _alike(term, body)


def _alike(term, words):
    found = process.extractOne(term, words, scorer=OSA.normalized_similarity, score_cutoff=ALIKE)
    return found[1] if found else 0

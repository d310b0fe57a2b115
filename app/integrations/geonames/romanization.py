"""From a romanised name back to the spelling Russian maps use: Palladius for pinyin, Polivanov for
Hepburn."""

import re
import unicodedata
from functools import cache

_PINYIN_INITIALS = {
    "b": "б", "p": "п", "m": "м", "f": "ф", "d": "д", "t": "т", "n": "н", "l": "л", "g": "г", "k": "к", "h": "х",
    "j": "цз", "q": "ц", "x": "с", "zh": "чж", "ch": "ч", "sh": "ш", "r": "ж", "z": "цз", "c": "ц", "s": "с",
}  # fmt: skip
_PINYIN_FINALS = {
    "a": "а", "o": "о", "e": "э", "ai": "ай", "ei": "эй", "ao": "ао", "ou": "оу", "an": "ань", "en": "энь",
    "ang": "ан", "eng": "эн", "i": "и", "ia": "я", "ie": "е", "iao": "яо", "iu": "ю", "ian": "янь", "in": "инь",
    "iang": "ян", "ing": "ин", "iong": "юн", "u": "у", "ua": "уа", "uo": "о", "uai": "уай", "ui": "уй",
    "uan": "уань", "un": "унь", "uang": "уан", "ong": "ун", "v": "юй", "ve": "юэ", "van": "юань", "vn": "юнь",
}  # fmt: skip
_PINYIN_WHOLE = {
    "a": "а", "ai": "ай", "an": "ань", "ang": "ан", "ao": "ао", "e": "э", "ei": "эй", "en": "энь", "er": "эр",
    "ou": "оу", "ya": "я", "yan": "янь", "yang": "ян", "yao": "яо", "ye": "е", "yi": "и", "yin": "инь", "ying": "ин",
    "yong": "юн", "you": "ю", "yu": "юй", "yuan": "юань", "yue": "юэ", "yun": "юнь", "wa": "ва", "wai": "вай",
    "wan": "вань", "wang": "ван", "wei": "вэй", "wen": "вэнь", "weng": "вэн", "wo": "во", "wu": "у", "hui": "хуэй",
}  # fmt: skip
_RUSSIAN_VOWELS = "аэиоуеёюя"

_KANA_CONSONANTS = {
    "k": "к", "s": "с", "t": "т", "n": "н", "h": "х", "f": "ф", "m": "м", "r": "р", "g": "г", "z": "дз", "d": "д",
    "b": "б", "p": "п", "w": "в", "j": "дз", "sh": "с", "ch": "т", "ts": "ц",
    "ky": "к", "ny": "н", "hy": "х", "my": "м", "ry": "р", "gy": "г", "by": "б", "py": "п",
}  # fmt: skip
_KANA_VOWELS = {"a": "а", "i": "и", "u": "у", "e": "э", "o": "о"}
_KANA_SOFT = {"a": "я", "i": "и", "u": "ю", "e": "е", "o": "ё"}
_DOUBLES = {"k": "к", "s": "с", "t": "т", "p": "п"}
_DOUBLED = re.compile(r"([kstp])(?=\1)|t(?=ch)")
_KANA = re.compile(r"(?P<consonant>sh|ch|ts|[knhmrgbp]y|[kstnhfmrgzdbpwjy])?(?P<vowel>[aiueo])|(?P<n>[nm])'?")


def palladius(pinyin: str) -> str | None:
    """«Guangzhou» → «Гуанчжоу»; None for anything that is not plain pinyin."""
    words = [_palladius_word(word) for word in re.split(r"[\s-]+", _bare(pinyin, keep="ü").replace("ü", "v"))]
    return "-".join(word.capitalize() for word in words) if all(words) else None


def polivanov(hepburn: str) -> str | None:
    """«Utsunomiya» → «Уцуномия»; None for anything that is not plain Hepburn."""
    words = [_polivanov_word(word) for word in re.split(r"[\s-]+", _bare(hepburn))]
    return "-".join(word.capitalize() for word in words) if all(words) else None


def _bare(text: str, keep: str = "") -> str:
    text = re.sub("[’ʼʻ`]", "'", unicodedata.normalize("NFC", text.casefold()))
    return "".join(char if char in keep else unicodedata.normalize("NFKD", char)[0] for char in text)


def _palladius_word(word: str) -> str | None:
    syllables = _syllables(word)
    if not syllables:
        return None
    russian = ""
    for syllable in syllables:
        spelled = _palladius_syllable(syllable)
        russian += ("ъ" if russian.endswith("н") and spelled[0] in _RUSSIAN_VOWELS else "") + spelled
    return russian


@cache
def _palladius_syllable(syllable: str) -> str | None:
    if syllable in _PINYIN_WHOLE:
        return _PINYIN_WHOLE[syllable]
    initial = re.match(r"zh|ch|sh|[bpmfdtnlgkhjqxrzcs]?", syllable)[0]
    final = syllable[len(initial) :]
    if final == "i" and initial in ("z", "c", "s"):
        return _PINYIN_INITIALS[initial] + "ы"
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    if initial not in _PINYIN_INITIALS or final not in _PINYIN_FINALS:
        return None
    return _PINYIN_INITIALS[initial] + _PINYIN_FINALS[final]


def _syllables(word: str) -> list[str] | None:
    """Longest syllables first; inside a word a syllable begins with a consonant unless an apostrophe says otherwise."""
    if not word:
        return []
    for length in range(min(6, len(word)), 0, -1):
        head, tail = word[:length], word[length:]
        if _palladius_syllable(head) is None or tail[:1] in tuple("aeo"):
            continue
        rest = _syllables(tail.removeprefix("'"))
        if rest is not None:
            return [head, *rest]
    return None


def _polivanov_word(word: str) -> str | None:
    word = _DOUBLED.sub(lambda first: _DOUBLES[first[0]], word)
    russian, position = "", 0
    while position < len(word):
        if word[position] in "кстп":
            russian, position = russian + word[position], position + 1
            continue
        mora = _KANA.match(word, position)
        if mora is None:
            return None
        russian += _mora(mora, russian, word[mora.end() :])
        position = mora.end()
    return russian


def _mora(mora: re.Match, before: str, after: str) -> str:
    if mora["n"]:
        return "м" if after[:1] in tuple("bpm") else "нъ" if after[:1] in tuple("aiueoy") else "н"
    consonant, vowel = mora["consonant"] or "", mora["vowel"]
    if consonant == "y":
        return ("йо" if not before else "ё") if vowel == "o" else _KANA_SOFT[vowel]
    if not consonant:
        return "й" if vowel == "i" and before[-1:] in tuple("аэоу") and after else _KANA_VOWELS[vowel]
    soft = consonant in ("sh", "ch", "j") or consonant.endswith("y")
    return _KANA_CONSONANTS[consonant] + (_KANA_SOFT if soft else _KANA_VOWELS)[vowel]

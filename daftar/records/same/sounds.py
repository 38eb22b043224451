"""Names by their sound: the consonants, in one alphabet, so that "Mohammad Rezaei", "محمد رضایی" and "Мохаммад Резаи" can meet."""

from __future__ import annotations

from functools import lru_cache

_TWO = (
    ("sch", "s"), ("tch", "c"), ("sh", "s"), ("ch", "c"), ("kh", "k"), ("gh", "g"), ("zh", "z"), ("ph", "f"), ("th", "t"), ("ck", "k"),
    ("дж", "j"), ("кс", "ks"),
)  # fmt: skip
_LETTERS = {
    **dict.fromkeys("aeiouy", "a"), **dict.fromkeys("bdfgjklmnprstvz", ""), "c": "k", "q": "g", "w": "v", "x": "ks", "h": "-",
    **dict.fromkeys("аеиоуыэюяй", "a"), **dict.fromkeys("ьъх", "-"),
    "б": "b", "в": "v", "г": "g", "д": "d", "ж": "z", "з": "z", "к": "k", "л": "l", "м": "m", "н": "n", "п": "p", "р": "r",
    "с": "s", "т": "t", "ф": "f", "ц": "ts", "ч": "c", "ш": "s", "щ": "s",
    **dict.fromkeys("اعوی", "a"), **dict.fromkeys("حه", "-"),
    "ب": "b", "پ": "p", "ت": "t", "ط": "t", "ث": "s", "س": "s", "ص": "s", "ج": "j", "چ": "c", "خ": "k", "د": "d", "ذ": "z", "ز": "z",
    "ژ": "z", "ض": "z", "ظ": "z", "ر": "r", "ش": "s", "غ": "g", "ق": "g", "ف": "f", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
_SOUND = str.maketrans({letter: sound or letter for letter, sound in _LETTERS.items()})


@lru_cache(maxsize=50_000)  # the same names come again and again
def sound(word: str) -> str:
    """The consonants of one folded word, doubled ones once; "a" in front when it begins with a vowel."""
    for two, one in _TWO:
        if two in word:
            word = word.replace(two, one)
    heard = word.translate(_SOUND).replace("-", "")
    start = "a" if heard[:1] == "a" else ""
    found = [start]
    for letter in heard:
        if letter != "a" and letter != found[-1][-1:]:
            found.append(letter)
    return "".join(found)


@lru_cache(maxsize=64)  # several rules ask for the same name, one behind the other
def sounds(folded: str) -> str:
    """The sound of a folded name, its words in the order of the alphabet; "" when too little is left to say anything."""
    words = sorted(filter(None, map(sound, folded.split())))
    return " ".join(words) if sum(map(len, words)) >= 3 else ""

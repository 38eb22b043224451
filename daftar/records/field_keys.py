"""Keys of custom fields and options, made from their names: short Latin words that addresses, files and the API use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from django.db import models

from daftar.records.models import CustomField
from daftar.records.query.view import RESERVED
from daftar.records.types import RecordType

FORM_WORDS = frozenset(
    {
        "version",
        "once",
        "also",
        "ids",
        "to",
        "field",
        "value",
        "default",
        "next",
        "act",
        "file",
        "files",
        "csrfmiddlewaretoken",
    }
)
"""Names that our forms use beside the fields."""
LONGEST = 40
CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
    )
)
PERSIAN = dict(
    zip(
        "آاأبپتثجچحخدذرزژسشصضطظعغفقکكگلمنوهةیيئءؤ",
        [
            "a",
            "a",
            "a",
            "b",
            "p",
            "t",
            "s",
            "j",
            "ch",
            "h",
            "kh",
            "d",
            "z",
            "r",
            "z",
            "zh",
            "s",
            "sh",
            "s",
            "z",
            "t",
            "z",
            "a",
            "gh",
            "f",
            "gh",
            "k",
            "k",
            "g",
            "l",
            "m",
            "n",
            "v",
            "h",
            "h",
            "i",
            "i",
            "y",
            "",
            "v",
        ],
    )
)
LETTERS = str.maketrans(
    {
        **CYRILLIC,
        **PERSIAN,
        **{zero: str(n) for base in (0x06F0, 0x0660) for n, zero in enumerate(map(chr, range(base, base + 10)))},
    }
)


def latin(text: str) -> str:
    """The words in plain Latin letters, joined by "_"; "" when nothing is left."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST].strip("_")


def key_for(label: str, type_: RecordType, *, taken: Collection[str]) -> str:
    """A key that no field, column or word of an address has; "cf_N" where the name gives none."""
    columns = {name for f in type_.model._meta.get_fields() for name in (f.name, getattr(f, "attname", f.name))}
    used = {*taken, *type_.by_key, *columns, *RESERVED, *FORM_WORDS}
    word = latin(label)
    if not re.match(r"[a-z]", word):
        number = CustomField.objects.filter(type=type_.key).count() + 1
        word = f"cf_{word or number}"
    return free(word, used)


def title_key_for(label: str, model: type[models.Model], *, taken: Collection[str]) -> str:
    """The key of the field that names the records of a new type: its label in Latin letters, else "name"."""
    columns = {name for f in model._meta.get_fields() for name in (f.name, getattr(f, "attname", f.name))}
    word = latin(label)
    return free(word if re.match(r"[a-z]", word) else "name", {*taken, *columns, *RESERVED, *FORM_WORDS})


def option_key_for(label: str, *, taken: Collection[str]) -> str:
    """A key for a new option that no other option of the field has."""
    return free(latin(label) or "option", taken)


def free(word: str, used: Collection[str]) -> str:
    number, key = 1, word
    while key in used:
        number += 1
        key = f"{word}_{number}"
    return key

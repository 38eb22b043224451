"""Names for what is made: fields after headings, record types after files."""

from __future__ import annotations

import re

from daftar.exchange.knowing.table import id_stem
from daftar.kernel.text import fold

LONGEST = 100


def tidy(heading: str) -> str:
    """A heading as the label of a field: "budgeted_cost" is "Budgeted cost", what people wrote with care stays."""
    text = " ".join(heading.replace("_", " ").split())[:LONGEST].strip()
    if text.isupper() and text.isascii() and len(text) > 4:
        stem = id_stem(heading)
        text = f"{stem} id" if stem else text.lower()
    return text[:1].upper() + text[1:] if text else heading[:LONGEST]


def named_by_id(heading: str) -> str:
    """What an id column names, as the label of a link: "Account Id" is "Account"."""
    return tidy(id_stem(heading) or heading)


def names_of_file(stem: str) -> tuple[str, str]:
    """(singular, plural) of the records of a file by its name: "Purchase_Orders" is ("Purchase order", "Purchase orders")."""
    words = [word for word in re.split(r"[\s_\-.]+", stem) if word and not word.isdigit()]
    plural = sentence_case(" ".join(words)[:LONGEST] or stem[:LONGEST])
    return singular(plural), plural


def sentence_case(text: str) -> str:
    words = text.split()
    return (
        " ".join(
            [words[0][:1].upper() + words[0][1:], *(w if w.isupper() and len(w) < 5 else w.lower() for w in words[1:])]
        )
        if words
        else text
    )


def singular(text: str) -> str:
    """An English plural in the singular; other words stay as they are."""
    first, _blank, last = text.rpartition(" ")
    low = last.lower()
    if low.endswith("ies") and len(low) > 4:
        last = last[:-3] + "y"
    elif low.endswith(("sses", "xes", "ches", "shes")):
        last = last[:-2]
    elif low.endswith("s") and not low.endswith(("ss", "us", "is")) and low.isascii():
        last = last[:-1]
    return f"{first} {last}".strip()


def key_of(stem: str) -> str:
    """The key under which a new record type is called in a proposal: "+purchase_orders"."""
    return "+" + (re.sub(r"\W+", "_", fold(stem)).strip("_")[:40] or "records")

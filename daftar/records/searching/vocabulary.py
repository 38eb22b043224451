"""The words that stand in search texts, so that a word with one typing mistake finds what was meant.

Nobody who saves waits for it: a job reads what was stored since it last looked. A word that no record holds any more is
forgotten, at once where a person was erased.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Length

from daftar.kernel import clock
from daftar.records.models import Event, SearchState, SearchWord
from daftar.records.schema import current_schema
from daftar.records.searching import index
from daftar.records.searching.asked import Asked, Token

SHORTEST, LONGEST = 4, 30
"""Letters of the words that are kept; a shorter one has too many neighbours."""
BATCH, MOST_NEAR, MOST_TRIED = 500, 400, 3
EVENTS = "events"
"""The name under which it is kept how far the events were read."""


def words_of(text: str) -> set[str]:
    """The words of a search text that are kept: of letters alone."""
    return {word for word in text.split() if SHORTEST <= len(word) <= LONGEST and word.isalpha()}


# -- learning and forgetting -----------------------------------------------------------------------------


def learn(texts: Iterable[str]) -> None:
    """Keep the words of these search texts; those that are known stay as they are."""
    found = sorted(set().union(*map(words_of, texts)))
    rows = [SearchWord(word=word, back=word[::-1]) for word in found]
    SearchWord.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def learn_what_was_stored(seconds: float = 30) -> bool:
    """Read the events since the last time, a batch in each transaction; whether all were read."""
    until = time.monotonic() + seconds
    while learn_batch():
        if time.monotonic() > until:
            return False
    return True


def learn_batch() -> bool:
    with transaction.atomic():
        state, _new = SearchState.objects.select_for_update().get_or_create(table=EVENTS)
        events = list(
            Event.objects.filter(pk__gt=state.written_to).order_by("pk").values_list("pk", "type", "record_id")[:BATCH]
        )
        if not events:
            return False
        types = current_schema().types
        for key in {key for _pk, key, _id in events} & set(types):
            ids = {id_ for _pk, type_key, id_ in events if type_key == key}
            learn(types[key].model._default_manager.filter(pk__in=ids).values_list("search", flat=True))
        state.written_to = events[-1][0]
        state.save(update_fields=["written_to"])
    return True


def forget_unused(words: Collection[str]) -> int:
    """Take those of the words away that stand in no record any more; how many."""
    gone = [word for word in words if not is_used(word)]
    return SearchWord.objects.filter(word__in=gone).delete()[0] if gone else 0


def forget_some_unused(number: int = 2_000) -> int:
    """Look at the words that were looked at longest ago."""
    words = list(SearchWord.objects.order_by("checked_at").values_list("word", flat=True)[:number])
    count = forget_unused(words)
    SearchWord.objects.filter(word__in=words).update(checked_at=clock.now())
    return count


def is_used(word: str) -> bool:
    asked = Asked(word, (Token((word,), (word,)),))
    return any(
        model._default_manager.filter(index.by_index(model, asked), search__contains=word).exists()
        for model in index.indexed_tables().values()
    )


# -- correcting ------------------------------------------------------------------------------------------


def corrections(asked: Asked) -> Iterator[Asked]:
    """What may have been meant, likeliest first: words that occur nowhere are replaced by ones that differ by one letter."""
    if asked.is_number:
        return
    wrong = {word: near(word)[:MOST_TRIED] for word in asked.words if is_unknown(word)}
    wrong = {word: instead for word, instead in wrong.items() if instead}
    for place in range(max(map(len, wrong.values()), default=0)):
        chosen = {word: instead[min(place, len(instead) - 1)] for word, instead in wrong.items()}
        yield Asked.of(" ".join(chosen.get(word, word) for word in asked.words))


def is_unknown(word: str) -> bool:
    """Whether no word that is kept begins so."""
    return bool(words_of(word)) and not SearchWord.objects.filter(begins("word", word)).exists()


def near(word: str) -> list[str]:
    """Kept words at a distance of one letter: one more, one less, another one, or two neighbours changed over.

    A single mistake leaves one half of the word whole, so those that share a half are looked at.
    """
    half = len(word) // 2
    like = SearchWord.objects.annotate(length=Length("word")).filter(
        length__gte=len(word) - 1, length__lte=len(word) + 1
    )
    found = {
        *like.filter(begins("word", word[:half])).values_list("word", flat=True)[:MOST_NEAR],
        *like.filter(begins("back", word[half:][::-1])).values_list("word", flat=True)[:MOST_NEAR],
        *like.filter(word__in=changed_over(word)).values_list("word", flat=True),
    }
    fit = [one for one in found if one != word and is_one_off(one, word)]
    return sorted(fit, key=lambda one: (one[0] != word[0], abs(len(one) - len(word)), one))


def begins(column: str, start: str) -> Q:
    """A range of the column's index; PostgreSQL orders by its locale and so has an index of its own for beginnings."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": start})
    return Q(**{f"{column}__gte": start, f"{column}__lt": start[:-1] + chr(ord(start[-1]) + 1)})


def changed_over(word: str) -> list[str]:
    return [word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)]


def is_one_off(a: str, b: str) -> bool:
    """Whether one letter more, less or another, or two neighbours changed over, makes one of the words the other."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    same = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[same:] == b[same + 1 :]
    rest_a, rest_b = a[same:], b[same:]
    return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:])

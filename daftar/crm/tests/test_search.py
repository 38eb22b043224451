"""What is typed finds what is meant, by the index as by reading every row, and nothing that the reader may not see."""

import random
from dataclasses import replace

import pytest
from django.db import connection

from daftar.kernel import derived
from daftar.kernel.text import fold
from daftar.records.fields._typed_list import Typed
from daftar.records.models import Entity
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.searching import index, renewing
from daftar.records.searching.asked import Asked
from daftar.records.searching.holding import holds
from daftar.records.tests.spellings import OTHER, PAIRS, SAME

SIGNS = [
    "%",
    "_",
    '"',
    "*",
    "NEAR",
    "NEAR(a b)",
    'a" OR "b',
    "' OR 1=1",
    "\0",
    "a\0b",
    "^",
    "-",
    "AND",
    "NOT",
    "{",
    "\\",
    "😀",
    "«»",
]


def test_the_table_of_spellings_is_large_enough():
    assert len(SAME) >= 60
    assert len(OTHER) >= 40
    assert len(set(PAIRS)) == len(PAIRS)


def written(shop, kind, text):
    """A record that has the text where people would look for it."""
    match kind:
        case "person":
            return shop.make("contact", name=text)
        case "company":
            return shop.make("company", name=text)
        case "phone":
            return shop.make("contact", name="Somebody", phones=[Typed(text, "")])
        case "mail":
            return shop.make("contact", name="Somebody", emails=[Typed(text, "")])
    return shop.deal(name="Something", number=text)


def ids(shop, type_key, typed, user=None):
    reader = Reader(user or shop.olga)
    view = replace(View.parse(reader.schema.type(type_key), "", reader), words=typed)
    return set(view.rows().values_list("pk", flat=True))


def test_every_spelling_finds_and_what_only_looks_alike_does_not(shop):
    types = {"person": "contact", "company": "company", "phone": "contact", "mail": "contact", "number": "deal"}
    wrong = []
    for kind, text, typed, same in PAIRS:
        row = written(shop, kind, text)
        if (row.pk in ids(shop, types[kind], typed)) != same:
            wrong.append((kind, text, typed, same, shop.fresh(types[kind], row).search))
        row.delete()

    assert wrong == []


def test_the_index_finds_what_reading_every_row_finds(shop):
    chance = random.Random(5)
    letters = "abcабвپشم 12"
    texts = [fold("".join(chance.choice(letters) for _ in range(chance.randrange(1, 30)))) for _ in range(150)]
    model = shop.type("contact").model
    model.objects.bulk_create([model(name=text or "x", search=text) for text in texts])
    reader, type_ = shop.reader(), shop.type("contact")

    for _ in range(300):
        text = chance.choice([t for t in texts if t])
        start = chance.randrange(len(text))
        asked = Asked.of(text[start : start + chance.randrange(1, 9)])
        if not asked:
            continue
        by_index = set(visible(type_, shop.olga).filter(holds(type_, asked, reader)).values_list("pk", flat=True))
        by_rows = set(
            visible(type_, shop.olga).filter(holds(type_, asked, reader, by_index=False)).values_list("pk", flat=True)
        )
        assert by_index == by_rows, asked
        if all(len(word) >= index.INDEXED for word in asked.words):
            assert by_index, asked  # at least the row that the piece was taken from


def test_the_index_follows_every_change(shop):
    row = shop.make("contact", name="Daniel Tucker")
    assert ids(shop, "contact", "tucker") == {row.pk}

    model = shop.type("contact").model
    model.objects.filter(pk=row.pk).update(search="someone else")
    assert ids(shop, "contact", "tucker") == set()
    assert ids(shop, "contact", "someone") == {row.pk}

    model.objects.filter(pk=row.pk).delete()
    assert ids(shop, "contact", "someone") == set()


@pytest.mark.parametrize("typed", ["", "t", "tu", "tuc", "x" * 10_000, "tucker " * 1000, *SIGNS])
def test_whatever_is_typed_the_list_answers(shop, at, typed):
    shop.make("contact", name="Tucker")

    # A list refuses an address that nobody can mean, in words; everything else it answers.
    known = (200, 400, 414) if len(typed) > 200 or "\0" in typed else (200,)
    assert at(shop.olga).get("/contacts/", {"q": typed}).status_code in known
    assert at(shop.olga).get("/lookup/contact", {"q": typed}).status_code in known


@pytest.mark.parametrize("typed", ["t", "tu", "tuc", "ker", "T", "d t"])
def test_one_and_two_letters_are_looked_for_at_the_beginning_of_words(shop, typed):
    row = shop.make("contact", name="Daniel Tucker")

    assert ids(shop, "contact", typed) == {row.pk}
    assert ids(shop, "contact", "er") == set()


def test_what_is_closed_to_a_reader_is_not_found_by_them(shop):
    row = shop.make("contact", name="Tucker", phones=[Typed("+989128051234", "")])
    shop.rita.roles = ["accountant"]
    shop.rita.save()
    rita = type(shop.rita).objects.get(pk=shop.rita.pk)

    assert ids(shop, "contact", "0912 805", shop.olga) == {row.pk}
    assert ids(shop, "contact", "0912 805", rita) == set()
    assert ids(shop, "contact", "tucker", rita) == {row.pk}


def test_the_database_uses_the_index(shop):
    shop.make("contact", name="Tucker")
    reader, type_ = shop.reader(), shop.type("contact")
    rows = visible(type_, shop.olga).filter(holds(type_, Asked.of("tucker"), reader))

    plan = plan_of(rows)

    assert "derived_find_crm_contact" in plan if connection.vendor == "postgresql" else "VIRTUAL TABLE INDEX" in plan


@pytest.mark.parametrize(
    ("typed", "rare", "never"),
    [("+1 (202) 000-4380", "380", "120"), ("boris.carter@bench.example", "ter", "exa")],
)
def test_an_index_is_asked_for_the_part_that_few_others_have(shop, typed, rare, never):
    """Half of all phones begin alike and half of all addresses end alike: an index asked for that names half of all rows."""
    asked = Asked.of(typed)
    rows = shop.type("contact").model.objects.filter(index.by_index(shop.type("contact").model, asked))

    _sql, parameters = rows.query.sql_with_params()

    assert any(rare in str(one) for one in parameters)
    assert not any(never in str(one) for one in parameters)


def plan_of(rows):
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN (COSTS OFF) {sql}", params)
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_every_table_with_a_search_text_has_its_index(db):
    assert Entity._meta.db_table in index.indexed_tables()
    assert index.lacking() == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite keeps a table beside by triggers")
def test_a_lost_index_is_made_anew_after_the_next_migration(shop):
    row = shop.make("contact", name="Tucker")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER derived_search_crm_contact_insert")
    other = shop.make("contact", name="Tucker the younger")

    index.install()

    assert ids(shop, "contact", "tucker") == {row.pk, other.pk}


def test_letters_of_the_index_are_one_for_one():
    assert len(index.LETTERS) == len(index.BECOME) == len(set(index.LETTERS))
    assert derived.PREFIX == "derived_"  # names in databases that are there already


def test_texts_of_an_earlier_version_are_written_anew(shop, monkeypatch):
    row = shop.make("contact", name="Jean-Luc Picard")
    model = shop.type("contact").model
    model.objects.filter(pk=row.pk).update(search="jean luc picard")
    monkeypatch.setattr(renewing, "BATCH", 1)

    assert renewing.renew()

    assert shop.fresh("contact", row).search == "jean luc picard jeanluc"
    assert shop.fresh("contact", row).version == row.version
    assert renewing.renew()


def test_doctor_says_that_an_index_lacks(shop):
    assert list(index.doctor_says()) == []
    name = (index.name_of if connection.vendor == "sqlite" else index.index_of)("crm_deal")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {'TABLE' if connection.vendor == 'sqlite' else 'INDEX'} {name}")

    assert "1 tables" in next(index.doctor_says())

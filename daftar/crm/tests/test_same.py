"""Which two are one: sixty spellings found, forty near misses not, by search and by dedupe; kept up to date, and remembered when told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from daftar.crm.tests.same_spellings import ALIKE, OTHER, SAME
from daftar.kernel.phones import parse_phone
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.links import Linked
from daftar.records.models import ContactPoint, RecordLink, SameKey, SamePair, SameState
from daftar.records.query.view import View
from daftar.records.same import keeping, keys, pairs

NAMES = ("contact", "company")


def look(shop):
    for key in ("contact", "company", "lead"):
        while not keeping.look_through(shop.type(key)):
            pass


def made(shop, kind, written, other="", **more):
    """A record with that name, phone or mail; phones and mails belong to people of different names."""
    if kind in NAMES:
        return shop.make(kind, name=written, **more)
    if kind == "phone":
        return shop.make("contact", name=other, phones=[Typed(parse_phone(written, "IR"), "")])
    return shop.make("contact", name=other, emails=shop.type("contact")["emails"].parse(written, shop.reader()))


def pair_of(one, other):
    type_key = one._meta.model_name
    low, high = sorted((one.pk, other.pk))
    return SamePair.objects.filter(type=type_key, low=low, high=high).first()


def found(shop, kind, words):
    view = View.parse(shop.type(kind if kind in NAMES else "contact"), "", shop.reader())
    return set(replace(view, words=words.strip()).rows().values_list("pk", flat=True))


def wrong(shop, pairs, right, **more):
    """Those of the pairs for which `right(kept pair, ids, kind, typed)` does not hold, each alone in the database."""
    missed = []
    for kind, written, typed in pairs:
        one, other = made(shop, kind, written, "Ann Lee", **more), made(shop, kind, typed, "Bob Ray", **more)
        type_ = shop.type(kind if kind in NAMES else "contact")
        keeping.renew(type_, [one.pk, other.pk])
        if not right(pair_of(one, other), {one.pk, other.pk}, kind, typed):
            missed.append((written, typed))
        for model in (type_.model, SameKey, SamePair, ContactPoint, RecordLink):
            model.objects.filter(**({"pk__in": [one.pk, other.pk]} if model is type_.model else {})).delete()
    return missed


def test_two_spellings_of_one_are_found_by_search_and_dedupe(shop):
    assert len(SAME) >= 60
    assert wrong(shop, SAME, lambda kept, ids, kind, typed: kept and ids <= found(shop, kind, typed)) == []


def test_what_only_looks_alike_is_no_pair(shop):
    assert len(OTHER) >= 40
    assert wrong(shop, OTHER, lambda kept, *_more: kept is None) == []


def test_what_sounds_alike_is_a_pair_when_something_else_agrees(shop):
    def is_alike(kept, *_more):
        return kept is not None and " like_name " in kept.reasons

    people = [pair for pair in ALIKE if pair[0] == "contact"]
    companies = [pair for pair in ALIKE if pair[0] == "company"]
    assert wrong(shop, companies, is_alike, emails=[Typed("a@alvand.example", "")]) == []
    for pair in people:
        company = shop.make("company", name="Alvand")
        assert wrong(shop, [pair], is_alike, companies=[Linked(company.pk)]) == []


def test_weights_add_up_and_what_differs_counts_against_it(shop):
    phone, mail = Typed("+12025550143", ""), Typed("sara@alvand.example", "")
    one = shop.make("contact", name="Sara Tucker", phones=[phone], emails=[mail])
    other = shop.make("contact", name="Tucker Sara", phones=[phone], emails=[mail])
    look(shop)
    kept = pair_of(one, other)
    assert set(kept.reasons.split()) == {"email", "phone", "name", "rare_name", "like_name"}
    assert kept.score == 60 + 50 + 35 + 15 + 20

    twin = [shop.make("company", name="Acme", tax_id=number) for number in ("111", "222")]
    same = [shop.make("company", name=name, tax_id="3 3-3") for name in ("Bolt", "Screw")]
    look(shop)
    assert pair_of(*twin) is None
    assert pair_of(*same).score == 80


def test_a_number_of_very_many_says_nothing(shop, monkeypatch):
    monkeypatch.setattr(pairs, "BLOCK", 3)
    rows = [shop.make("contact", name=f"Name{n} Of{n}", phones=[Typed("+12025550143", "")]) for n in range(4)]
    look(shop)
    assert not SamePair.objects.exists()
    writing.remove(shop.type("contact"), rows[0].pk, by=shop.olga, via="page")


def test_pairs_follow_what_is_stored(shop):
    look(shop)
    one, other = shop.make("company", name="Acme Corporation"), shop.make("company", name="Bolt")
    keeping.keep_up()
    assert not SamePair.objects.exists()

    writing.change(shop.type("company"), other.pk, {"name": "ACME corp."}, by=shop.sara, via="page")
    keeping.keep_up()
    assert pair_of(one, other).score == 90

    writing.remove(shop.type("company"), one.pk, by=shop.olga, via="page")
    keeping.keep_up()
    assert not SamePair.objects.exists()
    assert set(SameKey.objects.values_list("record_id", flat=True)) == {other.pk}

    writing.bring_back(shop.type("company"), one.pk, by=shop.olga, via="page")
    keeping.keep_up()
    assert pair_of(one, other).score == 90


def test_what_is_said_to_be_different_stays_so(shop):
    one, other = shop.make("company", name="Acme"), shop.make("company", name="ACME")
    look(shop)
    keeping.say_different(shop.type("company"), other.pk, one.pk, by=shop.olga)
    writing.change(shop.type("company"), other.pk, {"name": "Acme Inc"}, by=shop.sara, via="page")
    keeping.keep_up()
    look(shop)

    kept = pair_of(one, other)
    assert (kept.verdict, kept.by_id) == ("different", shop.olga.pk)


def test_everything_is_looked_through_again_when_the_rules_change(shop, monkeypatch):
    look(shop)
    assert not keeping.lacking()
    SameState.objects.filter(type="company").update(rules="old")
    assert [t.key for t in keeping.lacking()] == ["company"]
    monkeypatch.setattr(keeping, "BATCH", 1)
    for n in range(3):
        shop.make("company", name=f"Acme{n}")
    assert not keeping.look_through(shop.type("company"), seconds=0)  # goes on where it stopped
    assert SameState.objects.get(type="company").place
    look(shop)
    assert not keeping.lacking()
    assert SameKey.objects.filter(type="company", rule="name").count() == 3


def kept_signs():
    return sorted(SameKey.objects.values_list("type", "rule", "key", "record_id"))


def test_who_is_killed_among_writing_goes_on_and_keeps_nothing_twice(shop, monkeypatch):
    company = shop.make("company", name="Alvand")
    for n in range(5):
        shop.make("contact", name=f"Sara Tucker{n}", companies=[Linked(company.pk)])
    look(shop)
    whole = kept_signs()
    SameState.objects.update(rules="old")
    monkeypatch.setattr(keeping, "BATCH", 2)
    monkeypatch.setattr(keeping, "WRITTEN_AT_ONCE", 3)
    monkeypatch.setattr(keeping, "as_many", lambda written, seconds: written)
    written, insert = [], keys.insert

    def killed_at_the_third(rows):
        written.append(insert(rows))
        if len(written) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(keys, "insert", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        keeping.look_through(shop.type("contact"))
    look(shop)

    assert kept_signs() == whole


def test_who_is_saved_alone_has_the_signs_of_the_great_look(shop):
    company = shop.make("company", name="ООО Ромашка", tax_id="3 3-3")
    one = shop.make("contact", name="Sara Maria Tucker", companies=[Linked(company.pk)], birthday=date(1990, 5, 17))
    shop.make("lead", person_name="سارا", company_name="Acme Inc")
    look(shop)
    whole = kept_signs()
    assert {rule for _type, rule, _key, id_ in whole if id_ == one.pk} >= {"name", "like_name", "colleague", "birthday"}

    for model_key in ("contact", "company", "lead"):
        type_ = shop.type(model_key)
        keeping.renew(type_, list(type_.model.objects.values_list("pk", flat=True)))
    assert kept_signs() == whole


def test_a_transaction_writes_as_much_as_nobody_waits_long_for():
    assert keeping.as_many(5_000, 0.05) == 10_000
    assert keeping.as_many(20_000, 0.4) == 10_000
    assert keeping.as_many(50_000, 0) == 50_000
    assert keeping.as_many(2_000, 9) == 1_000

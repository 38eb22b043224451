"""Many new records are stored by few statements of our own; what stands in the tables then is what Django's way puts there."""

import datetime as dt
import threading
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Max

from daftar.access.models import Department, User
from daftar.crm.models import Company, Contact, Deal
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.money import Money
from daftar.records import custom_fields, custom_types, shape, storing, writing
from daftar.records.blank import blank
from daftar.records.custom_fields import OptionEdit
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.links import Linked
from daftar.records.models import ChangeSet, ContactPoint, CustomField, Entity, Event, Once, RecordLink, StageSpan
from daftar.records.query import behind, inserting
from daftar.records.query.inserting import insert_many
from daftar.records.searching.text import search_text

NOON = dt.datetime(2026, 3, 4, 12, 30, 15, 250, tzinfo=dt.UTC)
TABLES = [Contact, Company, Deal, Entity, Event, ContactPoint, RecordLink, StageSpan]
COLUMNS = ("type", "record_id", "field", "to_type", "to_id")


def by_django(model, columns, rows, *, alike=None):
    made = [model(**dict(zip(columns, row, strict=True)), **(alike or {})) for row in rows]
    model._default_manager.bulk_create(made)
    return [one.pk for one in made]


class Undone(Exception):
    pass


def stored(act):
    """Every column of every row of the tables after the act, as the database holds it; then it is taken back."""
    with suppress(Undone), transaction.atomic():
        first = {model: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in TABLES}
        answers = [str(one.errors) if isinstance(one, Invalid) else str(one) for one in act()]
        found = {"answers": answers} | {model: raw_rows(model, first) for model in TABLES}
        raise Undone
    return found


def raw_rows(model, first):
    table, is_sqlite = model._meta.db_table, connection.vendor == "sqlite"
    names = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    asked = ", ".join(f'"{n}", typeof("{n}")' if is_sqlite else f'"{n}"::text' for n in names)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {asked} FROM "{table}" WHERE id > %s ORDER BY id', [first[model]])
        rows = cursor.fetchall()
    if "record_id" not in names:
        return rows
    # The ids go on after what is taken back: what counts is which of the new records is meant.
    place = names.index("record_id") * (2 if is_sqlite else 1)
    numbers = {n: k for k, n in enumerate(sorted({int(row[place]) for row in rows if row[place]}))}
    return [(*row[:place], numbers[int(row[place])] if row[place] else None, *row[place + 1 :]) for row in rows]


def same_both_ways(monkeypatch, act):
    quick = stored(act)
    with monkeypatch.context() as patch:
        patch.setattr(storing, "insert_many", by_django)
        slow = stored(act)
    assert quick == slow
    return quick


@pytest.fixture
def full(shop):
    """A company with fields of its own on everything, a stage of its own, and a type of its own."""
    add = custom_fields.add_field
    options = [OptionEdit("North"), OptionEdit("South")]
    shop.keys = {}
    for kind in ("text", "decimal", "money", "date", "date_time", "yes_no", "whole", "tags", "emails"):
        for key in ("deal", "contact"):
            shop.keys[key, kind] = add(shop.type(key), kind, f"Own {kind}", by=shop.olga).key
    shop.keys["deal", "choice"] = add(shop.type("deal"), "choice", "Region", by=shop.olga, options=options).key
    shop.keys["deal", "stage"] = add(shop.type("deal"), "stage", "Delivery", by=shop.olga).key
    shop.code = add(shop.type("contact"), "text", "Code", by=shop.olga, unique=True).key
    shop.firm = shop.make("company", name="Alvand Tools")
    return shop


def own_values(shop, key, n):
    own = {kind: of for (type_key, kind), of in shop.keys.items() if type_key == key}
    return {
        own["text"]: f'“{n}” é گل\u200cآرا \\ " /',
        own["decimal"]: Decimal("12.50") + n,
        own["money"]: Money(Decimal("7.10"), "EUR" if n % 2 else "USD"),
        own["date"]: dt.date(2026, 1, 1 + n % 28),
        own["date_time"]: NOON + dt.timedelta(minutes=n),
        own["yes_no"]: n % 2 == 0,
        own["whole"]: n,
        own["tags"]: ["vip", f"تگ {n}"],
        own["emails"]: [Typed(f"own{n}@mail.example", "work")],
    }


def test_contacts_stand_in_the_tables_as_django_puts_them(full, monkeypatch):
    shop = full
    rows = [
        {
            "name": f"Sara Ahmadi-Nia {n} Гульнара", "first_name": "", "position": "Buyer", "do_not_contact": n % 3 == 0,
            "phones": [Typed(f"+98912{n:07}", "mobile"), Typed(f"+1202555{n:04}", "")] if n % 4 else [],
            "emails": [Typed(f"sara{n}@mail.example", "")], "address": {"city": "شیراز", "street": "a; b"} if n % 2 else {},
            "birthday": dt.date(1980, 2, 1 + n % 28) if n % 5 else None, "tags": ["a", "ب"], "source": "web" if n % 2 else None,
            "owner": shop.sam.pk if n % 3 else None, "companies": [Linked(shop.firm.pk, "Chief")] if n % 2 else [],
            shop.code: f"C-{n // 2 * 2 if n in (10, 11) else n}", **own_values(shop, "contact", n),
        }
        for n in range(1_050)
    ]  # fmt: skip
    rows[7] = {"name": ""}
    change_set = ChangeSet.objects.create(by=shop.sara, via="import", title="x")

    found = same_both_ways(
        monkeypatch,
        lambda: writing.create_many(
            shop.type("contact"), rows, by=shop.sara, via="import", change_set=change_set,
            at=[NOON + dt.timedelta(seconds=n) for n in range(len(rows))],
        ),
    )  # fmt: skip

    assert len(found[Contact]) == len(found[Event]) == 1_048
    assert [n for n, answer in enumerate(found["answers"]) if answer.startswith("{")] == [7, 11]


def test_deals_stand_in_the_tables_as_django_puts_them(full, monkeypatch):
    shop = full
    delivery = shop.type("deal").by_key[shop.keys["deal", "stage"]].pipelines[0].stages[0].id
    rows = [
        {
            "name": f"Drills {n}", "amount": Money(Decimal("4200.10"), "USD"), "company": shop.firm.pk, "probability": Decimal("12.5"),
            "stage": shop.stage("won") if n % 3 == 0 else shop.stage("new"), "expected_close": dt.date(2026, 5, 6), "owner": shop.sam.pk,
            shop.keys["deal", "stage"]: delivery if n % 2 else None, **own_values(shop, "deal", n),
        }
        for n in range(30)
    ]  # fmt: skip
    rows[3] = {"name": "Nobody's", "stage": 10**6}

    found = same_both_ways(
        monkeypatch,
        lambda: writing.create_many(
            shop.type("deal"), rows, by=shop.olga, via="import", at=[NOON] * len(rows), moved_at=[NOON] * len(rows)
        ),
    )

    assert len(found[Deal]) == 29 and len(found[StageSpan]) > 29 and found["answers"][3].startswith("{")


def test_records_of_a_made_type_stand_in_the_table_as_django_puts_them(shop, monkeypatch):
    made = custom_types.add_type("Campaign", "Campaigns", by=shop.olga, staged=True)
    CustomField.objects.create(type=made.key, key="own_sum", kind="decimal", label="Sum", settings={})
    writing_type = shop.type(made.key)
    rows = [{writing_type.title_field.key: f"Spring {n}"} for n in range(9)]

    found = same_both_ways(
        monkeypatch,
        lambda: writing.create_many(writing_type, rows, by=shop.olga, via="import", at=[NOON] * len(rows)),
    )

    assert len(found[Entity]) == 9


def test_the_search_text_and_the_history_are_those_of_the_record_as_it_is_read_again(full):
    shop, type_ = full, full.type("contact")
    values = {
        "name": "Jean-Luc گل\u200cآرا", "phones": [Typed("+989121234567", "")], "emails": [Typed("jl@mail.example", "")],
        "messengers": [Typed("@jean", "telegram")], "webs": [Typed("https://mail.example/", "")], "tags": ["wine"], **own_values(shop, "contact", 2),
    }  # fmt: skip

    (made,) = writing.create_many(type_, [values], by=shop.sara, via="import")

    row = Contact.objects.get(pk=made.pk)
    assert row.search == search_text(type_, row) == made.search
    changes = Event.objects.get(type="contact", record_id=row.pk).changes
    assert changes == {key: [None, type_[key].dump(type_[key].get(row))] for key in changes}
    assert changes.keys() == {f.key for f in type_.writable if not f.is_empty(f.get(row))} - {"do_not_contact"}


def test_one_record_alone_is_stored_so_too(full, monkeypatch):
    shop = full
    values = {"name": "Sara", "phones": [Typed("+989121234567", "")], **own_values(shop, "contact", 1)}
    same_both_ways(
        monkeypatch,
        lambda: [writing.create(shop.type("contact"), values, by=shop.sara, via="page", at=NOON)],
    )


@pytest.mark.parametrize("model", [Contact, Company, Deal, Entity, User, Department])
def test_an_empty_row_is_what_django_makes_of_it(model):
    ours, theirs = blank(model), model()
    moments = ("created_at", "changed_at", "_state")
    assert {k: v for k, v in ours.__dict__.items() if k not in moments} == {
        k: v for k, v in theirs.__dict__.items() if k not in moments
    }
    assert ours._state.adding and ours._state.db is None and ours.pk is None
    ours.custom["a"] = 1
    assert blank(model).custom == {}


def test_ids_go_on_where_they_were_and_are_never_given_again(shop):
    last = ContactPoint.objects.create(type="contact", record_id=1, field="phones", kind="phone", value="+1").pk
    ContactPoint.objects.filter(pk=last).delete()
    columns = ("record_id", "value")

    ids = insert_many(
        ContactPoint,
        columns,
        [(n, f"+{n}") for n in range(450)],
        alike={"type": "contact", "field": "phones", "kind": "phone"},
    )

    assert len(set(ids)) == 450 and min(ids) > last
    assert ContactPoint.objects.create(type="contact", record_id=1, field="phones", kind="phone", value="+1").pk > max(
        ids
    )
    assert dict(ContactPoint.objects.filter(pk__in=ids[:2]).values_list("pk", "value")) == {ids[0]: "+0", ids[1]: "+1"}


def test_columns_that_nobody_names_have_their_default(shop):
    (id_,) = insert_many(RecordLink, COLUMNS, [("deal", 1, "contacts", "contact", 2)])
    link = RecordLink.objects.get(pk=id_)
    assert (link.role, link.position) == ("", 0)


def test_a_double_is_refused_by_the_database_with_its_name(shop):
    row = ("deal", 1, "contacts", "contact", 2)
    with pytest.raises(IntegrityError, match=r"one_link_each|records_recordlink\.type"), transaction.atomic():
        insert_many(RecordLink, COLUMNS, [row, row])
    assert not RecordLink.objects.exists()


def test_who_gives_a_number_that_does_not_fit_hears_of_it(shop):
    with pytest.raises(Exception, match=r"(?i)out of range|too large|overflow"), transaction.atomic():
        insert_many(RecordLink, COLUMNS, [("deal", 2**63, "contacts", "contact", 2)])


def test_what_is_asked_while_rows_go_in_behind_sees_them(shop):
    seen, active = [], threading.active_count()
    with transaction.atomic(), behind.behind(3):
        for n in range(3):
            insert_many(RecordLink, COLUMNS, [("deal", 10 * n + k, "contacts", "contact", 2) for k in range(7)])
            seen.append(RecordLink.objects.count())
        insert_many(RecordLink, COLUMNS, [("deal", 99, "contacts", "contact", 2)])
    assert seen == [7, 14, 21] and RecordLink.objects.count() == 22
    assert behind.current() is None and threading.active_count() == active


def test_a_double_behind_is_refused_at_the_next_word_to_the_database_and_nothing_stays(shop):
    row = ("deal", 1, "contacts", "contact", 2)

    def twice():
        with transaction.atomic(), behind.behind(9):
            insert_many(RecordLink, COLUMNS, [row, row])
            insert_many(RecordLink, COLUMNS, [("deal", 2, "contacts", "contact", 2)])
            RecordLink.objects.count()

    with pytest.raises(IntegrityError, match=r"one_link_each|records_recordlink\.type"):
        twice()
    assert not RecordLink.objects.exists()


@pytest.mark.parametrize("refused", [0, 500, 700])
def test_the_kinds_of_fields_are_held_still_once_by_the_first_rows_that_go_in(shop, monkeypatch, refused):
    rows = [{"name": ""}] * refused + [{"name": f"N {n}"} for n in range(refused, 1_100)]
    held, before = [], shape.hold
    monkeypatch.setattr(shape, "hold", lambda type_: held.append(before(type_)))

    answers = writing.create_many(shop.type("contact"), rows, by=shop.sara, via="import")

    assert len(held) == 1 and sum(isinstance(answer, Invalid) for answer in answers) == refused
    assert [row.name for row in Contact.objects.order_by("pk")] == [row["name"] for row in rows[refused:]]
    assert Event.objects.filter(type="contact").count() == 1_100 - refused


def test_a_code_that_somebody_took_a_moment_ago_is_told_also_when_rows_go_in_behind(full, monkeypatch):
    shop, type_ = full, full.type("contact")
    rows = [{"name": f"N {n}", shop.code: f"C{n}"} for n in range(1_200)]
    rows[1_100][shop.code] = "c7"
    monkeypatch.setattr("daftar.records.writing.unique.refusals", lambda drafts, **more: {})

    with pytest.raises(Conflict):
        writing.create_many(type_, rows, by=shop.sara, via="import")

    assert (
        not Contact.objects.exists()
        and not ContactPoint.objects.exists()
        and not Event.objects.filter(type="contact").exists()
    )


def test_what_changes_by_itself_is_left_to_django():
    assert not inserting.changes_itself(models.CharField())
    assert inserting.changes_itself(models.DateField(auto_now=True)) and inserting.changes_itself(models.FileField())
    assert inserting.can_fill(User) and not inserting.can_fill(Once), "its key is no number of the database"

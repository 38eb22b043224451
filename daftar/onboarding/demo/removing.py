"""Removing the demo company: everything it made and nothing else; what people worked with stays and is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.db import models, transaction

from daftar.access import audit
from daftar.access.accounts import able_to_sign_in
from daftar.access.models import Installation, Row, User
from daftar.catalogue.models import Expected, StockLevel
from daftar.onboarding.demo.selling import said_by
from daftar.onboarding.demo.stock import StockThatStays
from daftar.onboarding.models import DemoCompany
from daftar.records import files
from daftar.records.custom_fields import bound
from daftar.records.fields.any_link import AnyLink
from daftar.records.fields.links import Links
from daftar.records.models import (
    ChangeSet,
    ChoiceOption,
    ContactPoint,
    CustomField,
    Event,
    ExchangeRate,
    ExternalId,
    Once,
    RecordLink,
    StageSpan,
    StoredFile,
)
from daftar.records.query import indexes
from daftar.records.query.json import JsonValue
from daftar.records.reading import of_type
from daftar.records.schema import current_schema, schema_changed
from daftar.records.types import RecordType
from daftar.sales.models import (
    Allocation,
    BankAccount,
    BankStatement,
    NumberCounter,
    Payment,
    PaymentAttempt,
    SalesSettings,
    SaleTerms,
    StatementLine,
)

ORDER = (
    "activity", "stock_move", "hold", "invoice_line", "quote_line", "deal_line", "purchase_line", "payment", "invoice", "quote",
    "purchase_order", "lead", "deal", "contact", "company", "bundle_part", "product_pack", "price_item", "product", "price_list",
    "tax_class", "warehouse", "user", "department", "office",
)  # fmt: skip
"""Parts before their whole, papers before their deal. Users before departments: a person stands in a department, and its head is let go first."""
PAPERS = ("quote", "invoice")
NAMELESS = ("activity", "stock_move", "hold")
"""What is not named when it stays: it stays with something that is."""
OWNERS = ("owner", "created_by", "changed_by", "deleted_by")


@dataclass
class Removed:
    """Shapes: `kept` are name and address of what stays."""

    count: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)


def remove() -> Removed:
    """Take away what the demo company made; nothing happens when there is none.

    Kept are records that somebody changed since, and whatever a kept record or one of the company's own points at.
    """
    with transaction.atomic():
        demo = DemoCompany.objects.select_for_update().first()
        if demo is None:
            return Removed()
        going = Going(demo)
        going.keep_what_is_used()
        removed = going.take_away()
        take_others_away(demo, going)
        schema_changed()
        audit.record("demo_removed", details={"rows": removed.count, "kept": len(removed.kept)})
    return removed


class Going:
    """The records on their way out, by type."""

    def __init__(self, demo: DemoCompany) -> None:
        self.demo, self.schema = demo, current_schema()
        self.types = [self.schema.types[key] for key in ORDER if key in self.schema.types]
        self.made = {type_.key: set(demo.made.get(type_.key, ())) for type_ in self.types}
        self.ids = {key: ids - self.touched(key, ids) for key, ids in self.made.items()}

    def touched(self, key: str, ids: set[int]) -> set[int]:
        """Those to which something happened after the loading, but by the clock: holds of the demo end by themselves, and quotes expire."""
        later = Event.objects.filter(type=key, record_id__in=ids, id__gt=self.demo.last_event)
        later = later.exclude(pk__in=later.filter(data__by_itself=True).values("pk"))
        if key == "hold":
            later = later.exclude(by__in=self.demo.made.get("user", ()))
        return set(later.values_list("record_id", flat=True))

    def stay(self, type_: RecordType) -> models.QuerySet[Row]:
        """The rows of the type that do not go."""
        return of_type(type_).exclude(pk__in=self.ids.get(type_.key, set()))

    # -- what is used ------------------------------------------------------------------------------

    def keep_what_is_used(self) -> None:
        """Keep what rows that stay point at, until nothing more is found."""
        while any(
            [
                self.keep_targets(),
                self.keep_activities(),
                self.keep_parts(),
                self.keep_papers(),
                self.keep_paid(),
                self.keep_places(),
            ]
        ):
            continue

    def keep_targets(self) -> bool:
        found = False
        for type_ in self.schema.kept_types.values():  # a hidden record may point at something, too
            for key, used in self.pointed_at(type_):
                if used & self.ids.get(key, set()):
                    self.ids[key] -= used
                    found = True
        return found

    def pointed_at(self, type_: RecordType) -> Iterable[tuple[str, set[int]]]:
        """Record type and ids at which rows of this type that stay point."""
        rows = self.stay(type_)
        for name in OWNERS:
            yield "user", ids_in(rows, f"{name}_id", self.ids["user"])
        for field_ in type_.fields:
            to = getattr(field_, "to", "")
            if isinstance(field_, AnyLink):
                for key in self.ids:
                    of_kind = rows.filter(**{f"{field_.key}_type": key})
                    yield key, ids_in(of_kind, f"{field_.key}_id", self.ids[key])
            elif isinstance(field_, Links):
                links = RecordLink.objects.filter(type=type_.key, field=field_.key, to_id__in=self.ids.get(to, set()))
                staying = links.exclude(record_id__in=self.ids.get(type_.key, set()))
                yield to, set(staying.values_list("to_id", flat=True))
            elif to in self.ids and field_.column:
                yield to, ids_in(rows, field_.column, self.ids[to])
            elif to in self.ids:
                values = rows.annotate(points_at=JsonValue(field_.slot, "whole"))
                yield to, ids_in(values, "points_at", self.ids[to])

    def keep_activities(self) -> bool:
        """What was said about a record that stays, stays with it."""
        if "activity" not in self.ids:
            return False
        before = len(self.ids["activity"])
        talks: Any = of_type(self.schema.type("activity")).filter(pk__in=self.ids["activity"])
        for key, made in self.made.items():
            stays = made - self.ids[key]
            if stays and key not in ("user", "activity"):
                about = talks.filter(about_type=key, about_id__in=stays)
                self.ids["activity"] -= set(about.values_list("pk", flat=True))
        return len(self.ids["activity"]) < before

    def keep_parts(self) -> bool:
        """Parts of what stays stay: the lines of a deal, of a paper, of an order."""
        found = False
        for type_ in self.types:
            whole = type_[type_.part_of] if type_.part_of else None
            if whole is not None:
                found |= self.keep_with(type_.key, whole.column, getattr(whole, "to", ""))
        return found

    def keep_papers(self) -> bool:
        """Quotes and invoices stay with their deal: together they say what was sold."""
        return any(self.keep_with(key, "deal_id", "deal") for key in PAPERS)

    def keep_with(self, key: str, column: str, whole: str) -> bool:
        """Keep the rows that name by the column a demo record of the other type that stays."""
        stays = self.made.get(whole, set()) - self.ids.get(whole, set())
        rows: Any = of_type(self.schema.type(key)).filter(pk__in=self.ids[key])
        kept = set(rows.filter(**{f"{column}__in": stays}).values_list("pk", flat=True)) if stays else set()
        self.ids[key] -= kept
        return bool(kept)

    def keep_paid(self) -> bool:
        """A payment and the invoices that it pays stay together, or neither does; so does the first payment of money that went back."""
        before = len(self.ids["payment"]) + len(self.ids["invoice"])
        payments, invoices = self.ids["payment"], self.ids["invoice"]
        for payment, invoice in Allocation.objects.values_list("payment_id", "invoice_id"):
            if payment not in payments or invoice not in invoices:
                payments.discard(payment)
                invoices.discard(invoice)
        back = Payment.objects.filter(pk__in=payments, refund_of__isnull=False).values_list("pk", "refund_of_id")
        payments -= {pk for pk, first in back if first not in payments}
        if statement_stays(self.demo.others, self.made["user"]):
            payments -= set(lines_of(self.demo.others).values_list("payment_id", flat=True))
        return len(payments) + len(invoices) < before

    def keep_places(self) -> bool:
        """A warehouse stays where something of a product that stays lies or is awaited, a price list by which the lines of a deal were priced."""
        levels = StockLevel.objects.exclude(product__in=self.ids["product"]).filter(warehouse__in=self.ids["warehouse"])
        used = set(levels.exclude(on_hand=0, reserved=0, on_order=0).values_list("warehouse_id", flat=True))
        lists = SaleTerms.objects.exclude(deal__in=self.ids["deal"]).filter(price_list__in=self.ids["price_list"])
        priced = set(lists.values_list("price_list_id", flat=True))
        self.ids["warehouse"] -= used
        self.ids["price_list"] -= priced
        return bool(used or priced)

    # -- away --------------------------------------------------------------------------------------

    def take_away(self) -> Removed:
        removed = Removed()
        stock = StockThatStays(self.made["product"] - self.ids["product"], self.ids)
        self.forget_history()
        self.forget_sale()
        self.demo.delete()
        own = models.Q(by__in=self.made["user"])  # what the sale does has change sets of its own
        change_sets = ChangeSet.objects.filter(models.Q(pk=self.demo.change_set_id) | models.Q(via="demo") | own)
        change_sets.filter(events=None).delete()
        for type_ in self.types:
            if type_.key != "user":
                let_go(type_, self.ids[type_.key])
        for type_ in self.types:
            if type_.key == "user":
                self.keep_busy_people()
                let_go(type_, self.ids["user"])
            of_type(type_).filter(pk__in=self.ids[type_.key]).delete()
            removed.count += len(self.ids[type_.key])
            if type_.key == "product":
                stock.settle()
        for type_ in self.types:
            left = self.made[type_.key] - self.ids[type_.key]
            if type_.key not in NAMELESS and not type_.part_of:
                removed.kept += [
                    (type_.title_of(row), type_.address(row.pk)) for row in of_type(type_).filter(pk__in=left)
                ]
        return removed

    def forget_history(self) -> None:
        """Everything that hangs on the records that go: events, links, stays in stages, files."""
        for key, ids in self.ids.items():
            mine = {"type": key, "record_id__in": ids}
            Event.objects.filter(**mine).delete()
            StageSpan.objects.filter(**mine).delete()
            ContactPoint.objects.filter(**mine).delete()
            ExternalId.objects.filter(**mine).delete()
            Once.objects.filter(**mine).delete()
            RecordLink.objects.filter(**mine).delete()
            RecordLink.objects.filter(to_type=key, to_id__in=ids).delete()
            stored = StoredFile.objects.filter(**mine)
            paths = [name for pair in stored.values_list("path", "preview") for name in pair if name]
            stored.delete()
            transaction.on_commit(partial(unlink, paths))

    def forget_sale(self) -> None:
        """What hangs on papers and orders and is no record."""
        Allocation.objects.filter(payment__in=self.ids["payment"], invoice__in=self.ids["invoice"]).delete()
        PaymentAttempt.objects.filter(invoice__in=self.ids["invoice"]).delete()
        Expected.objects.filter(about_type="purchase_order", about_id__in=self.ids["purchase_order"]).delete()
        bank_away(self.demo.others, self.ids["payment"], self.made["user"])

    def keep_busy_people(self) -> None:
        """People whose name stands in anything that stays keep their place in it."""
        for relation in User._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ManyToOneRel) or relation.on_delete is not models.PROTECT:
                continue
            rows = relation.related_model._default_manager.all()
            if issubclass(relation.related_model, Row):
                key = next((t.key for t in self.types if t.model is relation.related_model), "")
                rows = rows.exclude(pk__in=self.ids.get(key, set()))
            name = relation.field.attname
            self.ids["user"] -= set(rows.filter(**{f"{name}__in": self.ids["user"]}).values_list(name, flat=True))


def ids_in(rows: models.QuerySet[Any], name: str, among: set[int]) -> set[int]:
    if not among:
        return set()
    return set(rows.filter(**{f"{name}__in": among}).order_by().values_list(name, flat=True))


def let_go(type_: RecordType, ids: set[int]) -> None:
    """Clear the columns by which rows that go hold each other, so that they can be deleted in any order."""
    values = {f.name: None for f in type_.model._meta.concrete_fields if f.is_relation and f.null}
    of_type(type_).filter(pk__in=ids).update(**values)


def unlink(names: list[str]) -> None:
    for name in names:
        Path(files.folder() / name).unlink(missing_ok=True)


# -- what is no record -------------------------------------------------------------------------------


def take_others_away(demo: DemoCompany, going: Going) -> None:
    steps: tuple[Callable[[dict[str, Any]], None], ...] = (
        fields_away,
        sections_away,
        rates_away,
        selling_away,
        settings_away,
    )
    for step in steps:
        step(demo.others)
    counters_back(demo, going)


def fields_away(others: dict[str, Any]) -> None:
    """Custom fields in which nobody keeps a value."""
    for type_key, key in others.get("fields", {}).values():
        row = CustomField.objects.filter(type=type_key, key=key).first()
        type_ = current_schema().type(type_key)
        if row is None or of_type(type_).filter(custom__has_key=row.kept_in).exists():
            continue
        indexes.drop(type_, bound(type_, row))
        ChoiceOption.objects.filter(type=type_key, field=key).delete()
        row.delete()


def sections_away(others: dict[str, Any]) -> None:
    products: Any = of_type(current_schema().type("product"))
    used = set(products.values_list("section", flat=True))
    gone = [key for key in others.get("sections", ()) if key not in used]
    ChoiceOption.objects.filter(type="product", field="section", key__in=gone).delete()


def rates_away(others: dict[str, Any]) -> None:
    for code, day in others.get("rates", ()):
        ExchangeRate.objects.filter(currency=code, day=day).delete()


def lines_of(others: dict[str, Any]) -> models.QuerySet[StatementLine]:
    """The lines of the demo's bank statement."""
    return StatementLine.objects.filter(statement=others.get("bank", {}).get("statement"))


def statement_stays(others: dict[str, Any], people: set[int]) -> bool:
    """Whether somebody else decided a line of it."""
    return lines_of(others).exclude(decided_by=None).exclude(decided_by__in=people).exists()


def bank_away(others: dict[str, Any], payments: set[int], people: set[int]) -> None:
    """The statement and its account, unless somebody decided a line of it or its money stays."""
    bank, lines = others.get("bank"), lines_of(others)
    money_stays = lines.filter(payment__isnull=False).exclude(payment__in=payments).exists()
    if not bank or statement_stays(others, people) or money_stays:
        return
    lines.delete()
    BankStatement.objects.filter(pk=bank["statement"]).delete()
    if bank["account"] and not BankStatement.objects.filter(account=bank["account"]).exists():
        BankAccount.objects.filter(pk=bank["account"]).delete()


def selling_away(others: dict[str, Any]) -> None:
    """How the demo company sells, while nobody has changed it."""
    kept = SalesSettings.objects.filter(pk=1).first()
    if kept is not None and others.get("sales_settings") == said_by(kept):
        kept.delete()


def counters_back(demo: DemoCompany, going: Going) -> None:
    """Numbers go on from where they stood before the demo, in a series of which no paper of it stays and nobody wrote one meanwhile."""
    before = {(series, period): last for series, period, last in demo.others.get("counters", ())}
    for counter in NumberCounter.objects.select_for_update():
        type_key = {"quote": "quote", "purchase": "purchase_order"}.get(counter.series, "invoice")
        rows: Any = of_type(current_schema().type(type_key))
        if type_key == "invoice":
            rows = rows.filter(kind="credit") if counter.series == "credit" else rows.exclude(kind="credit")
        left = going.made[type_key] - going.ids[type_key]
        if (
            "counters" not in demo.others
            or rows.filter(models.Q(pk__in=left) | models.Q(created_at__gt=demo.at)).exists()
        ):
            continue
        counter.last = before.get((counter.series, counter.period), 0)
        counter.save(update_fields=["last"]) if counter.last else counter.delete()


def settings_away(others: dict[str, Any]) -> None:
    """The settings that came with the demo, while nobody has made them their own."""
    if others.get("installation") and not able_to_sign_in().exists():
        Installation.objects.filter(pk=1).delete()

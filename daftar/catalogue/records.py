"""What is sold, in which units, at which prices, with which tax. Stock is declared in `stock/`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.catalogue import bundles, shipped, variants
from daftar.catalogue.models import BundlePart, PriceItem, PriceList, Product, ProductPack, TaxClass, Unit
from daftar.kernel.currencies import CURRENCIES
from daftar.records.draft import Draft
from daftar.records.fields import (  # type: ignore[attr-defined]  # loaded by file
    Choice,
    Date,
    DateTime,
    Decimals,
    Files,
    Link,
    LongText,
    Money,
    Percent,
    Text,
    Whole,
    YesNo,
)
from daftar.records.types import Board, RecordType, Section

KINDS = (
    ("good", _("Good"), "blue"),
    ("service", _("Service"), "green"),
    ("bundle", _("Bundle"), "purple"),
)
CLIENT_GROUPS = (
    ("retail", _("Retail clients")),
    ("wholesale", _("Wholesale clients")),
    ("partner", _("Partners")),
)
FIVE = "stock_on_hand stock_reserved stock_available stock_on_order stock_missing"


class ProductType(RecordType):
    key, model, icon, letter = "product", Product, "package", "p"
    menu_group = "goods"
    names = _("product"), _("products")
    default_sort = "name"
    counted = frozenset({*FIVE.split(), "stock_wanted"})
    fields = [
        Text("name", _("Name"), title=True),
        Text("code", _("Code"), code=True, searched=True, quick=True),
        Choice("section", _("Section"), quick=True),
        Money("price", _("Sales price"), quick=True),
        Decimals("stock_on_hand", _("On hand"), readonly=True),
        Decimals("stock_reserved", _("Reserved"), readonly=True),
        Decimals("stock_available", _("Available"), readonly=True),
        Decimals("stock_on_order", _("On order"), readonly=True),
        Decimals("stock_missing", _("Missing"), readonly=True),
        YesNo("is_active", _("On sale"), default=True),
        Choice("kind", _("Kind"), options=KINDS, open=False, default="good"),
        Link("unit", _("Unit"), to="unit", quick=True),
        Text("barcode", _("Barcode"), max_length=100, code=True, searched=True),
        Link("tax_class", _("Tax"), to="tax_class", quick=True, default=shipped.tax_of_new),
        YesNo("price_includes_tax", _("Price includes tax")),
        Money("cost", _("Cost")),
        Link("supplier", _("Supplier"), to="company"),
        Text("supplier_code", _("Code at the supplier"), code=True),
        Whole("lead_days", _("Days until delivery"), low=0, high=3650),
        Link("variant_of", _("Variant of"), to="product"),
        Text("variant", _("Variant")),
        Files("pictures", _("Pictures"), personal="internal"),
        YesNo("tracks_stock", _("Stock is counted"), default=True),
        Decimals("reorder_level", _("Order again below")),
        Decimals("stock_wanted", _("Wanted by deals"), readonly=True),
        Text("stock_source", _("Stock told by"), max_length=100, readonly=True),
        DateTime("stock_told_at", _("Stock told at"), readonly=True),
        LongText("description", _("Description")),
    ]
    card = [
        Section(_("Product"), "name code barcode section kind unit is_active"),
        Section(_("Price"), "price price_includes_tax tax_class cost"),
        Section(_("Stock"), f"{FIVE} stock_wanted tracks_stock reorder_level stock_source stock_told_at"),
        Section(_("Buying"), "supplier supplier_code lead_days"),
        Section(_("Variants"), "variant_of variant"),
        Section(_("Description"), "description pictures"),
    ]
    head = "price stock_available stock_on_order section"
    board = Board(by="section", face="code price stock_available")

    def prepare(self, draft: Draft) -> None:
        """Only goods have stock."""
        if "kind" in draft.changed and draft.value("kind") != "good":
            draft.set("tracks_stock", False)

    def check(self, draft: Draft) -> Mapping[str, str]:
        errors = dict(variants.errors(draft))
        if "kind" in draft.changed and (why_not := bundles.why_kind_stays(draft)):
            errors["kind"] = why_not
        if (level := draft.value("reorder_level")) is not None and level < 0:
            errors["reorder_level"] = _now("This cannot be less than nothing.")
        return errors


class UnitType(RecordType):
    key, model, icon = "unit", Unit, "ruler"
    names = _("unit"), _("units")
    in_menu, company_only = False, True
    default_sort = "name"
    fields = [
        Text("name", _("Name"), title=True, max_length=100),
        Text("symbol", _("Short form"), max_length=20, quick=True),
        Whole(
            "decimals", _("Digits behind the point"), low=0, high=3, quick=True, default=0,
            help=_("0 for what is only sold whole."),
        ),
    ]  # fmt: skip
    card = [Section(_("Unit"), "name symbol decimals")]


class TaxClassType(RecordType):
    key, model, slug, icon = "tax_class", TaxClass, "tax-classes", "percent"
    names = _("tax class"), _("tax classes")
    in_menu, company_only = False, True
    default_sort = "name"
    fields = [
        Text("name", _("Name"), title=True, max_length=100),
        Percent("percent", _("Rate"), required=True),
        YesNo("is_default", _("For new products")),
    ]
    card = [Section(_("Tax"), "name percent is_default")]

    def check(self, draft: Draft) -> Mapping[str, str]:
        errors: dict[str, str] = {}
        percent = draft.value("percent")
        if percent is not None and not 0 <= percent <= 100:
            errors["percent"] = _now("A tax rate lies between 0 and 100 percent.")
        if draft.value("is_default") and "is_default" in draft.changed:
            other = TaxClass.objects.filter(is_default=True, deleted_at=None).exclude(pk=draft.row.pk).first()
            if other is not None:
                said = _now("New products get “%(name)s”. Take the mark off there first.")
                errors["is_default"] = said % {"name": other.name}
        return errors


class PriceListType(RecordType):
    key, model, icon = "price_list", PriceList, "tags"
    names = _("price list"), _("price lists")
    in_menu = False
    default_sort = "name"
    fields = [
        Text("name", _("Name"), title=True, max_length=200),
        Text("currency", _("Currency"), max_length=3, code=True, required=True, default=lambda reader: reader.formats.currency),
        Choice("client_group", _("For clients of the group"), options=CLIENT_GROUPS, quick=True),
        Date("starts_on", _("From"), quick=True),
        Date("ends_on", _("Until"), quick=True),
        Percent(
            "change_percent", _("Change of all sales prices"), quick=True,
            help=_("-5 makes everything 5 % cheaper that has no price of its own here."),
        ),
        YesNo("includes_tax", _("Prices include tax")),
        Whole("position", _("Goes before lists with a larger number"), low=0, high=1_000_000, default=0),
        YesNo("is_active", _("In use"), default=True),
    ]  # fmt: skip
    card = [
        Section(
            _("Price list"),
            "name currency client_group starts_on ends_on change_percent includes_tax position is_active",
        )
    ]

    def check(self, draft: Draft) -> Mapping[str, str]:
        errors: dict[str, str] = {}
        if draft.value("currency") not in CURRENCIES:
            errors["currency"] = _now("Write a currency by its code, such as USD, EUR or IRR.")
        first, last = draft.value("starts_on"), draft.value("ends_on")
        if first and last and last < first:
            errors["ends_on"] = _now("This day is before the first one.")
        change = draft.value("change_percent")
        if change is not None and not -100 <= change <= 900:
            errors["change_percent"] = _now("Write a number between -100 and 900.")
        return errors


class PriceItemType(RecordType):
    key, model, icon = "price_item", PriceItem, "tag"
    names = _("price in a list"), _("prices in lists")
    in_menu, part_of = False, "price_list"
    fields = [
        Link("product", _("Product"), to="product", required=True),
        Link("price_list", _("Price list"), to="price_list", required=True),
        Decimals("min_quantity", _("From quantity"), default=Decimal(0), quick=True),
        Money("price", _("Price"), required=True),
    ]
    card = [Section(_("Price"), "product price_list min_quantity price")]

    def check(self, draft: Draft) -> Mapping[str, str]:
        errors: dict[str, str] = {}
        price, least = draft.value("price"), draft.value("min_quantity")
        if price is not None and price.amount < 0:
            errors["price"] = _now("A price cannot be less than nothing.")
        if least is not None and least < 0:
            errors["min_quantity"] = _now("This cannot be less than nothing.")
        listed = PriceList.objects.filter(pk=draft.value("price_list")).first()
        if price is not None and listed is not None and price.currency != listed.currency:
            errors["price"] = _now("This list has prices in %(currency)s.") % {"currency": listed.currency}
        return errors


class ProductPackType(RecordType):
    key, model, icon = "product_pack", ProductPack, "boxes"
    names = _("pack"), _("packs")
    in_menu, part_of = False, "product"
    fields = [
        Text("name", _("Name"), title=True, max_length=100),
        Link("product", _("Product"), to="product", required=True),
        Decimals("factor", _("Holds how many"), required=True),
        Text("barcode", _("Barcode"), max_length=100, code=True, quick=True),
    ]
    card = [Section(_("Pack"), "name product factor barcode")]

    def check(self, draft: Draft) -> Mapping[str, str]:
        factor = draft.value("factor")
        return {"factor": _now("A pack holds more than nothing.")} if factor is not None and factor <= 0 else {}


class BundlePartType(RecordType):
    key, model, icon = "bundle_part", BundlePart, "package-open"
    names = _("part of a bundle"), _("parts of bundles")
    in_menu, part_of = False, "bundle"
    fields = [
        Link("product", _("Product"), to="product", required=True),
        Link("bundle", _("Bundle"), to="product", required=True),
        Decimals("quantity", _("Quantity"), required=True, default=Decimal(1)),
    ]
    card = [Section(_("Part"), "product bundle quantity")]

    def check(self, draft: Draft) -> Mapping[str, str]:
        return bundles.errors(draft)

"""One more row for the editor: a product with its price of today, or free words; and what its buttons do where no script runs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import QueryDict

from daftar.catalogue.models import Product, ProductPack, TaxClass
from daftar.kernel.ids import new_key, parse_id
from daftar.records import reading
from daftar.records.reader import Reader
from daftar.records.searching.asked import Asked
from daftar.records.views.lookup import found
from daftar.sales.lines.prices import Wanted, offers
from daftar.sales.lines.typed import LinesForm, Typed, amount_text
from daftar.sales.models import SaleTerms

ONE = Decimal(1)
ACTS = ("more", "copy", "up", "down", "remove")


def rearranged(form: LinesForm, act: str) -> str:
    """Do to one row what its button says ("up.17"); nothing is saved. Gives the token of the row whose more stands open."""
    name, _dot, token = act.partition(".")
    places = [n for n, one in enumerate(form.lines) if one.token == token]
    if name not in ACTS or not places:
        return ""
    place, lines = places[0], form.lines
    if name == "remove":
        del lines[place]
    elif name == "copy":
        one = lines[place]
        lines.insert(place + 1, Typed(new_token(), dict(one.values), dict(one.raw)))
    elif name in ("up", "down"):
        near = min(max(place + (1 if name == "down" else -1), 0), len(lines) - 1)
        lines[place], lines[near] = lines[near], lines[place]
    return token if name == "more" else ""


def new_token() -> str:
    return f"n{new_key()[:12]}"


def terms_in(sent: QueryDict, reader: Reader) -> SaleTerms:
    """The terms that stand in the form now."""
    return LinesForm(QueryDict(sent.urlencode()), reader.formats).terms


def add_row(form: LinesForm, sent: QueryDict, reader: Reader, *, client_group: str) -> None:
    """The row that was asked for by its words, without scripts."""
    typed = (sent.get("add__text") or sent.get("add", "")).strip()
    if not typed:
        return
    words = QueryDict(mutable=True)
    words["q"] = words["name"] = typed
    one = new_row(words, form.terms, reader, client_group=client_group) or new_row(
        words, form.terms, reader, is_free=True
    )
    if one is not None:
        form.lines.append(one)


def new_row(
    asked: QueryDict, terms: SaleTerms, reader: Reader, *, is_free: bool = False, client_group: str = ""
) -> Typed | None:  # fmt: skip
    """A row with the product's name, unit, tax and today's price; of free words one with just these. None where there is no such product."""
    token = new_token()
    default = TaxClass.objects.filter(deleted_at=None).order_by("-is_default", "-percent").first()
    if is_free or ("q" not in asked and asked.get("name")):
        name = asked.get("name", "").strip()[:500]
        values: dict[str, Any] = {
            "name": name,
            "quantity": ONE,
            "factor": ONE,
            "tax_class": default.pk if default and default.is_default else None,
        }
        return Typed(token, values, raw_new(values, terms, reader)) if name else None
    product, pack = asked_product(asked, reader)
    if product is None:
        return None
    factor = pack.factor if pack is not None else ONE
    (offer,) = offers([Wanted(product.pk, factor, factor)], terms, client_group=client_group)
    values = {
        "name": product.name, "code": product.code, "product": product.pk, "quantity": ONE, "factor": factor,
        "unit": pack.name if pack is not None else product.unit.symbol or product.unit.name if product.unit is not None else "",
        "tax_class": product.tax_class_id or (default.pk if default and default.is_default else None), "price_list": offer.list_id,
        "price": offer.amount,
    }  # fmt: skip
    return Typed(token, values, raw_new(values, terms, reader))


def asked_product(asked: QueryDict, reader: Reader) -> tuple[Product | None, ProductPack | None]:
    """The product by id, or the one whose code, barcode or pack's barcode was typed, or the only one that the words find."""
    type_ = reader.schema.type("product")
    seen: Any = reading.visible(type_, reader.user)
    if picked := asked.get("product", ""):
        return seen.select_related("unit", "tax_class").filter(pk=parse_id(picked)).first(), None
    words = asked.get("q", "").strip()[:200]
    if not words:
        return None, None
    exact = seen.filter(code=words) | seen.filter(barcode=words)
    product = exact.select_related("unit", "tax_class").order_by("id").first()
    if product is not None:
        return product, None
    pack = ProductPack.objects.filter(barcode=words, deleted_at=None).exclude(barcode="").first()
    if pack is not None:
        return seen.select_related("unit", "tax_class").filter(pk=pack.product_id).first(), pack
    if not Asked.of(words):
        return None, None
    rows = found(type_, words, reader, 2)
    return (seen.select_related("unit", "tax_class").get(pk=rows[0].pk), None) if len(rows) == 1 else (None, None)


def raw_new(values: dict[str, Any], terms: SaleTerms, reader: Reader) -> dict[str, str]:
    raw = {
        name: str(values.get(name) or "")
        for name in ("name", "code", "description", "group", "unit", "product", "tax_class", "price_list")
    }
    price = values.get("price")
    return raw | {
        "quantity": reader.formats.number(values["quantity"]), "factor": f"{values['factor'].normalize():f}", "discount": "",
        "price": "" if price is None else amount_text(price, terms.currency, reader.formats), "is_optional": "", "is_price_typed": "",
    }  # fmt: skip

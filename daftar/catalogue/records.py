"""What is sold. Prices by list, stock and reservations come with their own issue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.catalogue.models import Product
from daftar.records.fields import (  # type: ignore[attr-defined]  # loaded by file
    Choice,
    LongText,
    Money,
    Text,
    YesNo,
)
from daftar.records.types import Board, RecordType, Section


class ProductType(RecordType):
    key, model, icon, letter = "product", Product, "package", "p"
    names = _("product"), _("products")
    default_sort = "name"
    fields = [
        Text("name", _("Name"), title=True),
        Text("code", _("Code"), code=True, searched=True, quick=True),
        Choice("section", _("Section"), quick=True),
        Money("price", _("Sales price"), quick=True),
        YesNo("is_active", _("On sale"), default=True),
        LongText("description", _("Description")),
    ]
    card = [Section(_("Product"), "name code section price is_active"), Section(_("Description"), "description")]
    board = Board(by="section", face="code price")

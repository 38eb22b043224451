"""Variants of a product: red and blue, S and M. A variant is a product of its own that says of which it is one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.catalogue.models import Product
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.formats import joined
from daftar.kernel.text import fold
from daftar.records import writing
from daftar.records.draft import Draft
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema


def errors(draft: Draft) -> Mapping[str, str]:
    """Field key → sentence for a variant that cannot be."""
    main = draft.value("variant_of")
    if main is None or "variant_of" not in draft.changed:
        return {}
    if main == draft.row.pk:
        return {"variant_of": _("A product cannot be a variant of itself.")}
    if Product.objects.filter(pk=main, variant_of__isnull=False).exists():
        return {"variant_of": _("That product is a variant itself. Choose the one that it is a variant of.")}
    if not draft.is_new and Product.objects.filter(variant_of=draft.row.pk, deleted_at=None).exists():
        return {"variant_of": _("This product has variants of its own.")}
    return {}


MOST = 200
LONGEST = 300
AXES = 3


@dataclass(frozen=True, slots=True)
class Axis:
    """One way in which variants differ: colour; red, blue."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A variant that would be made. Shapes: `is_there` says that one with these words exists already."""

    words: tuple[str, ...]
    name: str
    code: str
    is_there: bool = False

    @property
    def variant(self) -> str:
        return joined(self.words)


def plan(main: Product, axes: Sequence[Axis]) -> list[Planned]:
    """Every combination of the values, in order, with the name and code that it gets.

    Errors: Invalid when there are none, too many, a name that is too long; Conflict for a product that cannot have variants.
    """
    if main.variant_of_id is not None:
        raise Conflict(_("This product is a variant itself. Make them of the one that it is a variant of."))
    used = [axis for axis in axes if axis.values]
    if not used:
        raise Invalid(_("Write in what the variants differ, such as red, blue."), field="values.0")
    count = math.prod(len(axis.values) for axis in used)
    if count > MOST:
        raise Invalid(
            _("These would be %(count)s variants; at most %(most)s are made at once.") % {"count": count, "most": MOST},
            field="values.0",
        )
    ends = [suffixes(axis.values) for axis in used]
    there = {fold(word) for word in variants_of(main.pk).values_list("variant", flat=True)}
    found: list[Planned] = []
    for words in itertools.product(*(axis.values for axis in used)):
        name = joined((main.name, *words))
        if len(name) > LONGEST:
            raise Invalid(_("The name “%(name)s…” is too long.") % {"name": name[:60]}, field="values.0")
        code = (
            "-".join((main.code, *(end[word] for end, word in zip(ends, words, strict=True))))[:100]
            if main.code
            else ""
        )
        found.append(Planned(words, name, code, fold(joined(words)) in there))
    return found


def suffixes(values: Sequence[str]) -> dict[str, str]:
    """What of each value stands in the code: "red" RED, "size 42" SIZE42; at most six signs, with a number where two are alike."""
    found: dict[str, str] = {}
    for value in values:
        short = "".join(sign for sign in value.upper() if sign.isalnum())[:6]
        alike = sum(end.rstrip("0123456789") == short or end == short for end in found.values())
        found[value] = f"{short}{alike + 1}" if alike or not short else short
    return found


def variants_of(product_id: int) -> QuerySet[Product]:
    return Product.objects.filter(variant_of=product_id, deleted_at=None).order_by("variant", "id")


COPIED = (
    "section", "kind", "unit", "price", "tax_class", "price_includes_tax", "cost", "supplier", "lead_days", "tracks_stock",
    "description", "is_active",
)  # fmt: skip
"""What a variant takes over from the main product."""


def make_variants(product_id: int, axes: Sequence[Axis], *, by: User) -> tuple[ChangeSet | None, int, int]:
    """Make a product for each combination that is not there yet; (the change set, how many were made, how many were there).

    Errors: Missing, NotAllowed, Invalid, Conflict. Nothing is made when one is raised. The set can be taken back for 30 days.
    """
    type_ = current_schema().type("product")
    if not decide.may(by, "add", "product"):
        raise NotAllowed()
    with transaction.atomic():
        main = cast(Product, writing.locked(type_, product_id, by, "change"))
        planned = plan(main, axes)
        new = [one for one in planned if not one.is_there]
        if not new:
            return None, 0, len(planned)
        hidden = type_.hidden_from(by)
        taken = {key: type_[key].get(main) for key in COPIED if key not in hidden}
        rows = [
            {**taken, "name": one.name, "code": one.code, "variant_of": main.pk, "variant": one.variant} for one in new
        ]
        set_ = ChangeSet.objects.create(by=by, via="page", title=_("Variants of %(name)s") % {"name": main.name})
        writing.make_many(type_, rows, by=by, via="page", change_set=set_)
        return set_, len(new), len(planned) - len(new)

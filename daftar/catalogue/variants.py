"""Variants of a product: red and blue, S and M. A variant is a product of its own that says of which it is one."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from daftar.catalogue.models import Product
from daftar.records.draft import Draft


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

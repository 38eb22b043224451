"""Fields that this room adds to records of lower ones."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from daftar.crm.models import Company
from daftar.records.fields import Choice  # type: ignore[attr-defined]  # loaded by file
from daftar.records.fields.base import Field
from daftar.records.schema import Schema
from daftar.records.shapes import OptionInfo
from daftar.records.types import more_fields


class ClientGroup(Choice):  # type: ignore[misc]  # loaded by file
    """The group of clients to which a company belongs: one of those that price lists know, so that there is one list of them."""

    def options(self) -> list[OptionInfo]:
        lists = self.type.schema.types.get("price_list")
        own: Choice | None = lists.whole.by_key.get("client_group") if lists is not None else None
        return own.options() if own is not None else []


@more_fields(on="company")
def of_companies() -> Sequence[Field]:
    return [ClientGroup("client_group", _("Customer group"), open=False, place="@kind")]


def group_of(company: Company | None, schema: Schema) -> str:
    """The customer group of a company, for `prices_for`; "" for none and for nobody."""
    if company is None:
        return ""
    return str(schema.type("company")["client_group"].get(company) or "")

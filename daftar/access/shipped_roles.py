"""The roles that a new installation has, and how they get there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access.grants import ANY_TYPE, EVERYTHING, Grants, Level, Scope
from daftar.access.models import Role
from daftar.kernel.after_migrate import is_whole

KEPT: Mapping[str, Scope] = {"add": "none", "change": "none", "delete": "none"}
"""For what others keep."""
COSTS: Mapping[str, Mapping[str, Level]] = {
    key: {"cost": "hidden"}
    for key in ("product", "deal_line", "quote_line", "invoice_line", "purchase_line", "stock_move")
}
"""What goods cost us, for whom that is no business."""
UNREACHABLE: Mapping[str, Level] = {"phones": "hidden", "emails": "hidden", "messengers": "hidden"}
"""The fields by which people are reached, for whom they are no business."""


@dataclass(frozen=True)
class ShippedRole:
    """Shapes: `name` and `about` are lazy translations; `about` says in one sentence for whom the role is."""

    key: str
    name: Any
    about: Any
    grants: Grants


SHIPPED: Mapping[str, ShippedRole] = {
    role.key: role
    for role in (
        ShippedRole(Role.OWNER, _("Company owner"), _("Everything; nobody can take it away."), EVERYTHING),
        ShippedRole(
            Role.ADMINISTRATOR, _("Administrator"), _("Everything but making and unmaking owners."), EVERYTHING
        ),
        ShippedRole(
            Role.HEAD,
            _("Head of department"),
            _("Their department and all below it."),
            Grants(
                types={
                    ANY_TYPE: {
                        "see": "below", "add": "all", "change": "below", "delete": "below", "export": "below",
                        "import": "all", "bulk": "all", "merge": "all",
                    },
                    "contact": {"see": "all"}, "company": {"see": "all"}, "product": {"see": "all"},
                },
            ),
        ),
        ShippedRole(
            Role.SELLER,
            _("Seller"),
            _("Their own leads and deals, and the leads of their department that nobody has yet."),
            Grants(
                types={
                    ANY_TYPE: {"see": "department", "add": "all", "change": "department", "delete": "own", "bulk": "all"},
                    "lead": {"see": "own", "change": "own"}, "deal": {"see": "own", "change": "own"},
                    "quote": {"see": "own", "change": "own"}, "invoice": {"see": "own", "change": "own"},
                    "payment": {"see": "own", **KEPT}, "stock_move": {"see": "all", **KEPT}, "purchase_order": {"see": "all", **KEPT},
                    "price_list": {"see": "all", **KEPT},
                    "product": {"see": "all", "add": "none", "change": "none", "delete": "none"},
                },
                ownerless={"lead": {"see": "department", "change": "department"}, ANY_TYPE: {"see": "all", "change": "all"}},
                fields=COSTS,
            ),
        ),
        ShippedRole(
            Role.ASSISTANT,
            _("Assistant"),
            _("What is given to them, and nothing to delete or take away."),
            Grants(
                types={
                    ANY_TYPE: {"see": "own", "add": "all", "change": "own"}, "stock_move": {"see": "all", "add": "none"},
                    "product": {"see": "all", "add": "none", "change": "none"},
                },
                fields=COSTS,
            ),
        ),
        ShippedRole(
            Role.ACCOUNTANT,
            _("Accountant"),
            _("Reads everything but how people are reached; records payments, invoices and what is bought."),
            Grants(
                types={
                    ANY_TYPE: {"see": "all", "export": "all"}, "payment": {"add": "all", "change": "all"}, "invoice": {"add": "all", "change": "all"},
                    "purchase_order": {"add": "all", "change": "all"}, "stock_move": {"add": "all"},
                },
                fields={"lead": UNREACHABLE, "contact": UNREACHABLE, "company": UNREACHABLE, "activity": {"phone": "hidden"}},
            ),
        ),
        ShippedRole(
            Role.READER,
            _("Reader"),
            _("Reads everything; changes nothing."),
            Grants(types={ANY_TYPE: {"see": "all"}}),
        ),
    )
}  # fmt: skip


def install_roles(apps: Any = None, **_ignored: Any) -> None:
    """Make the shipped roles that are not there yet (after each migrate; safe to repeat)."""
    if not is_whole(apps):
        return
    known = set(Role.objects.values_list("key", flat=True))
    fresh = [Role(key=key, position=place) for place, key in enumerate(SHIPPED) if key not in known]
    if fresh:
        Role.objects.bulk_create(fresh, ignore_conflicts=True)


def role_names(*, in_use: bool = True) -> dict[str, str]:
    """Key and name of the roles, in their order; `in_use` leaves archived ones out."""
    return {role.key: name_of(role) for role in Role.objects.all() if not (in_use and role.archived)}


def name_of(role: Role) -> str:
    """The role's name as people read it."""
    return role.name or (str(SHIPPED[role.key].name) if role.key in SHIPPED else role.key)

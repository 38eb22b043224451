"""A company whose sellers work on each other's records, for tests of something else than rights."""

from __future__ import annotations

from daftar.access.grants import Grants
from daftar.access.models import Role
from daftar.access.shipped_roles import install_roles


def open_desks() -> None:
    """Let sellers see and change everything of their department, as small teams do."""
    install_roles()
    grants = Grants(
        types={
            "*": {"see": "department", "add": "all", "change": "department", "delete": "own"},
            "product": {"see": "all", "add": "all", "change": "all"},
        },
        ownerless={"*": {"see": "all", "change": "all"}},
    )
    Role.objects.filter(key=Role.SELLER).update(grants=grants.to_json())

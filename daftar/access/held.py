"""Roles as a person holds them: what each grants, as somebody changed it or as shipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daftar.access.grants import EVERYTHING, Grants, read
from daftar.access.models import Role
from daftar.access.shipped_roles import SHIPPED, name_of


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that the person has, with what it grants (resolved)."""

    key: str
    name: str
    grants: Grants
    second_factor: bool = False


def held(role: Role) -> HeldRole:
    return HeldRole(role.key, name_of(role), grants_of(role).resolved(), role.second_factor)


def the_owner() -> HeldRole:
    """What owners hold, whatever the table says."""
    return HeldRole(Role.OWNER, str(SHIPPED[Role.OWNER].name), EVERYTHING)


def roles_of(keys: Iterable[str], known: Mapping[str, HeldRole]) -> list[HeldRole]:
    """The roles behind the keys, in the order of `known` (which has no archived ones); of an owner only that one."""
    wanted = set(keys)
    return [the_owner()] if Role.OWNER in wanted else [role for key, role in known.items() if key in wanted]


def grants_of(role: Role) -> Grants:
    """What the role grants: as somebody changed it, else as shipped."""
    if role.key == Role.OWNER:
        return EVERYTHING
    if role.grants is not None:
        return read(role.grants)
    return SHIPPED[role.key].grants if role.key in SHIPPED else Grants()

"""Roles are made and changed here, by those who run the company; a change counts with the next request of everybody."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.grants import ACTIONS, ANY_TYPE, ON_OR_OFF, SCOPES, Grants, Narrowed, read
from daftar.access.held import grants_of
from daftar.access.models import Role, User
from daftar.access.shipped_roles import SHIPPED, name_of
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed, Sentence
from daftar.kernel.formats import joined
from daftar.kernel.live import end_streams
from daftar.kernel.text import clean_text, fold
from daftar.records.schema import Schema, current_schema, schema_changed

LONGEST_NAME, MOST_ROLES = 200, 100


def add_role(name: str, *, by: User, like: str = "") -> Role:
    """A new role that grants what the role `like` grants, or nothing yet. Errors: NotAllowed, Missing, Invalid (name)."""
    allowed(by)
    with transaction.atomic():
        rows = list(Role.objects.select_for_update())
        if len(rows) >= MOST_ROLES:
            raise Invalid(_("There are too many roles already. Archive one first."), field="name")
        grants = Grants()
        if like:
            source = next((r for r in rows if r.key == like and not r.archived), None)
            if source is None:
                raise Missing()
            grants = grants_of(source)
        last = Role.objects.aggregate(last=Max("position"))["last"] or 0
        role = Role(key=f"role_{secrets.token_hex(6)}", position=last + 1, grants=grants.to_json())
        role.name = free_name(name, rows, role)
        role.save()
        schema_changed()
        tell({}, role, by)
    return role


def change_role(
    key: str, *, by: User, version: int, name: str | None = None, grants: Grants | None = None,
    second_factor: bool | None = None,
) -> Role:  # fmt: skip
    """Change the name, the rights and the demand for a second factor; None leaves a part as it is.

    Shapes: `version` is the one that the page showed. An empty name brings back the shipped one.
    Errors: NotAllowed (also for the rights of owners), Missing, Conflict for a stale version, Invalid by field.
    """
    allowed(by)
    with transaction.atomic():
        role = locked(key)
        before = audit.columns(role)
        put(role, by=by, version=version, name=name, grants=grants)
        if second_factor is not None:
            role.second_factor = second_factor
        role.version += 1
        role.save()
        schema_changed()
        for user in holders_of(key):
            # Their pages ask anew what they may hear.
            end_streams(user.pk)
        tell(before, role, by)
    return role


def check_change(key: str, *, by: User, version: int, name: str | None = None, grants: Grants | None = None) -> None:
    """Raise what `change_role` would raise, and change nothing: for a rehearsal."""
    role = Role.objects.filter(key=key, archived=False).first()
    if role is None:
        raise Missing()
    put(role, by=by, version=version, name=name, grants=grants)


def archive_role(key: str, *, by: User) -> Role:
    """Take a role out of use. Errors: NotAllowed, Missing, Conflict while somebody holds it, or for owners."""
    allowed(by)
    with transaction.atomic():
        role = locked(key)
        if key == Role.OWNER:
            raise Conflict(_("A company needs owners; this role stays."))
        holders = [user.name for user in holders_of(key)]
        if holders:
            raise Conflict(_("%(names)s have this role. Give them another one first.") % {"names": joined(holders[:5])})
        before = audit.columns(role)
        role.archived = True
        role.version += 1
        role.save()
        schema_changed()
        tell(before, role, by)
    return role


def use_role_again(key: str, *, by: User) -> Role:
    """Take a role out of the archive. Errors: NotAllowed, Missing."""
    allowed(by)
    with transaction.atomic():
        role = Role.objects.select_for_update().filter(key=key, archived=True).first()
        if role is None:
            raise Missing()
        before = audit.columns(role)
        role.archived = False
        role.version += 1
        role.save()
        schema_changed()
        tell(before, role, by)
    return role


def holders_of(key: str) -> list[User]:
    """The people who hold the role, by name; those that were deleted are left out."""
    return [user for user in User.objects.filter(deleted_at=None).order_by("name", "pk") if key in user.roles]


def read_grants(document: Mapping[str, Any]) -> Grants:
    """The document as sent, checked against the record types that there are. Errors: Invalid."""
    return check_grants(read(document), current_schema())


# -- how -----------------------------------------------------------------------------------------------


def put(role: Role, *, by: User, version: int, name: str | None, grants: Grants | None) -> None:
    """Set name and rights on the row, checked; nothing is saved."""
    allowed(by)
    if role.version != version:
        raise Conflict(_("Somebody changed this role a moment ago. Look at it again."))
    if name is not None:
        own = role.key not in SHIPPED or bool(name.strip())
        role.name = free_name(name, Role.objects.all(), role) if own else ""
    if grants is None:
        return
    if role.key == Role.OWNER:
        raise NotAllowed(_("Owners may do everything; that cannot be changed."))
    schema = current_schema()
    checked = with_out_of_use(check_grants(grants, schema), grants_of(role), schema)
    as_shipped = role.key in SHIPPED and check_grants(SHIPPED[role.key].grants, schema) == checked
    role.grants = None if as_shipped else checked.to_json()


def allowed(by: User) -> None:
    if not decide.may_settings(by):
        raise NotAllowed()


def locked(key: str) -> Role:
    role = Role.objects.select_for_update().filter(key=key, archived=False).first()
    if role is None:
        raise Missing()
    return role


def tell(before: Mapping[str, Any], role: Role, by: User) -> None:
    audit.record_change("role_changed", before, audit.columns(role), by=by, name=name_of(role))


def free_name(name: str, others: Any, role: Role) -> str:
    text = clean_text(name, max_length=LONGEST_NAME)
    if not text:
        raise Invalid(_("Give it a name."), field="name")
    if any(fold(name_of(other)) == fold(text) for other in others if other.key != role.key):
        raise Invalid(_("There is one with this name already."), field="name")
    return text


def check_grants(grants: Grants, schema: Schema) -> Grants:
    """The grants without what names no type, field or stage of this company. Errors: Invalid for scopes that cannot be.

    Who may change a record must be able to see it: a scope of an action that reaches further than that of "see" is refused
    at "<type>.<action>", among records without an owner at "ownerless.<type>.<action>".
    """
    known = {ANY_TYPE, *schema.types}
    named = {*grants.types, *grants.ownerless, *(n.type for n in grants.narrowed)} & known
    errors: dict[str, Sentence] = {}
    for type_key in sorted(named):
        errors |= reach_errors(grants, type_key, schema)
    if errors:
        raise Invalid(errors=errors)
    fields = {
        t: {f: level for f, level in levels.items() if f in schema.types[t].closable}
        for t, levels in grants.fields.items()
        if t in schema.types
    }
    return replace(
        grants,
        types={k: dict(v) for k, v in grants.types.items() if k in known and v},
        ownerless={k: dict(v) for k, v in grants.ownerless.items() if k in known and v},
        narrowed=tuple(kept for n in grants.narrowed if (kept := in_its_pipeline(n, schema)) is not None),
        fields={t: levels for t, levels in fields.items() if levels},
    )


def with_out_of_use(grants: Grants, before: Grants, schema: Schema) -> Grants:
    """The grants with what the role said of types that are hidden or in the bin: no page names them, and they come back as they went."""
    out = schema.kept_types.keys() - schema.types.keys()
    kept = {key: dict(of) for key, of in before.types.items() if key in out}
    unowned = {key: dict(of) for key, of in before.ownerless.items() if key in out}
    fields = {key: dict(of) for key, of in before.fields.items() if key in out}
    return replace(
        grants,
        types={**grants.types, **kept},
        ownerless={**grants.ownerless, **unowned},
        fields={**grants.fields, **fields},
        narrowed=(*(n for n in grants.narrowed if n.type not in out), *(n for n in before.narrowed if n.type in out)),
    )


def in_its_pipeline(narrowed: Narrowed, schema: Schema) -> Narrowed | None:
    """The entry with those of its stages that its pipeline has; None when nothing is left of it."""
    pipeline = schema.pipelines.get(narrowed.pipeline)
    if pipeline is None or pipeline.type != narrowed.type or pipeline.field:
        return None
    stages = narrowed.stages & {s.id for s in pipeline.stages}
    return replace(narrowed, stages=stages) if stages or not narrowed.stages else None


def reach_errors(grants: Grants, type_key: str, schema: Schema) -> dict[str, Sentence]:
    """What reaches further than sight in one type."""
    type_ = schema.types.get(type_key)
    said = _("Who may change, delete or export %(type)s must see them too: let “see” reach as far.")
    sentence = said % {"type": type_.plural if type_ else _("everything else")}
    rank = SCOPES.index
    errors: dict[str, Sentence] = {}
    for action in ACTIONS:
        if action == "see" or action in ON_OR_OFF:
            continue
        if rank(grants.scope(action, type_key)) > rank(grants.scope("see", type_key)):
            errors[f"{type_key}.{action}"] = sentence
        elif rank(grants.ownerless_scope(action, type_key)) > rank(grants.ownerless_scope("see", type_key)):
            errors[f"ownerless.{type_key}.{'change' if action == 'change' else 'see'}"] = sentence
    return errors

"""Record types that the company makes itself: made, changed, hidden and brought back, put into the bin for 30 days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.held import grants_of
from daftar.access.models import Role, User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.kernel.text import clean_text, fold
from daftar.records import custom_fields, roles
from daftar.records.custom_fields import COLOURS, OptionEdit
from daftar.records.field_keys import title_key_for
from daftar.records.made_type import END
from daftar.records.models import CustomType, Entity, SchemaVersion
from daftar.records.pipelines import add_pipeline
from daftar.records.schema import current_schema, schema_changed
from daftar.records.type_words import word_for
from daftar.records.types import SYSTEM

MOST_TYPES, MOST_FIRST = 100, 30
LONGEST_NAME = 100
BIN_DAYS = 30
LIKE = "deal"
"""Whose rights a new type gets, where such a type is there: people see what is their own, as their roles say of deals."""
ICONS = (
    "shapes", "box", "package", "archive", "wrench", "hammer", "cpu", "monitor", "printer", "server", "car", "truck", "ship", "plane",
    "bike", "home", "building", "factory", "store", "warehouse", "land-plot", "map-pin", "key-round", "file-text", "file-signature",
    "scroll-text", "receipt", "wallet", "credit-card", "piggy-bank", "gift", "trophy", "star", "heart", "stethoscope", "pill",
    "graduation-cap", "book", "calendar", "clock", "ticket", "flag", "folder", "tag", "umbrella", "shield", "users", "user-round",
    "baby", "dog", "leaf", "tree-pine", "wheat", "utensils", "coffee", "shirt", "scissors", "palette", "music", "camera",
)  # fmt: skip
"""Names of the lucide set that a type can have."""


@dataclass(frozen=True, slots=True)
class FirstField:
    """A field that a type has from its beginning; `to` is the type that a link leads to, `options` those of a choice."""

    label: str
    kind: str
    to: str = ""
    options: tuple[str, ...] = ()


def add_type(
    name: str,
    plural: str,
    *,
    by: User,
    slug: str = "",
    title_label: str = "",
    icon: str = "",
    colour: str = "",
    staged: bool = False,
    in_menu: bool = True,
    fields: Sequence[FirstField] = (),
    like: str = LIKE,
) -> CustomType:
    """A new record type with everything that the shipped ones have; every process knows it with its next request.

    Shapes: `slug` is its word in addresses, "" for one made from the plural; with `staged` it has a pipeline and a board;
    `like` is the type whose rights every role gets for it.
    Errors: NotAllowed, Invalid by the names of these arguments, of the n-th field at `fields.n`. Nothing is saved when one is raised.
    """
    allowed(by)
    with transaction.atomic():
        in_turn()
        if CustomType.objects.count() >= MOST_TYPES:
            said = _("A company has at most %(most)s record types of its own, those in the bin counted.")
            raise Invalid(said % {"most": MOST_TYPES}, field="name")
        values = checked({
            "name": name, "plural": plural, "title_label": title_label, "icon": icon, "colour": colour,
        })  # fmt: skip
        word = word_for(slug, values["plural"])
        last = CustomType.objects.aggregate(last=Max("position"))["last"]
        row = saved_new(CustomType(
            key=CustomType.PREFIX + word.replace("-", "_"), slug=word, staged=staged, in_menu=in_menu,
            title_key=title_key_for(values["title_label"], Entity, taken=(*END, *SYSTEM)),
            position=0 if last is None else last + 1, **values,
        ))  # fmt: skip
        schema_changed()
        if staged:
            add_pipeline(row.key, row.plural, by=by)
        copy_rights(row.key, like, by)
        add_first_fields(row, fields, by)
        tell({}, row, by)
    return row


def change_type(
    key: str, *, by: User, name: str, plural: str, title_label: str = "", icon: str = "", colour: str = "", in_menu: bool = True
) -> CustomType:  # fmt: skip
    """Change how a type is called and shown; its address stays. Errors: NotAllowed, Missing, Invalid by argument."""
    allowed(by)
    with transaction.atomic():
        row = locked(key)
        before = audit.columns(row)
        values = checked(
            {"name": name, "plural": plural, "title_label": title_label, "icon": icon, "colour": colour}, but=key
        )
        for column, value in (values | {"in_menu": in_menu}).items():
            setattr(row, column, value)
        row.save()
        schema_changed()
        tell(before, row, by)
    return row


def move_type(key: str, step: int, *, by: User) -> None:
    """Move a type one place up (-1) or down (1) among those of the company. Errors: NotAllowed, Missing."""
    allowed(by)
    with transaction.atomic():
        row = locked(key)
        rows = list(CustomType.objects.select_for_update().filter(deleted_at=None))
        place = next(n for n, other in enumerate(rows) if other.pk == row.pk)
        rows.insert(min(max(place + (1 if step > 0 else -1), 0), len(rows) - 1), rows.pop(place))
        for n, other in enumerate(rows):
            CustomType.objects.filter(pk=other.pk).update(position=n)
        schema_changed()


def hide_type(key: str, *, by: User) -> CustomType:
    """Take a type from every page; its records are kept and come back with it. Errors: NotAllowed, Missing."""
    return set_columns(key, by, hidden=True)


def bring_back_type(key: str, *, by: User) -> CustomType:
    """Show a type again that is hidden or in the bin, with its records. Errors: NotAllowed, Missing."""
    return set_columns(key, by, in_bin=None, hidden=False, deleted_at=None, deleted_by=None)


def delete_type(key: str, *, by: User, typed: str = "") -> CustomType:
    """Put a type into the bin with its records, for 30 days.

    Shapes: `typed` is its plural as somebody typed it, which is asked for when it has records.
    Errors: NotAllowed, Missing, Invalid at `typed`.
    """
    allowed(by)
    with transaction.atomic():
        row = locked(key)
        if count_of(key) and fold(typed) != fold(row.plural):
            raise Invalid(_("Write “%(name)s” to delete it with its records.") % {"name": row.plural}, field="typed")
        return set_columns(key, by, deleted_at=clock.now(), deleted_by=by)


def set_columns(key: str, by: User, *, in_bin: bool | None = False, **values: Any) -> CustomType:
    allowed(by)
    with transaction.atomic():
        row = locked(key, in_bin=in_bin)
        before = audit.columns(row)
        for column, value in values.items():
            setattr(row, column, value)
        row.save(update_fields=list(values))
        schema_changed()
        tell(before, row, by)
    return row


def count_of(key: str) -> int:
    """How many records a type has, those in its bin too."""
    return Entity.objects.filter(type=key).count()


def counts() -> dict[str, int]:
    """How many records each made type has, by key; one query."""
    made = Entity.objects.order_by().values_list("type").annotate(count=Count("pk"))
    return dict(made)


def ends_at(row: CustomType) -> Any:
    """When a type in the bin is taken apart for good."""
    return row.deleted_at + timedelta(days=BIN_DAYS) if row.deleted_at else None


# -- checks --------------------------------------------------------------------------------------------


def allowed(by: User) -> None:
    if not decide.may_settings(by):
        raise NotAllowed()


def in_turn() -> None:
    """Two people who make a type at once do it one after the other."""
    SchemaVersion.objects.select_for_update().filter(pk=1).first()


def saved_new(row: CustomType) -> CustomType:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        said = _("“%(name)s” is there already. Choose another name.") % {"name": row.plural}
        raise Invalid(said, field="plural") from None
    return row


def locked(key: str, *, in_bin: bool | None = False) -> CustomType:
    row = CustomType.objects.select_for_update().filter(key=key).first()
    if row is None or (in_bin is not None and (row.deleted_at is not None) != in_bin):
        raise Missing()
    return row


def checked(values: Mapping[str, str], *, but: str = "") -> dict[str, str]:
    """Names, icon and colour as they are kept. Shapes: `but` is the type that has them already. Errors: Invalid by column."""
    made: dict[str, str] = {}
    for column, sentence in (
        ("name", _("Give it a name.")),
        ("plural", _("Say how several of them are called.")),
        ("title_label", ""),
    ):
        try:
            made[column] = clean_text(values[column], max_length=LONGEST_NAME)
        except Invalid as refused:
            raise refused.at(column) from None
        if sentence and not made[column]:
            raise Invalid(sentence, field=column)
    others = [t for t in current_schema().kept_types.values() if t.key != but]
    for column, known in (("name", {fold(t.name) for t in others}), ("plural", {fold(t.plural) for t in others})):
        if fold(made[column]) in known:
            said = _("“%(name)s” is there already. Choose another name.") % {"name": made[column]}
            raise Invalid(said, field=column)
    icon, colour = values.get("icon", ""), values.get("colour", "")
    return made | {"icon": icon if icon in ICONS else ICONS[0], "colour": colour if colour in COLOURS else ""}


# -- what a type begins with -----------------------------------------------------------------------------


def add_first_fields(row: CustomType, fields: Sequence[FirstField], by: User) -> None:
    if len(fields) > MOST_FIRST:
        raise Invalid(_("Add at most %(most)s fields at once; more can follow.") % {"most": MOST_FIRST}, field="fields")
    for n, first in enumerate(fields):
        try:
            custom_fields.add_field(
                current_schema().type(row.key), first.kind, first.label, by=by, settings={"to": first.to, "total": first.kind == "money"},
                options=[OptionEdit(label) for label in first.options],
            )  # fmt: skip
        except Invalid as refused:
            raise Invalid(next(iter(refused.errors.values())), field=f"fields.{n}") from None


def copy_rights(key: str, like: str, by: User) -> None:
    """Every role that says something of the type `like` says the same of the new one; of others "everything else" counts."""
    for role in Role.objects.select_for_update().exclude(key=Role.OWNER):
        grants = grants_of(role)
        if like not in grants.types and like not in grants.ownerless:
            continue
        before = audit.columns(role)
        types = dict(grants.types) | ({key: dict(grants.types[like])} if like in grants.types else {})
        ownerless = dict(grants.ownerless) | ({key: dict(grants.ownerless[like])} if like in grants.ownerless else {})
        role.grants = replace(grants, types=types, ownerless=ownerless).to_json()
        role.version += 1
        role.save()
        roles.tell(before, role, by)


def tell(before: Mapping[str, Any], row: CustomType, by: User) -> None:
    audit.record_change("type_changed", before, audit.columns(row), by=by, name=row.plural)

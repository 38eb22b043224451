"""Where a custom field is used, and what would become of that if the field went or became another kind.

Each room adds a finder for what it keeps: `@finds_uses`, a function of the type, the key of the field and the schema as it would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.access import grants
from daftar.access.models import ApiKey, Role
from daftar.access.shipped_roles import name_of
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.records import conditional
from daftar.records.fields.base import Field
from daftar.records.fields.formula import Formula
from daftar.records.formula.checking import kind_of
from daftar.records.formula.tree import names_in
from daftar.records.formula_sources import kinds_for, source_of
from daftar.records.models import ListSetting, Pipeline, SavedView, Stage
from daftar.records.query.conditions import leaves
from daftar.records.query.paths import resolve
from daftar.records.query.sentence import phrase
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.saved_views import AROUND
from daftar.records.schema import Schema
from daftar.records.types import RecordType

MOST_VIEWS = 5_000


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that uses a field.

    Shapes: `what` is the kind of thing ("View"), `name` its own name, `how` in what way it uses the field; `then` says what becomes
    of it, "" when it goes on as it is; `whose` is who owns it, `href` where it is changed.
    """

    what: str
    name: str
    how: str = ""
    then: str = ""
    whose: str = ""
    href: str = ""


Finder = Callable[[RecordType, str, Schema], Iterable[Use]]
FINDERS: list[Finder] = []


def finds_uses(finder: Finder) -> Finder:
    """Add what a room keeps that may name fields: `finder(type, key, after)` gives the uses, `after` is the schema as it would be."""
    FINDERS.append(finder)
    return finder


def usage_of(type_: RecordType, key: str, after: Schema | None = None) -> list[Use]:
    """Everything that uses the field; with `after`, each says what would become of it."""
    whole = type_.whole
    return [use for finder in FINDERS for use in finder(whole, key, after or whole.schema)]


def is_meant(field: Field, type_: RecordType, key: str) -> bool:
    return field.key == key and field.type.key == type_.key


# -- views ---------------------------------------------------------------------------------------------


@finds_uses
def views(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """Saved views whose filter, order, columns, groups or board name the field, also over a link."""
    rows = SavedView.objects.filter(query__contains=key).select_related("owner").order_by("type", "name", "id")
    for row in rows[:MOST_VIEWS]:
        of = type_.schema.types.get(row.type)
        if of is None:
            continue
        view = View.parse(of, row.query, Reader(row.owner, schema=type_.schema))
        if how := ways(view, type_, key):
            href = f"{of.address()}{'board/' if row.place == 'board' else ''}?view={row.pk}"
            yield Use(
                _("View"), row.name, joined(how), then_of(view, row, type_, key, after),
                row.owner.name if row.audience == "own" else str(row.get_audience_display()), href,
            )  # fmt: skip


def ways(view: View, type_: RecordType, key: str) -> list[str]:
    """In which ways a view uses the field."""
    found = []
    for condition in leaves_of(view):
        path = resolve(view.type, condition.field, view.reader)
        if any(is_meant(field, type_, key) for field in (*path.chain, path.field)):
            found.append(_("filter: %(condition)s") % {"condition": phrase(condition, view.type, view.reader)})
    if view.type.key == type_.key:
        said = {
            _("column"): key in view.columns, _("order"): view.sort.removeprefix("-") == key,
            _("groups"): view.others.get("group") == key, _("board"): view.others.get("by") == key,
        }  # fmt: skip
        found += [word for word, is_so in said.items() if is_so]
    return found


def leaves_of(view: View) -> list[Any]:
    return [leaf for tree in view.conditions for leaf in leaves(tree)]


def then_of(view: View, row: SavedView, type_: RecordType, key: str, after: Schema) -> str:
    """What the view would do without."""
    if after is type_.schema:
        return ""
    then = View.parse(after.types[row.type], spelled_out(view, type_, key), Reader(row.owner, schema=after))
    lost = []
    if len(leaves_of(then)) < len(leaves_of(view)):
        lost.append(_("It opens without this condition, and says so."))
    elif len(then.problems) > len(view.problems):
        lost.append(_("It opens without what cannot be done any more, and says so."))
    if len(then.columns) < len(view.columns):
        lost.append(_("It opens without this column."))
    return " ".join(dict.fromkeys(lost))


def spelled_out(view: View, type_: RecordType, key: str) -> str:
    """The words of the view with the operator at every condition on the field: `revenue=12` means another one for another kind."""
    names = {
        c.field: f"{c.field}.{c.operator}"
        for c in view.simple
        if is_meant(resolve(view.type, c.field, view.reader).field, type_, key)
    }
    pairs = [(names.get(word, word), value) for word, value in view.params() if word not in AROUND]
    return urlencode(pairs, safe=",().:")


def spell_out(type_: RecordType, key: str) -> int:
    """Before a field becomes another kind: let saved views keep the comparison that they mean; how many were rewritten."""
    count = 0
    for row in SavedView.objects.filter(query__contains=key).select_related("owner"):
        of = type_.schema.types.get(row.type)
        view = View.parse(of, row.query, Reader(row.owner, schema=type_.schema)) if of is not None else None
        if view is not None and not view.problems and (query := spelled_out(view, type_, key)) != row.query:
            SavedView.objects.filter(pk=row.pk).update(query=query)
            count += 1
    return count


@finds_uses
def columns(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """People who chose the field as a column of their list."""
    chosen = [row for row in ListSetting.objects.filter(type=type_.key) if key in row.columns]
    if chosen:
        count = len(chosen)
        name = ngettext("The list of %(count)s person", "The lists of %(count)s people", count) % {"count": count}
        gone = key not in after.types[type_.key].by_key
        yield Use(_("Columns"), name, _("column"), _("It opens without this column.") if gone else "")


# -- formulas, values ----------------------------------------------------------------------------------


@finds_uses
def formulas(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """Formula fields of every type that read the field, or go along it."""
    for of in type_.schema.types.values():
        for field in (
            f for f in of.fields if isinstance(f, Formula) and f.tree is not None and not is_meant(f, type_, key)
        ):
            sources = [source for name in names_in(field.tree) if (source := source_of(name, of))] if field.tree else []
            if any(is_meant(f, type_, key) for s in sources for f in (s.field, s.link) if f is not None):
                yield Use(
                    _("Formula"), f"{of.heading}: {field.label}", _("reads it"), formula_then(field, after.types[of.key]),
                    href=f"/settings/fields/{of.key}/{field.key}/",
                )  # fmt: skip


def formula_then(field: Formula, after: RecordType) -> str:
    try:
        kind = kind_of(field.tree, kinds_for(after)) if field.tree is not None else None
    except Invalid as refused:
        return _("It will be empty: %(why)s") % {"why": refused}
    if kind is not None and kind.base != field.gives:
        return _("It will be empty, because it gives another kind of value then. Save it once more to mend it.")
    return ""


@finds_uses
def first_value(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """The value with which new records begin."""
    field = type_.by_key.get(key)
    if field is not None and field.custom and field.default is not None:
        yield Use(_("New records"), str(field.label), _("first value"), href=f"/settings/fields/{type_.key}/{key}/")


@finds_uses
def conditions(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """Other fields that are shown, or needed, by what stands in this one."""
    for field in type_.fields:
        for word, text, how in (("show", field.show_if, _("shows it")), ("require", field.require_if, _("needs it"))):
            if key in conditional.keys_in(text) and field.key != key:
                then = ""
                if not conditional.can_be_read(text, after.types[type_.key]):
                    then = _("It is always shown.") if word == "show" else _("It is not asked for any more.")
                href = f"/settings/fields/{type_.key}/{field.key}/conditions?which={word}"
                yield Use(_("Condition"), str(field.label), how, then, href=href)


@finds_uses
def uniqueness(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """That no value may stand twice."""
    field = type_.by_key.get(key)
    if field is not None and field.unique:
        gone = key not in after.types[type_.key].by_key
        then = _("Doubles are not refused any more.") if gone else ""
        yield Use(_("Rule"), _("No value twice"), _("looks at it"), then, href=f"/settings/fields/{type_.key}/{key}/")


# -- rules ---------------------------------------------------------------------------------------------


@finds_uses
def stages(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """Stages whose contract asks for the field."""
    gone = key not in after.types[type_.key].by_key
    for stage in (
        Stage.objects.filter(pipeline__type=type_.key).select_related("pipeline").order_by("pipeline", "position")
    ):
        if key in stage.required:
            pipeline, info = type_.schema.pipelines.get(stage.pipeline_id), type_.schema.stage(stage.pk)
            name = f"{pipeline.label if pipeline else stage.pipeline.name} › {info.label if info else stage.name}"
            href = f"/settings/pipelines/{type_.key}/stages/{stage.pk}/"
            yield Use(_("Stage"), name, _("needs it"), _("It does not ask for it any more.") if gone else "", href=href)


@finds_uses
def own_stages(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """The pipelines of a stage field."""
    if key not in after.types[type_.key].by_key:
        for pipeline in Pipeline.objects.filter(type=type_.key, field=key):
            yield Use(
                _("Pipeline"), pipeline.name or pipeline.key, _("is a way of this field"), _("It goes with the field.")
            )


@finds_uses
def roles(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """Roles that close the field."""
    for role in Role.objects.filter(archived=False):
        level = grants.read(role.grants).level(type_.key, key) if role.grants else "write"
        if level != "write":
            how = _("hides it") if level == "hidden" else _("only reads it")
            yield Use(_("Role"), name_of(role), how, href=f"/settings/roles/{role.key}/")


@finds_uses
def keys(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """Keys with which programs reach the records of the type."""
    live = ApiKey.objects.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()))
    for one in live.select_related("user").order_by("name"):
        if not one.scopes or type_.key in one.scopes or grants.ANY_TYPE in one.scopes:
            yield Use(
                _("Key of a program"), one.name, _("may read and write it"), whose=one.user.name, href="/settings/keys/"
            )

"""The form of a role: a table of scopes, rows for pipelines and stages, rows for fields, read into a document and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from daftar.access.grants import ACTIONS, ANY_TYPE, ON_OR_OFF, SCOPES, Grants, Narrowed, read, unreadable
from daftar.access.held import grants_of
from daftar.access.models import Role
from daftar.access.shipped_roles import SHIPPED, name_of
from daftar.kernel.errors import Invalid, Sentence
from daftar.records.role_words import REACHING, action_names, scope_names, types_with_fields, types_with_rights
from daftar.records.schema import Schema
from daftar.records.shapes import PipelineInfo
from daftar.ui.parts import Option, Widget

UNOWNED = ("see", "change")
"""The actions on records without an owner that the form asks about; others stay as they are."""
COLUMNS = ("see", "add", "change", "delete", "export", "import", "bulk", "merge")
LONGEST = 200_000


@dataclass(frozen=True)
class RoleValues:
    """What a role is to become: what the form holds, and what the page of the rehearsal carries."""

    name: str
    grants: Grants
    second_factor: bool

    @classmethod
    def kept(cls, role: Role) -> RoleValues:
        return cls(role.name, grants_of(role), role.second_factor)

    def document(self) -> str:
        return json.dumps(
            {"name": self.name, "grants": self.grants.to_json(), "second_factor": self.second_factor},
            ensure_ascii=False,
        )

    @classmethod
    def from_document(cls, text: str) -> RoleValues:
        """What `document` wrote. Errors: Invalid for anything else; the scopes are checked when it is saved."""
        try:
            given = json.loads(text) if len(text) <= LONGEST else None
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
            raise unreadable()
        return cls(given["name"], read(given.get("grants", {})), given.get("second_factor") is True)


@dataclass(frozen=True)
class Line:
    """One row of the table of scopes."""

    key: str
    name: str
    cells: list[Widget]
    unowned: list[Widget]
    errors: list[tuple[str, str]] = field(default_factory=list)


class RoleForm:
    """Shapes: `values` is what the widgets show; `errors` are sentences by cell ("deal.change"), field, or "" for the whole."""

    def __init__(self, role: Role, schema: Schema) -> None:
        self.role, self.schema = role, schema
        self.types = types_with_rights(schema)
        self.values = RoleValues.kept(role)
        self.errors: dict[str, Sentence] = {}

    # -- reading -----------------------------------------------------------------------------------

    def read(self, sent: QueryDict) -> None:
        """Take what was typed. Errors: Invalid for words that the form does not offer, or a stage named twice."""
        document = {
            "types": self.read_types(sent), "ownerless": self.read_unowned(sent), "fields": self.read_fields(sent),
            "narrowed": self.read_narrowed(sent), "settings": "1" in sent.getlist("settings"),
        }  # fmt: skip
        self.values = RoleValues(sent.get("name", ""), read(document), "1" in sent.getlist("second_factor"))
        self.refuse_twice()

    def read_types(self, sent: QueryDict) -> dict[str, dict[str, str]]:
        made: dict[str, dict[str, str]] = {}
        for key in self.keys():
            chosen = {action: sent.get(f"types.{key}.{action}", "") for action in ACTIONS}
            # What "everything else" does not name, it does not grant.
            made[key] = {a: s for a, s in chosen.items() if s and not (key == ANY_TYPE and s == "none")}
        return made

    def read_unowned(self, sent: QueryDict) -> dict[str, dict[str, str]]:
        made: dict[str, dict[str, str]] = {}
        for key in self.keys():
            asked = {action: sent.get(f"ownerless.{key}.{action}", "") for action in UNOWNED}
            others = {a: str(s) for a, s in self.values.grants.ownerless.get(key, {}).items() if a not in UNOWNED}
            made[key] = {a: s for a, s in asked.items() if s} | others
        return made

    def read_narrowed(self, sent: QueryDict) -> list[dict[str, Any]]:
        """The rows, those of one pipeline with the same action and scope together."""
        found: dict[tuple[int, str, str, bool], list[int]] = {}
        places = zip(*(sent.getlist(f"narrowed.{part}") for part in ("place", "action", "scope")))
        for place, action, scope in places:
            if not place:
                continue
            pipeline, stage = self.place_of(place)
            stages = found.setdefault((pipeline.id, action, scope, stage is None), [])
            stages += [stage] if stage is not None else []
        return [
            {
                "type": self.schema.pipelines[id_].type,
                "action": action,
                "scope": scope,
                "pipeline": id_,
                "stages": stages,
            }
            for (id_, action, scope, _whole), stages in found.items()
        ]

    def place_of(self, text: str) -> tuple[PipelineInfo, int | None]:
        """ "p3" is a whole pipeline, "s7" a stage."""
        number = int(text[1:]) if text[1:].isascii() and text[1:].isdigit() and len(text) < 20 else 0
        stage = self.schema.stages.get(number) if text[0] == "s" else None
        pipeline = self.schema.pipelines.get(stage.pipeline_id if stage else number if text[0] == "p" else 0)
        if pipeline is None or pipeline.field:
            raise Invalid(_("Choose one of the list."), field="narrowed")
        return pipeline, number if stage else None

    def read_fields(self, sent: QueryDict) -> dict[str, dict[str, str]]:
        made: dict[str, dict[str, str]] = {}
        for name, level in zip(sent.getlist("fields.field"), sent.getlist("fields.level")):
            type_key, _dot, key = name.partition(".")
            if not name:
                continue
            type_ = self.schema.types.get(type_key)
            if type_ is None or key not in type_.closable:
                raise Invalid(_("Choose one of the list."), field="fields")
            made.setdefault(type_key, {})[key] = level
        return made

    def refuse_twice(self) -> None:
        seen: set[tuple[str, int, int]] = set()
        for entry in self.values.grants.narrowed:
            for stage in entry.stages or {0}:
                at = (entry.action, entry.pipeline, stage)
                if at in seen:
                    raise Invalid(_("A stage stands here twice for the same action. Leave one."), field="narrowed")
                seen.add(at)

    def refuse(self, refused: Invalid) -> None:
        self.errors.update(refused.errors)

    def keys(self) -> list[str]:
        return [ANY_TYPE, *(type_.key for type_ in self.types)]

    # -- widgets -----------------------------------------------------------------------------------

    def name(self) -> Widget:
        shipped = self.role.key in SHIPPED
        attrs: dict[str, Any] = {"maxlength": 200}
        if shipped:
            attrs["placeholder"] = str(SHIPPED[self.role.key].name)
        return Widget(
            "input", "name", label=_("Name"), value=self.values.name, required=not shipped, attrs=attrs,
            error=str(self.errors.get("name", "")),
        )  # fmt: skip

    def lines(self) -> list[Line]:
        """Everything else first, then each type."""
        named = {type_.key: type_.heading for type_ in self.types}
        return [
            Line(
                key, named.get(key) or _("Everything else"),
                [self.cell(key, named.get(key), action) for action in COLUMNS],
                [self.unowned(key, named.get(key), action) for action in UNOWNED],
                [
                    (f"error.{at}", str(self.errors[at]))
                    for at in (
                        *(f"{key}.{action}" for action in COLUMNS), *(f"ownerless.{key}.{action}" for action in UNOWNED)
                    )
                    if at in self.errors
                ],
            )
            for key in self.keys()
        ]  # fmt: skip

    def cell(self, key: str, name: str | None, action: str) -> Widget:
        chosen = self.values.grants.types.get(key, {}).get(action, "none" if key == ANY_TYPE else "")
        names = scope_names()
        words = {"none": _("no"), "all": _("yes")} if action in ON_OR_OFF else names
        usual = words.get(self.values.grants.types.get(ANY_TYPE, {}).get(action, "none"), "")
        return self.select(
            f"types.{key}.{action}", f"{name or _('Everything else')}: {action_names()[action]}",
            [(scope, words[scope]) for scope in SCOPES if scope in words], str(chosen), f"{key}.{action}",
            blank="" if key == ANY_TYPE else f"({usual})",
        )  # fmt: skip

    def unowned(self, key: str, name: str | None, action: str) -> Widget:
        chosen = self.values.grants.ownerless.get(key, {}).get(action, "")
        names = scope_names()
        words = {key: names[key] for key in ("none", "department", "all")}
        label = _("%(type)s without an owner: %(action)s") % {
            "type": name or _("Everything else"), "action": unowned_names()[action],
        }  # fmt: skip
        kept = self.values.grants.ownerless
        # What stands in brackets is what holds when nothing is chosen here.
        unsaid = replace(self.values.grants, ownerless={k: of for k, of in kept.items() if k != key})
        follows = words[unsaid.ownerless_scope(action, key)]
        return self.select(
            f"ownerless.{key}.{action}", label, list(words.items()), str(chosen), f"ownerless.{key}.{action}",
            blank=f"({follows})",
        )  # fmt: skip

    def select(
        self, name: str, label: str, words: list[tuple[str, str]], chosen: str, at: str, *, blank: str
    ) -> Widget:
        error = str(self.errors.get(at, ""))
        attrs: dict[str, Any] = {"placeholder": blank} if blank else {}
        if error:
            attrs["aria-describedby"] = f"error.{at}"
        return Widget(
            "select", name, label=label, value=chosen, required=not blank, error=error, attrs=attrs,
            options=tuple(Option(key, word, chosen=key == chosen) for key, word in words),
        )  # fmt: skip

    def narrowed(self) -> Widget:
        rows = [
            self.narrowed_row(place, entry.action, entry.scope)
            for entry in self.values.grants.narrowed
            for place in places_of(entry)
        ]
        return Widget(
            "rows", "narrowed", label=_("In some stages"), parts=tuple(rows), blank=self.narrowed_row("", "", ""),
            help=_("Instead of the table above, in a stage or a whole pipeline."),
            error=str(self.errors.get("narrowed", "")),
        )  # fmt: skip

    def narrowed_row(self, place: str, action: str, scope: str) -> Widget:
        names, scopes = action_names(), scope_names()
        actions = list(REACHING) + ([action] if action and action not in REACHING else [])
        return Widget("group", "narrowed", parts=(
            Widget("select", "narrowed.place", label=_("Pipeline or stage"), value=place, options=tuple(self.places())),
            choice("narrowed.action", _("Action"), [(a, names[a]) for a in actions], action or "change"),
            choice("narrowed.scope", _("Reaches"), list(scopes.items()), scope or "none"),
        ))  # fmt: skip

    def places(self) -> Iterable[Option]:
        used = {stage for entry in self.values.grants.narrowed for stage in entry.stages}
        for type_ in self.types:
            for pipeline in type_.pipelines:
                if pipeline.archived:
                    continue
                group = f"{type_.heading}: {pipeline.label}"
                yield Option(f"p{pipeline.id}", _("all of “%(pipeline)s”") % {"pipeline": pipeline.label}, group=group)
                for stage in pipeline.stages:
                    if not stage.archived or stage.id in used:
                        yield Option(f"s{stage.id}", stage.label, group=group)

    def fields(self) -> Widget:
        rows = [
            self.field_row(f"{type_key}.{key}", level)
            for type_key, levels in self.values.grants.fields.items()
            for key, level in levels.items()
        ]
        return Widget(
            "rows", "fields", label=_("Closed fields"), parts=tuple(rows), blank=self.field_row("", "hidden"),
            help=_("All other fields are open. A hidden field is nowhere: not in lists, search, history or files."),
            error=str(self.errors.get("fields", "")),
        )  # fmt: skip

    def field_row(self, name: str, level: str) -> Widget:
        options = tuple(
            Option(f"{type_.key}.{f.key}", str(f.label), group=type_.heading)
            for type_ in types_with_fields(self.schema) for f in type_.fields if f.key in type_.closable
        )  # fmt: skip
        levels = [("hidden", _("hidden")), ("read", _("only to be read"))]
        return Widget("group", "fields", parts=(
            Widget("select", "fields.field", label=_("Field"), value=name, options=options),
            choice("fields.level", _("How"), levels, level),
        ))  # fmt: skip

    def switches(self) -> list[Widget]:
        values = self.values
        return [
            Widget(
                "checkbox", "settings", label=_("Changes settings"), value="1" if values.grants.settings else "",
                help=_("Pipelines, fields, people, roles and everything else under Settings."),
            ),
            self.second_factor(),
        ]  # fmt: skip

    def second_factor(self) -> Widget:
        return Widget(
            "checkbox", "second_factor", label=_("Second factor"), value="1" if self.values.second_factor else "",
            help=_("Who has this role must sign in with a second factor."),
        )  # fmt: skip

    @property
    def title(self) -> str:
        return name_of(self.role)


def unowned_names() -> dict[str, str]:
    return {"see": pgettext("unowned records", "See"), "change": pgettext("unowned records", "Take and change")}


def choice(name: str, label: str, words: list[tuple[str, str]], chosen: str) -> Widget:
    options = tuple(Option(key, word, chosen=key == chosen) for key, word in words)
    return Widget("select", name, label=label, value=chosen, required=True, options=options)


def places_of(entry: Narrowed) -> list[str]:
    """The entry as the words of the form."""
    return [f"s{stage}" for stage in sorted(entry.stages)] or [f"p{entry.pipeline}"]

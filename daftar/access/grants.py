"""What a role grants, read from its document: how far each action reaches, per record type, pipeline and stage, and per field.

The document of a role (`Role.grants`), every part optional:

    {"types": {"*": {"see": "own"}, "deal": {"see": "below", "change": "own"}},
     "ownerless": {"lead": {"see": "department", "change": "department"}},
     "narrowed": [{"type": "deal", "action": "change", "scope": "none", "pipeline": 3, "stages": [7]}],
     "fields": {"contact": {"phones": "hidden", "emails": "read"}},
     "settings": true}

"*" stands for every type that is not named. A narrowed entry replaces the scope of its action in those stages (in all of
the pipeline when none are named).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast, get_args

from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid

Action = Literal["see", "add", "change", "delete", "export", "import", "bulk", "merge", "settings"]
Scope = Literal["none", "own", "department", "below", "all"]
Level = Literal["hidden", "read", "write"]

ACTIONS: tuple[Action, ...] = ("see", "add", "change", "delete", "export", "import", "bulk", "merge")
"""The actions on records; "settings" is asked of the role as a whole."""
ON_OR_OFF: frozenset[str] = frozenset({"add", "import", "bulk", "merge"})
"""Actions that a role has or has not; each record that they touch is judged by "see", "change" or "delete" besides."""
SCOPES: tuple[Scope, ...] = get_args(Scope)
FOLLOWS: Mapping[Scope, Scope] = {
    "none": "none", "own": "none", "department": "department", "below": "department", "all": "all",
}  # fmt: skip
"""What a scope reaches among records without an owner, when nothing else is said."""
LEVELS: tuple[Level, ...] = get_args(Level)
ANY_TYPE = "*"
MOST_ENTRIES = 2_000

StagesOf = Callable[[int], frozenset[int]]


def no_pipelines(pipeline_id: int) -> frozenset[int]:
    return frozenset()


_stages_of: list[StagesOf] = [no_pipelines]


def pipelines_are(stages_of: StagesOf) -> None:
    """The room that knows pipelines says which stages each has."""
    _stages_of[0] = stages_of


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Another scope for one action in some stages; `stages` empty means the whole pipeline."""

    type: str
    action: Action
    scope: Scope
    pipeline: int
    stages: frozenset[int] = frozenset()

    def stage_ids(self) -> frozenset[int]:
        return self.stages or _stages_of[0](self.pipeline)


@dataclass(frozen=True)
class Grants:
    """A role's document, checked and ready to be asked."""

    types: Mapping[str, Mapping[str, Scope]] = field(default_factory=dict)
    ownerless: Mapping[str, Mapping[str, Scope]] = field(default_factory=dict)
    narrowed: tuple[Narrowed, ...] = ()
    fields: Mapping[str, Mapping[str, Level]] = field(default_factory=dict)
    settings: bool = False

    def scope(self, action: str, type_key: str) -> Scope:
        """How far the action reaches among records of the type that have an owner."""
        own = self.types.get(type_key, {})
        return own[action] if action in own else self.types.get(ANY_TYPE, {}).get(action, "none")

    def ownerless_scope(self, action: str, type_key: str) -> Scope:
        """How far the action reaches among records without an owner: none, department or all.

        When the role says nothing of the type, it follows from the scope: who reaches a department reaches what lies there
        unowned.
        """
        if action in self.ownerless.get(type_key, {}):
            return self.ownerless[type_key][action]
        if action not in self.types.get(type_key, {}) and action in self.ownerless.get(ANY_TYPE, {}):
            return self.ownerless[ANY_TYPE][action]
        return FOLLOWS[self.scope(action, type_key)]

    def resolved(self) -> Grants:
        """The same with the stages of whole pipelines filled in, entries that name their stages first: ready to be asked."""
        ordered = sorted(self.narrowed, key=lambda n: not n.stages)
        return replace(self, narrowed=tuple(replace(n, stages=n.stage_ids()) for n in ordered))

    def narrowings(self, action: str, type_key: str) -> list[Narrowed]:
        return [n for n in self.narrowed if n.type == type_key and n.action == action]

    def level(self, type_key: str, field_key: str) -> Level:
        return self.fields.get(type_key, {}).get(field_key, "write")

    def to_json(self) -> dict[str, Any]:
        """The document, as `read` takes it."""
        return {
            "types": {key: dict(of) for key, of in self.types.items()},
            "ownerless": {key: dict(of) for key, of in self.ownerless.items()},
            "narrowed": [
                {
                    "type": n.type,
                    "action": n.action,
                    "scope": n.scope,
                    "pipeline": n.pipeline,
                    "stages": sorted(n.stages),
                }
                for n in self.narrowed
            ],
            "fields": {key: dict(of) for key, of in self.fields.items()},
            "settings": self.settings,
        }


EVERYTHING = Grants(types={ANY_TYPE: dict.fromkeys(ACTIONS, "all")}, settings=True)
"""What an owner has; it cannot be taken away."""


def read(document: Mapping[str, Any]) -> Grants:
    """The document as grants. Errors: Invalid for any word that is not one of those above."""
    known = {"types", "ownerless", "narrowed", "fields", "settings"}
    if not isinstance(document, Mapping) or set(document) - known:
        raise unreadable()
    return Grants(
        types=scopes_of(document.get("types", {}), SCOPES),
        ownerless=scopes_of(document.get("ownerless", {}), ("none", "department", "all")),
        narrowed=tuple(narrowed_of(entry) for entry in limited(document.get("narrowed", []))),
        fields=levels_of(document.get("fields", {})),
        settings=document.get("settings", False) is True,
    )


def scopes_of(given: Any, allowed: Iterable[str]) -> dict[str, dict[str, Scope]]:
    words = set(allowed)
    made: dict[str, dict[str, Scope]] = {}
    for type_key, scopes in items_of(given):
        made[type_key] = {}
        for action, scope in items_of(scopes):
            if action not in ACTIONS or scope not in words:
                raise unreadable()
            made[type_key][action] = cast(Scope, scope)
    return made


def levels_of(given: Any) -> dict[str, dict[str, Level]]:
    made: dict[str, dict[str, Level]] = {}
    for type_key, levels in items_of(given):
        for field_key, level in items_of(levels):
            if level not in LEVELS:
                raise unreadable()
            if level != "write":
                made.setdefault(type_key, {})[field_key] = cast(Level, level)
    return made


def narrowed_of(entry: Any) -> Narrowed:
    given = dict(items_of(entry))
    stages = limited(given.get("stages", []))
    whole = [given.get("pipeline"), *stages]
    if given.get("action") not in ACTIONS or given.get("scope") not in SCOPES:
        raise unreadable()
    if not isinstance(given.get("type"), str) or any(type(n) is not int for n in whole):
        raise unreadable()
    return Narrowed(given["type"], given["action"], given["scope"], given["pipeline"], frozenset(stages))


def items_of(given: Any) -> list[tuple[str, Any]]:
    if not isinstance(given, Mapping) or len(given) > MOST_ENTRIES or not all(isinstance(k, str) for k in given):
        raise unreadable()
    return list(given.items())


def limited(given: Any) -> list[Any]:
    if not isinstance(given, list) or len(given) > MOST_ENTRIES:
        raise unreadable()
    return given


def unreadable() -> Invalid:
    return Invalid(_("These rights cannot be read. Open the role again and choose anew."))

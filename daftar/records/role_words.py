"""A role in sentences, made from what it grants, and the words of rights that other pages use too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from daftar.access.decide import own_rights
from daftar.access.grants import ANY_TYPE, FOLLOWS, Grants, Scope
from daftar.kernel.formats import joined
from daftar.records.schema import Schema
from daftar.records.types import RecordType

REACHING = ("see", "change", "delete", "export")
"""Actions that reach some records, in the order of the sentences."""
SWITCHED = ("add", "import", "bulk", "merge")
"""Actions that a role has or has not."""


def sentences(grants: Grants, schema: Schema) -> list[str]:
    """What the role may do, sentence by sentence: first what differs per type, then everything else, fields and settings.

    What no sentence names, the role may not do.
    """
    types = types_with_rights(schema)
    usual = Profile.of(grants, ANY_TYPE)
    apart: dict[Profile, list[RecordType]] = {}
    for type_ in types:
        profile = Profile.of(grants, type_.key)
        if profile != usual:
            apart.setdefault(profile, []).append(type_)
    said = [sentence(joined(t.plural for t in of), profile.clauses()) for profile, of in apart.items()]
    said.append(sentence(_("everything else") if apart else _("everything"), usual.clauses()))
    said += narrowed_sentences(grants, schema)
    said += field_sentences(grants, schema)
    said.append(_("Changes settings, people and roles.") if grants.settings else _("Does not change settings."))
    return said


def types_with_fields(schema: Schema) -> list[RecordType]:
    """The record types whose fields roles can close: those of which they speak, and their parts."""
    able = (t for t in schema.types.values() if own_rights(t.key) or t.part_of)
    return sorted(able, key=lambda t: (t.menu_order, bool(t.part_of)))


def types_with_rights(schema: Schema) -> list[RecordType]:
    """The record types of which roles speak, as the menu orders them."""
    return sorted((t for t in schema.types.values() if own_rights(t.key)), key=lambda t: t.menu_order)


@dataclass(frozen=True)
class Profile:
    """What a role may do with one type; types with equal profiles share a sentence."""

    scopes: tuple[Scope, ...]
    unowned: tuple[Scope, ...]
    switches: frozenset[str]

    @classmethod
    def of(cls, grants: Grants, type_key: str) -> Profile:
        return cls(
            tuple(grants.scope(action, type_key) for action in REACHING),
            tuple(grants.ownerless_scope(action, type_key) for action in REACHING),
            frozenset(action for action in SWITCHED if grants.scope(action, type_key) != "none"),
        )

    def clauses(self) -> list[str]:
        """ "sees and changes their own", "does not add or delete them", "may import"."""
        by_scope: dict[Scope, list[str]] = {}
        for action, scope in zip(REACHING, self.scopes):
            by_scope.setdefault(scope, []).append(action)
        nothing = [] if "add" in self.switches else ["add"]
        nothing += by_scope.pop("none", [])
        if "see" in nothing:
            nothing = ["see"]
        said = [reach(scope, actions) for scope, actions in by_scope.items()]
        said += self.unowned_clauses()
        if nothing:
            said.append(does_not(nothing))
        if self.switches:
            acts = [_may(action) for action in SWITCHED if action in self.switches]
            said.append(_("may %(acts)s") % {"acts": both(acts)})
        return said

    def unowned_clauses(self) -> list[str]:
        """What is said of records without an owner, where it does not follow from the scope."""
        other: dict[Scope, list[str]] = {}
        for action, scope, unowned in zip(REACHING, self.scopes, self.unowned):
            if unowned != FOLLOWS[scope]:
                other.setdefault(unowned, []).append(action)
        said = []
        for scope, actions in other.items():
            if scope == "none":
                said.append(_("%(verbs)s those that nobody owns") % {"verbs": does_not_bare(*actions)})
            else:
                text = UNOWNED[scope]()
                said.append(text % {"verbs": both(does(a) for a in actions)})
        return said


def narrowed_sentences(grants: Grants, schema: Schema) -> list[str]:
    """ "Deals in Main: Won, Lost: does not change them.", one for each place."""
    places: dict[tuple[int, frozenset[int]], dict[Scope, list[str]]] = {}
    for entry in grants.narrowed:
        if entry.type in schema.types and entry.pipeline in schema.pipelines:
            at = places.setdefault((entry.pipeline, entry.stages), {})
            at.setdefault(entry.scope, []).append(entry.action)
    said = []
    for (pipeline_id, stages), scopes in places.items():
        pipeline = schema.pipelines[pipeline_id]
        place = pipeline.label
        if stages:
            names = joined(s.label for s in pipeline.stages if s.id in stages)
            place = _("%(pipeline)s, in %(stages)s") % {"pipeline": pipeline.label, "stages": names}
        about = _("%(types)s (%(place)s)") % {"types": schema.types[pipeline.type].plural, "place": place}
        said.append(sentence(about, [reach(scope, actions) for scope, actions in scopes.items()]))
    return said


def field_sentences(grants: Grants, schema: Schema) -> list[str]:
    """ "Contacts: does not see Phones and E-mails; only reads Source."; types with the same fields closed together."""
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for type_ in types_with_fields(schema):
        levels: Mapping[str, str] = grants.fields.get(type_.key, {})
        closed = [(str(f.label), levels.get(f.key)) for f in type_.fields if f.key in type_.closable]
        hidden = tuple(label for label, level in closed if level == "hidden")
        read = tuple(label for label, level in closed if level == "read")
        if hidden or read:
            alike.setdefault((hidden, read), []).append(type_.plural)
    said = []
    for (hidden, read), types in alike.items():
        parts = [_("does not see %(fields)s") % {"fields": both(hidden)}] if hidden else []
        parts += [_("only reads %(fields)s") % {"fields": both(read)}] if read else []
        said.append(sentence(joined(types), parts))
    return said


# -- words ---------------------------------------------------------------------------------------------


def sentence(about: str, parts: Sequence[str]) -> str:
    return str(capfirst(_("%(about)s: %(clauses)s.") % {"about": about, "clauses": clauses(parts)}))


def reach(scope: Scope, actions: Sequence[str]) -> str:
    """ "sees and changes their own"."""
    if scope == "none":
        return does_not(actions)
    return SCOPED[scope]() % {"verbs": both(does(action) for action in actions)}


SCOPED = {
    "own": lambda: _("%(verbs)s their own"),
    "department": lambda: _("%(verbs)s those of their department"),
    "below": lambda: _("%(verbs)s those of their department and all below it"),
    "all": lambda: _("%(verbs)s all"),
}
UNOWNED = {
    "department": lambda: _("%(verbs)s those of their department that nobody owns"),
    "all": lambda: _("%(verbs)s all that nobody owns"),
}


def does(action: str) -> str:
    """The verb of a sentence: "sees"."""
    return {
        "see": pgettext("who has the role", "sees"),
        "change": pgettext("who has the role", "changes"),
        "delete": pgettext("who has the role", "deletes"),
        "export": pgettext("who has the role", "exports"),
        "add": pgettext("who has the role", "adds"),
        "import": pgettext("who has the role", "loads from files"),
        "bulk": pgettext("who has the role", "changes many at once of"),
        "merge": pgettext("who has the role", "merges"),
    }[action]


def does_not(actions: Sequence[str]) -> str:
    """ "does not change or delete them"."""
    return _("does not %(verbs)s them") % {"verbs": not_verbs(actions)}


def does_not_bare(*actions: str) -> str:
    """ "does not change or delete", for an object that follows."""
    return _("does not %(verbs)s") % {"verbs": not_verbs(actions)}


def not_verbs(actions: Sequence[str]) -> str:
    words = {
        "see": pgettext("who has the role does not", "see"),
        "add": pgettext("who has the role does not", "add"),
        "change": pgettext("who has the role does not", "change"),
        "delete": pgettext("who has the role does not", "delete"),
        "export": pgettext("who has the role does not", "export"),
        "import": pgettext("who has the role does not", "load from files"),
        "bulk": pgettext("who has the role does not", "change many at once of"),
        "merge": pgettext("who has the role does not", "merge"),
    }
    return either([words[action] for action in actions])


def _may(action: str) -> str:
    return {
        "add": pgettext("who has the role may", "add new ones"),
        "import": pgettext("who has the role may", "load them from files"),
        "bulk": pgettext("who has the role may", "change many at once"),
        "merge": pgettext("who has the role may", "merge them"),
    }[action]


def clauses(words: Iterable[str]) -> str:
    """ "sees all; changes their own": parts of one sentence."""
    return pgettext("between clauses", "; ").join(words)


def both(words: Iterable[str]) -> str:
    """ "a, b and c"."""
    return chained(list(words), _("%(first)s and %(last)s"))


def either(words: Iterable[str]) -> str:
    """ "a, b or c"."""
    return chained(list(words), _("%(first)s or %(last)s"))


def chained(words: list[str], pair: str) -> str:
    return words[0] if len(words) == 1 else pair % {"first": joined(words[:-1]), "last": words[-1]}


# -- labels of forms and tables ------------------------------------------------------------------------


def action_names() -> dict[str, str]:
    """The heads of columns."""
    return {
        "see": pgettext("right", "See"), "add": pgettext("right", "Add"), "change": pgettext("right", "Change"),
        "delete": pgettext("right", "Delete"), "export": pgettext("right", "Export"),
        "import": pgettext("right", "Import"), "bulk": pgettext("right", "Many at once"),
        "merge": pgettext("right", "Merge"),
    }  # fmt: skip


def scope_names() -> dict[str, str]:
    return {
        "none": pgettext("scope", "none"), "own": pgettext("scope", "own"),
        "department": pgettext("scope", "department"), "below": pgettext("scope", "department and below"),
        "all": pgettext("scope", "all"),
    }  # fmt: skip

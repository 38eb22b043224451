"""What a change of rights would do, in words: who loses sight of how many deals, and a row for each person and type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from daftar.access.grants import Level
from daftar.access.models import User
from daftar.kernel.formats import Formats, current
from daftar.records.rehearsal import COUNTED, Difference, FieldChange, Rehearsal, Switched
from daftar.records.role_words import both, types_with_rights
from daftar.records.schema import Schema


@dataclass
class PersonRow:
    """One person and type.

    Shapes: `counts` maps an action to (lost, gained); `words` are the changes that have no number; an empty `type` stands for
    the company's settings.
    """

    person: str
    type: str
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)


class RehearsalWords:
    """Puts one rehearsal into words."""

    def __init__(self, rehearsal: Rehearsal, schema: Schema, formats: Formats | None = None) -> None:
        self.rehearsal, self.schema = rehearsal, schema
        self.formats = formats or current()
        people = User.objects.filter(pk__in=rehearsal.people).values_list("pk", "name")
        self.names: dict[int, str] = dict(people)

    # -- in short ------------------------------------------------------------------------------------

    def sentences(self) -> list[str]:
        """ "3 people lose sight of 214 deals.", "Maryam gains export of deals."; the weightiest first."""
        return [*self.counted(), *self.switches(), *self.fields()]

    def counted(self) -> list[str]:
        said = []
        by_right: dict[tuple[str, str], list[Difference]] = {}
        for one in self.rehearsal.differences:
            by_right.setdefault((one.type, one.action), []).append(one)
        gains_export = {(s.person_id, s.type) for s in self.rehearsal.switched if s.action == "export" and s.gained}
        for gained in (False, True):
            for type_ in types_with_rights(self.schema):
                for action in COUNTED:
                    count = self.rehearsal.together.get((type_.key, action), (0, 0))[gained]
                    here = by_right.get((type_.key, action), ())
                    people = [d.person_id for d in here if (d.gained if gained else d.lost)]
                    if action == "export" and gained and all((id_, type_.key) in gains_export for id_ in people):
                        continue  # told by `switches`
                    if count and people:
                        words = COUNTED_WORDS[action, gained](len(people))
                        said.append(words % {"who": self.who(people), "what": self.things(type_.key, count)})
        return said

    def switches(self) -> list[str]:
        """Actions gained and lost as a whole; the same people and types are told together."""
        by_people: dict[tuple[str, bool, str], list[int]] = {}
        for one in self.rehearsal.switched:
            by_people.setdefault((one.action, one.gained, one.type), []).append(one.person_id)
        alike: dict[tuple[str, bool, tuple[int, ...]], list[str]] = {}
        for (action, gained, type_key), people in by_people.items():
            alike.setdefault((action, gained, tuple(people)), []).append(type_key)
        said = []
        for (action, gained, ids), types in sorted(alike.items(), key=lambda item: item[0][1]):
            if action == "settings":
                text = SETTINGS_WORDS[gained](len(ids))
                said.append(text % {"who": self.who(ids)})
                continue
            text = SWITCHED_WORDS[gained](len(ids))
            known = types_with_rights(self.schema)
            named = [t.plural for t in known if t.key in types]
            plurals = _("everything") if len(named) == len(known) else both(named)
            said.append(text % {"who": self.who(ids), "right": right_name(action), "types": plurals})
        return said

    def fields(self) -> list[str]:
        alike: dict[tuple[Level, Level, str, str], list[int]] = {}
        for one in self.rehearsal.fields:
            alike.setdefault((one.before, one.after, one.type, one.field), []).append(one.person_id)
        together: dict[tuple[Level, Level, str, tuple[int, ...]], list[str]] = {}
        for (before, after, type_key, key), people in alike.items():
            together.setdefault((before, after, type_key, tuple(people)), []).append(self.label(type_key, key))
        said = []
        for (before, after, type_key, ids), labels in together.items():
            text = FIELD_WORDS[before, after](len(ids))
            types = self.schema.types[type_key].plural
            said.append(text % {"who": self.who(ids), "fields": both(labels), "types": types})
        return said

    # -- for each person ---------------------------------------------------------------------------

    def rows(self) -> list[PersonRow]:
        """Each person and type that something changes for, people by name."""
        made: dict[tuple[int, str], PersonRow] = {}

        def row(person_id: int, type_key: str) -> PersonRow:
            if (person_id, type_key) not in made:
                name = self.schema.types[type_key].heading if type_key else _("Settings")
                made[person_id, type_key] = PersonRow(self.name(person_id), name)
            return made[person_id, type_key]

        for one in self.rehearsal.differences:
            row(one.person_id, one.type).counts[one.action] = (one.lost, one.gained)
        for switch in self.rehearsal.switched:
            row(switch.person_id, switch.type).words.append(switch_words(switch))
        for change in self.rehearsal.fields:
            row(change.person_id, change.type).words.append(self.field_words(change))
        order = {t.key: n for n, t in enumerate(types_with_rights(self.schema))}
        keys = sorted(made, key=lambda at: (self.name(at[0]), at[0], order.get(at[1], len(order))))
        return [made[at] for at in keys]

    def field_words(self, change: FieldChange) -> str:
        told = {
            "hidden": _("hidden"),
            "read": _("only to be read"),
            "write": pgettext("what is done with a field", "open"),
        }
        return _("%(field)s: %(before)s → %(after)s") % {
            "field": self.label(change.type, change.field), "before": told[change.before], "after": told[change.after],
        }  # fmt: skip

    # -- words -------------------------------------------------------------------------------------

    def who(self, ids: Sequence[int]) -> str:
        """The name of one, the number of several."""
        if len(ids) == 1:
            return self.name(ids[0])
        number = self.formats.number(len(ids))
        return ngettext("%(number)s person", "%(number)s people", len(ids)) % {"number": number}

    def name(self, id_: int) -> str:
        return self.names.get(id_, "")

    def things(self, type_key: str, count: int) -> str:
        type_ = self.schema.types[type_key]
        text = npgettext("so many records", "%(number)s %(one)s", "%(number)s %(many)s", count)
        return text % {"number": self.formats.number(count), "one": type_.name, "many": type_.plural}

    def label(self, type_key: str, key: str) -> str:
        found = self.schema.types[type_key].by_key.get(key) if type_key in self.schema.types else None
        return str(found.label) if found else key


def right_name(action: str) -> str:
    """The right as a noun: "gains export of deals"."""
    return {
        "add": pgettext("right as a noun", "adding"), "import": pgettext("right as a noun", "import"),
        "bulk": pgettext("right as a noun", "changes of many at once"),
        "merge": pgettext("right as a noun", "merging"), "export": pgettext("right as a noun", "export"),
        "settings": pgettext("right as a noun", "settings"),
    }[action]  # fmt: skip


def switch_words(switch: Switched) -> str:
    text = _("gains %(right)s") if switch.gained else _("loses %(right)s")
    return text % {"right": right_name(switch.action)}


Plural = Callable[[int], str]
COUNTED_WORDS: Mapping[tuple[str, bool], Plural] = {
    ("see", False): lambda n: ngettext(
        "%(who)s loses sight of %(what)s.", "%(who)s lose sight of %(what)s.", n
    ),
    ("see", True): lambda n: ngettext(
        "%(who)s gains sight of %(what)s.", "%(who)s gain sight of %(what)s.", n
    ),
    ("change", False): lambda n: ngettext(
        "%(who)s can no longer change %(what)s.", "%(who)s can no longer change %(what)s.", n
    ),
    ("change", True): lambda n: ngettext(
        "%(who)s can now change %(what)s.", "%(who)s can now change %(what)s.", n
    ),
    ("delete", False): lambda n: ngettext(
        "%(who)s can no longer delete %(what)s.", "%(who)s can no longer delete %(what)s.", n
    ),
    ("delete", True): lambda n: ngettext(
        "%(who)s can now delete %(what)s.", "%(who)s can now delete %(what)s.", n
    ),
    ("export", False): lambda n: ngettext(
        "%(who)s can no longer export %(what)s.", "%(who)s can no longer export %(what)s.", n
    ),
    ("export", True): lambda n: ngettext(
        "%(who)s can now export %(what)s.", "%(who)s can now export %(what)s.", n
    ),
}  # fmt: skip
SWITCHED_WORDS: Mapping[bool, Plural] = {
    True: lambda n: ngettext("%(who)s gains %(right)s of %(types)s.", "%(who)s gain %(right)s of %(types)s.", n),
    False: lambda n: ngettext("%(who)s loses %(right)s of %(types)s.", "%(who)s lose %(right)s of %(types)s.", n),
}
SETTINGS_WORDS: Mapping[bool, Plural] = {
    True: lambda n: ngettext(
        "%(who)s can now change settings, people and roles.", "%(who)s can now change settings, people and roles.", n
    ),
    False: lambda n: ngettext(
        "%(who)s can no longer change settings, people and roles.",
        "%(who)s can no longer change settings, people and roles.", n,
    ),
}  # fmt: skip


def closes(n: int) -> str:
    return ngettext(
        "%(who)s no longer sees %(fields)s of %(types)s.", "%(who)s no longer see %(fields)s of %(types)s.", n
    )


def opens(n: int) -> str:
    return ngettext("%(who)s now sees %(fields)s of %(types)s.", "%(who)s now see %(fields)s of %(types)s.", n)


def opens_to_write(n: int) -> str:
    return ngettext(
        "%(who)s now sees and changes %(fields)s of %(types)s.",
        "%(who)s now see and change %(fields)s of %(types)s.",
        n,
    )


FIELD_WORDS: Mapping[tuple[Level, Level], Plural] = {
    ("read", "hidden"): closes,
    ("write", "hidden"): closes,
    ("hidden", "read"): opens,
    ("hidden", "write"): opens_to_write,
    ("write", "read"): lambda n: ngettext(
        "%(who)s can no longer change %(fields)s of %(types)s.",
        "%(who)s can no longer change %(fields)s of %(types)s.", n,
    ),
    ("read", "write"): lambda n: ngettext(
        "%(who)s can now change %(fields)s of %(types)s.", "%(who)s can now change %(fields)s of %(types)s.", n
    ),
}  # fmt: skip

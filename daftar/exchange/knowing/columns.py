"""Where each column of a file goes: by the system's table, by words, by values; what nothing fits becomes a field of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _

from daftar.exchange.importing.maps import BESIDE, LABELLED, can_fill, fillable, target_of
from daftar.exchange.importing.targets import ID, fills, parse_target, was_of
from daftar.exchange.knowing.fitting import beside_fits, fits, in_seconds
from daftar.exchange.knowing.keys import Ids
from daftar.exchange.knowing.kinds import Look, number_kind
from daftar.exchange.knowing.labels import named_by_id, tidy
from daftar.exchange.knowing.recognising import Known
from daftar.exchange.knowing.systems.shape import squash
from daftar.exchange.knowing.table import Table
from daftar.exchange.knowing.vocabulary import Vocabulary
from daftar.kernel.formats import joined
from daftar.kernel.text import fold
from daftar.records.types import RecordType

NAMES_IN_PARTS = frozenset(
    {"first", "last", "middle", "second", "имя", "фамилия", "отчество", "نام", "خانوادگی", "given", "surname"}
)
DERIVED = re.compile(
    r"\b(involved|tier|age in days|month|quarter|week|count|number of (?:activities|notes|times)|days since|total activities|"
    r"done activities|last activity)\b"
)
BAND = re.compile(r"\d+\. .*")


@dataclass
class Columns:
    """Targets of every column, and why."""

    targets: dict[str, list[str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    derived: list[str] = field(default_factory=list)

    def put(self, heading: str, *targets: str, why: str = "") -> None:
        self.targets[heading] = list(targets)
        if why:
            self.reasons[heading] = why

    def taken(self) -> set[str]:
        return {target for targets in self.targets.values() for target in targets}

    def heading_of(self, target: str) -> str:
        return next((heading for heading, targets in self.targets.items() if target in targets), "")


class Labelled(Protocol):
    """A record type that is not made yet."""

    key: str
    labels: list[str]


HasLabels = RecordType | Labelled


def place_columns(
    known: Known, type_: RecordType, looks: Sequence[Look], ids: Ids, vocabulary: Vocabulary, *, may_make: bool
) -> Columns:
    """The likeliest places; with `may_make` what has none becomes a new field, else it is left out."""
    made = Columns()
    for look in looks:
        if not look.kind and known.table.rows:
            made.put(look.heading, why=_("It is empty."))
        elif not says_beside(known, type_, look, vocabulary) and (
            double := same_before(known.table, look.heading, made)
        ):
            made.put(look.heading, why=_("It says the same as “%(other)s” in every row.") % {"other": double})
        elif known.targets.get(squash(look.heading)) == ():
            made.put(look.heading, why=_("It follows from the rest, so it is not loaded."))
        elif look.heading == ids.own:
            made.put(look.heading, "@id", why=_("Each row has an id of its own."))
        elif look.heading in ids.doubles:
            others = joined(f"“{h}”" for h in ids.doubles[look.heading])
            made.put(look.heading, why=_("It says the same as %(others)s in every row.") % {"others": others})
    place_links(known, type_, looks, ids, made, may_make)
    place_wholes(known, type_, ids, made)
    for look in sorted(looks, key=lambda one: not in_seconds(one.heading)):
        if look.heading in made.targets or look.heading in ids.missing:
            continue
        for target in candidates(known, type_, look, vocabulary):
            if target == "duration" and (exact := made.heading_of(target)):
                made.put(look.heading, why=_("“%(other)s” says the same more exactly.") % {"other": exact})
                break
            if by_id := made.heading_of(f"{target}@id"):
                made.put(look.heading, why=_("“%(other)s” says the same by ids.") % {"other": by_id})
                break
            if is_free(target, type_, look, made):
                made.put(look.heading, target)
                break
    place_by_values(type_, looks, made, ids)
    place_again(known, type_, looks, made)
    for look in looks:
        if look.heading not in made.targets:
            place_new(
                type_,
                look,
                made,
                ids,
                system=known.system.short if known.system else known.table.stem,
                may_make=may_make,
            )
    made.targets = {look.heading: made.targets.get(look.heading, []) for look in looks}
    return made


def says_beside(known: Known, type_: RecordType, look: Look, vocabulary: Vocabulary) -> bool:
    """Whether the column says when a record was made or changed, which counts even where another says the same."""
    return any(target in ("@created", "@changed") for target in candidates(known, type_, look, vocabulary))


def candidates(known: Known, type_: RecordType, look: Look, vocabulary: Vocabulary) -> Iterator[str]:
    """Targets that a heading can mean and that the values do not contradict."""
    of_system = known.targets.get(squash(look.heading), ())
    for target in (*of_system, *(vocabulary.targets(type_, look.heading) if not of_system else ())):
        if target in BESIDE:
            if beside_fits(target, look):
                yield target
        elif may_stand(type_, target, look, most_places=4 if of_system else 2):
            yield target


def may_stand(type_: RecordType, target: str, look: Look, *, most_places: int) -> bool:
    """Whether the values of a column fit the field of a target; ids are judged elsewhere."""
    said = parse_target(target)
    if said.by == ID:
        return False
    was = was_of(type_, target)
    found = (was, said.part) if was is not None else target_of(type_, target)
    return found is not None and fits(found[0], found[1], look, most_places=most_places)


def is_free(target: str, type_: RecordType, look: Look, made: Columns) -> bool:
    """Whether no other column fills the target; lists and names in parts take several."""
    taken = made.taken()
    key = target.partition(".")[0]
    field_ = type_.field(key)
    if field_ is not None and field_.kind in LABELLED:
        return True
    if any(f"{key}@" in other for other in taken):
        return False
    if field_ is not None and key in taken and field_.kind == "text" and in_parts(look.heading):
        return all(in_parts(h) for h, targets in made.targets.items() if key in targets)
    if field_ is not None and field_.kind == "long_text" and key == "comments":
        return True
    if field_ is not None and field_.kind == "address":
        whole = target == key and any(other.startswith(f"{key}.") for other in taken)
        return target not in taken and key not in taken and not whole
    return target not in taken


def in_parts(heading: str) -> bool:
    return bool(NAMES_IN_PARTS & set(fold(heading).split()))


def same_before(table: Table, heading: str, made: Columns) -> str:
    """An earlier column with the same value in every row that was looked at, or ""."""
    column = table.column(heading)
    if column.distinct < 2:
        return ""
    for other in table.columns[: column.place]:
        alike = other.filled == column.filled and other.counts == column.counts and other.heading not in made.targets
        if alike and all(cells[other.place] == cells[column.place] for _line, cells in table.sample):
            return other.heading
    return ""


# -- links ---------------------------------------------------------------------------------------


def place_links(
    known: Known, type_: RecordType, looks: Sequence[Look], ids: Ids, made: Columns, may_make: bool
) -> None:
    """Columns of ids that name rows of the other files, and people."""
    order = ("contact", "lead", "deal", "company")
    linked = sorted(ids.links.items(), key=lambda pair: order.index(pair[1]) if pair[1] in order else len(order))
    for heading, to in linked:
        why = _("Its ids are those of “%(type)s”.") % {"type": name_of(to, type_)}
        said = [t for t in known.targets.get(squash(heading), ()) if t.endswith("@id") and t != "@id"]
        if target := link_target(type_, to, heading, made, said):
            made.put(heading, target, why=why)
        elif may_make and heading not in made.targets:
            made.put(heading, f"+link.{to}:{link_label(heading, type_, made)}@id", why=why)
    for heading in ids.owners:
        if heading in made.targets:
            continue
        if (
            "owner" in type_.by_key
            and not type_["owner"].readonly
            and "owner@id" not in made.taken()
            and speaks_of_owner(heading)
        ):
            made.put(heading, "owner@id", why=_("Its ids are those of people."))
        elif may_make:
            made.put(heading, f"+person:{link_label(heading, type_, made)}@id", why=_("Its ids are those of people."))


def place_wholes(known: Known, type_: RecordType, ids: Ids, made: Columns) -> None:
    """Ids of wholes that no file holds: their parts come in all the same, below a record that stands for each."""
    for heading in [h for h in ids.missing if h not in made.targets] if type_.part_of else ():
        for target in known.targets.get(squash(heading), ()):
            if parse_target(target).key.removeprefix("@was.") == type_.part_of and can_fill(type_, target):
                why = _("No file here holds these records. One that stands for each is made, so that nothing is lost.")
                made.put(heading, target, why=why)


def place_again(known: Known, type_: RecordType, looks: Sequence[Look], made: Columns) -> None:
    """Second places of columns, as the system's table says, where no other column has them."""
    also = {squash(h): target for heads, target in known.also.items() for h in heads.split("|")}
    for look in looks:
        target = also.get(squash(look.heading), "")
        if (
            target
            and made.targets.get(look.heading)
            and target not in made.taken()
            and may_stand(type_, target, look, most_places=4)
        ):
            made.targets[look.heading].append(target)


def speaks_of_owner(heading: str) -> bool:
    said = fold(heading)
    return not any(word in said.split() for word in ("created", "modified", "by", "кем"))


def link_target(type_: RecordType, to: str, heading: str, made: Columns, said: Sequence[str] = ()) -> str:
    """The free field of the type that leads there, as a target by id: what the system's table says, else the first; "" when there is none."""
    if said and said[0] not in made.taken() and can_fill(type_, said[0]):
        return said[0]
    for field_ in [f for f in type_.fields if fills(type_, f)]:
        if field_.kind == "any_link":
            return f"{field_.key}.{to}@id" if f"{field_.key}.{to}@id" not in made.taken() else ""
        if field_.kind not in ("link", "links") or field_.to != to:
            continue
        if to == type_.key and "parent" not in fold(heading) and "голов" not in fold(heading):
            continue
        target = f"{fills(type_, field_)}@id"
        if target not in made.taken() and (field_.kind == "link" or to != "product"):
            return target
    return ""


def name_of(type_key: str, type_: RecordType) -> str:
    found = type_.schema.types.get(type_key)
    return found.plural if found else type_key.lstrip("+").replace("_", " ")


# -- by values, and new fields ---------------------------------------------------------------------


def place_by_values(type_: RecordType, looks: Sequence[Look], made: Columns, ids: Ids) -> None:
    """Mail addresses, phones, web addresses and people stand in the type's own fields whatever their heading says."""
    for look in looks:
        if look.heading in made.targets or look.heading in ids.missing:
            continue
        field_ = type_.field(look.kind) if look.kind in ("emails", "phones", "webs") else None
        if field_ is not None and not field_.readonly:
            made.put(look.heading, field_.key, why=_("Its values are “%(kind)s”.") % {"kind": field_.label})
        elif look.kind == "person" and "owner" in type_.by_key and not {"owner", "owner@id"} & made.taken():
            made.put(look.heading, "owner", why=_("Its values are names of people who are here."))


def place_new(type_: HasLabels, look: Look, made: Columns, ids: Ids, *, system: str, may_make: bool) -> None:
    """A field of its own for what nothing fits, so that nothing is lost."""
    if not look.kind:
        made.put(look.heading, why=_("It is empty."))
        return
    if not may_make:
        made.put(look.heading, why=_("No field fits; those who run the company can add one."))
        return
    if type_.key == "user" and look.kind == "emails":
        made.put(look.heading, why=_("People sign in by their e-mail address; invite them on the page of people."))
        return
    kind = "text" if look.heading in ids.missing else new_kind(look)
    label = tidy(look.heading).replace("@", " ")
    if (own := own_field(type_, label, kind, system)) and own not in made.taken():
        made.put(look.heading, own)
        return
    label = free_label(label, type_, made, system)
    if is_derived(look):
        made.derived.append(look.heading)
        why = _("A new field. It seems to follow from other columns; leave it out if nobody needs it.")
    else:
        why = _("No field fits, so it becomes a new one.")
    made.put(look.heading, f"+{kind}:{label}", why=why)


def own_field(type_: HasLabels, label: str, kind: str, system: str) -> str:
    """The company's own field that an earlier import made for such a column, or ""."""
    if not isinstance(type_, RecordType):
        return ""
    names = {fold(label), fold(f"{label} ({system})")}
    return next((f.key for f in fillable(type_) if f.custom and f.kind == kind and fold(str(f.label)) in names), "")


def new_kind(look: Look) -> str:
    """The kind of a new field; people are found by name."""
    if look.kind in ("money", "decimal", "whole"):
        return number_kind(look.numbers)
    if look.kind == "choice" and fold(look.heading).split()[-1:] == ["owner"]:
        return "person"
    return look.kind


def is_derived(look: Look) -> bool:
    if look.column.distinct == 1 and look.column.filled > 20:
        return True
    return bool(DERIVED.search(fold(look.heading))) or all(BAND.fullmatch(value) for value in look.column.some)


def labels_of(type_: HasLabels) -> list[str]:
    return type_.labels if not isinstance(type_, RecordType) else [str(f.label) for f in type_.fields]


def link_label(heading: str, type_: HasLabels, made: Columns) -> str:
    return free_label(named_by_id(heading), type_, made)


def free_label(label: str, type_: HasLabels, made: Columns, system: str = "") -> str:
    """A label that no field of the type and no other new field has."""
    taken = {fold(name) for name in labels_of(type_)}
    taken |= {fold(target.partition(":")[2].removesuffix("@id")) for target in made.taken() if target.startswith("+")}
    name, n = label, 2
    if system and fold(name) in taken:
        name = label = f"{label} ({system})"
    while fold(name) in taken:
        name, n = f"{label} {n}", n + 1
    return name

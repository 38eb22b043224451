"""Files that no record type fits: a new type with a title, an owner, links, and a field for each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from daftar.exchange.knowing.columns import Columns, link_label, place_new, same_before
from daftar.exchange.knowing.keys import Ids
from daftar.exchange.knowing.kinds import Look
from daftar.exchange.knowing.labels import key_of, names_of_file, tidy
from daftar.exchange.knowing.proposal import NewType
from daftar.exchange.knowing.recognising import Known
from daftar.exchange.knowing.type_words import FOREIGN
from daftar.kernel.formats import joined
from daftar.kernel.text import fold
from daftar.records.field_keys import title_key_for
from daftar.records.made_type import END
from daftar.records.models import Entity
from daftar.records.types import SYSTEM

TITLE_WORDS = (
    "name",
    "title",
    "subject",
    "number",
    "no",
    "code",
    "название",
    "наименование",
    "тема",
    "номер",
    "نام",
    "عنوان",
    "موضوع",
    "شماره",
)
NEARLY_FULL = 0.99
CREATED = (
    "created time",
    "created",
    "created on",
    "created at",
    "create date",
    "date created",
    "дата создания",
    "تاریخ ایجاد",
)
CHANGED = (
    "modified time",
    "modified",
    "modified on",
    "last modified",
    "last modified date",
    "дата изменения",
    "تاریخ ویرایش",
)


def type_for(known: Known, looks: Sequence[Look], ids: Ids, taken: set[str]) -> NewType:
    """The record type that is made for a file."""
    name, plural = names_of_file(known.table.stem)
    title = title_look(looks, ids)
    label = tidy(title.heading) if title else str(_("Name"))
    icon = next((foreign.icon for foreign in FOREIGN if foreign.key == known.type), "shapes")
    key = base = key_of(known.table.stem)
    n = 2
    while key in taken:
        key, n = f"{base}_{n}", n + 1
    return NewType(key, name, plural, icon, label, title_key_for(label, Entity, taken=(*END, *SYSTEM)))


def title_look(looks: Sequence[Look], ids: Ids) -> Look | None:
    """The column by which a row is called: a name or number that (nearly) all rows have, else the first text."""
    able = [look for look in looks if look.kind in ("text", "whole", "choice",
    "long_text") and look.heading != ids.own and look.heading not in {**ids.links, **ids.owners, **ids.missing}]  # fmt: skip
    full = [look for look in able if look.column.filled >= NEARLY_FULL * max(look.column.rows, 1)]
    for word in TITLE_WORDS:
        for look in full:
            if fold(look.heading).split()[-1:] == [fold(word)] and look.kind != "choice" and look.column.distinct > 1:
                return look
    texts = [look for look in full if look.kind == "text"]
    return (texts or full or able or [None])[0]  # type: ignore[list-item]  # None for a file without texts


def place_made(known: Known, made_type: NewType, looks: Sequence[Look], ids: Ids, names: Mapping[str, str]) -> Columns:
    """Where the columns of the file go in its new type; `names` are those of the types that links lead to."""
    made, labels = Columns(), Labels(made_type.title)
    title = title_look(looks, ids)
    for look in looks:
        heading, said = look.heading, fold(look.heading)
        if not look.kind:
            made.put(heading, why=_("It is empty."))
        elif said not in (*CREATED, *CHANGED) and (double := same_before(known.table, heading, made)):
            made.put(heading, why=_("It says the same as “%(other)s” in every row.") % {"other": double})
        elif heading == ids.own:
            made.put(heading, "@id", why=_("Each row has an id of its own."))
        elif heading in ids.doubles:
            made.put(
                heading,
                why=_("It says the same as %(others)s in every row.")
                % {"others": joined(f"“{h}”" for h in ids.doubles[heading])},
            )
        elif heading in ids.links:
            made.put(heading, f"+link.{ids.links[heading]}:{link_label(heading, labels, made)}@id",
            why=_("Its ids are those of “%(type)s”.") % {"type": names.get(ids.links[heading], "")})  # fmt: skip
        elif heading in ids.owners:
            free = "owner@id" not in made.taken()
            made.put(
                heading,
                "owner@id" if free else f"+person:{link_label(heading, labels, made)}@id",
                why=_("Its ids are those of people."),
            )
        elif title is not None and heading == title.heading:
            made.put(heading, made_type.title_key, why=_("Records are called by it."))
        elif said in CREATED and look.dates.known:
            made.put(heading, "@created")
        elif said in CHANGED and look.dates.known:
            made.put(heading, "@changed")
    owned = "owner@id" in made.taken()
    for look in looks:
        if look.heading in made.targets:
            continue
        if fold(look.heading).split()[-1:] in (["owner"], ["ответственный"], ["مسئول"]) and look.kind in (
            "choice",
            "text",
            "person",
        ):
            if owned:
                made.put(
                    look.heading, why=_("“%(other)s” says the same by ids.") % {"other": made.heading_of("owner@id")}
                )
            else:
                made.put(look.heading, "owner")
            continue
        place_new(
            labels, look, made, ids, system=known.system.short if known.system else known.table.stem, may_make=True
        )
    made.targets = {look.heading: made.targets[look.heading] for look in looks}
    return made


class Labels:
    """What a new type has of itself, as far as names of new fields must differ from it."""

    key = "+"

    def __init__(self, title: str) -> None:
        self.labels = [
            title,
            str(_("Owner")),
            str(_("Department")),
            str(_("Created")),
            str(_("Created by")),
            str(_("Changed")),
        ]

"""What a record type is: one declaration, from which lists, boards, cards, forms, history, import and rights are derived."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.grants import Level
from daftar.access.models import Row, User
from daftar.access.standing import COMPANY_ONLY, PARTS, Part
from daftar.records.fields.base import Field, Label
from daftar.records.formula_sources import closed_too
from daftar.records.models import Entity
from daftar.records.plan import Plan

if TYPE_CHECKING:
    from daftar.records.draft import Draft
    from daftar.records.known import Known
    from daftar.records.reader import Reader
    from daftar.records.same.declaring import SameBy
    from daftar.records.schema import Schema
    from daftar.records.shapes import PipelineInfo


@dataclass(frozen=True)
class Section:
    """A block of fields on the card and in the full form; `keys` are field keys, separated by spaces."""

    name: Label
    keys: str


@dataclass(frozen=True)
class Board:
    """How records stand on a board: columns by a stage or choice field, and the facts on the face of a card."""

    by: str
    face: str = ""


@dataclass(frozen=True)
class ShippedStage:
    """A stage that a new installation has. `required` are field keys; `next` keys of stages (empty: any)."""

    key: str
    name: Label
    kind: str = "open"
    colour: str = "grey"
    probability: int = 0
    idle_days: int | None = None
    days_allowed: int | None = None
    required: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    script: Label = ""


@dataclass(frozen=True)
class ShippedPipeline:
    key: str
    name: Label
    stages: Sequence[ShippedStage] = field(default_factory=tuple)


class RecordType:
    """Subclass to declare a type; the schema makes one object per type with its custom fields and pipelines bound.

    Without `model` the records live in the general table `Entity`.
    `prepare` may fill derived values of a draft before it is checked; it reads and sets values, nothing else.
    """

    key: str = ""
    slug: str = ""
    names: tuple[Label, Label] = ("", "")
    icon: str = "file-text"
    colour: str = ""
    """The colour of its icon, one of those that options have; "" for the colour of text."""
    letter: ClassVar[str] = ""
    """The key after "g" that opens the list."""
    model: ClassVar[type[Row]] = Entity
    fields: Any = ()
    card: Sequence[Section] = ()
    head: str = ""
    """Field keys of the facts in the head of the card; by default stage, money, next step and owner."""
    beside: ClassVar[str] = ""
    """Field keys of the facts beside it where the card of another record names it; by default its money, else its stage."""
    board: Board | None = None
    pipelines: Any = ()
    from_stage: ClassVar[Mapping[str, str]] = {}
    """Field key → the word of the declared stage whose number a record takes when it enters (`probability`)."""
    default_sort: str = "-created_at"
    default_columns: int = 9
    in_menu: bool = True
    in_search: ClassVar[bool | None] = None
    """Whether the search of everything finds its records; those that stand in the menu, where nothing is said."""
    part_of: ClassVar[str] = ""
    """The key of its link to the record that it is a part of: rights are those of the whole (docs/sales.md)."""
    made_from: ClassVar[Label] = ""
    """Where such a record comes from, as a sentence; then nobody makes one by hand, only its room and imports do."""
    made_at: ClassVar[tuple[Label, str]] = ("", "")
    """Name and address of the page at which that begins: the way out of an empty list."""
    company_only: ClassVar[bool] = False
    """Everybody sees it, and only those who run the company change it."""
    from_files: ClassVar[bool] = True
    """Whether an import can make its records; not where books are kept that only their room writes."""
    counted: ClassVar[frozenset[str]] = frozenset()
    """Keys of fields that its room counts by its own books, so that no file says them."""
    menu_order: int = 50
    menu_group: ClassVar[str] = ""
    """The group of the menu under which it stands (`daftar.ui.menu.add_group`); "" for the bar itself."""
    timeline: bool = True
    own_block: Label = _("More")
    """The block of the card in which fields that the company added stand, unless they name another."""
    names_person: ClassVar[str] = ""
    """Keys of the fields that hold the name of the person that a record is; "" where a record is no person."""
    name_parts: ClassVar[str] = ""
    """Columns that hold parts of that name, in order."""
    same_by: ClassVar[Sequence[SameBy | Sequence[SameBy]]] = ()
    """What makes two records the same (`records.same.declaring`); empty where nobody looks for that."""
    shipped_pipelines: ClassVar[Sequence[ShippedPipeline]] = ()
    declared: Sequence[Field] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.key:
            return
        cls.slug = cls.__dict__.get("slug") or f"{cls.key.replace('_', '-')}s"
        cls.declared = tuple(cls.__dict__.get("fields", cls.declared))
        cls.shipped_pipelines = tuple(cls.__dict__.get("pipelines", cls.shipped_pipelines))
        DECLARED[cls.key] = cls
        if cls.company_only:
            COMPANY_ONLY.add(cls.key)
        if cls.part_of:
            cls.timeline = False
            PARTS[cls.key] = cls.as_part()

    @classmethod
    def as_part(cls) -> Part:
        """What it is a part of. Errors: TypeError for a declaration by which rights could not follow the whole."""
        link: Any = next((f for f in cls.declared if f.key == cls.part_of), None)
        column: Any = next((f for f in cls.model._meta.concrete_fields if f.name == cls.part_of), None)
        if link is None or link.kind != "link" or not link.required:
            raise TypeError(f"{cls.key}: part_of names a required link to the whole")
        if column is None or not column.is_relation or column.null:
            raise TypeError(f"{cls.key}: its link to the whole needs a column of its own, never null")
        if link.to in PARTS or any(part.whole == cls.key for part in PARTS.values()):
            raise TypeError(f"{cls.key}: a part has no parts")
        return Part(link.to, cls.part_of)

    def __init__(self, schema: Schema, custom: Sequence[Field] = (), pipelines: Sequence[PipelineInfo] = ()) -> None:
        from daftar.records.fields.system import system_fields

        self.schema = schema
        self.whole: RecordType = self
        """The type with all its fields; itself, unless it is one reader's view of it."""
        self.hidden: frozenset[str] = frozenset()
        self.every_pipeline = list(pipelines)
        self.pipelines = [p for p in pipelines if not p.field]
        bound = [f.bind(self) for f in (*self.declared, *(f for of in MORE_FIELDS.get(self.key, ()) for f in of()))]
        bound += [f.bind(self, custom=True) for f in custom]
        taken = {f.key for f in bound}
        bound += [f.bind(self) for f in system_fields() if f.key not in taken]
        self.fields: list[Field] = bound
        self.by_key: dict[str, Field] = {f.key: f for f in bound}
        self.facts: dict[str, Field] = facts_of(self)
        """What is known about the records besides their fields: filters compare it, no list shows it."""

    def seen_with(self, levels: Mapping[str, Level], schema: Schema) -> Self:
        """The type as somebody sees it to whom fields are hidden or only to be read; the title stays."""
        mine = copy.copy(self)
        for name in ("title_field", "stage_field", "stage_fields", "plan"):
            mine.__dict__.pop(name, None)
        mine.schema, mine.whole = schema, self
        mine.hidden = self.hidden_by(levels)
        mine.fields = [f.bind(mine, custom=f.custom) for f in self.fields if f.key not in mine.hidden]
        mine.by_key = {f.key: f for f in mine.fields}
        mine.facts = {key: f.bind(mine) for key, f in self.facts.items()}
        for key, level in levels.items():
            if level == "read" and key in mine.by_key:
                mine.by_key[key].readonly = True
        if mine.default_sort.removeprefix("-") in mine.hidden:
            mine.default_sort = "-created_at"
        return mine

    def hidden_by(self, levels: Mapping[str, Level]) -> frozenset[str]:
        return frozenset(k for k, level in levels.items() if level == "hidden" and k in self.closable)

    def hidden_from(self, user: User) -> frozenset[str]:
        """The keys of the fields that do not exist for this person, also where the whole type is at hand."""
        limits = closed_too(decide.standing(user).limited_fields, self.whole.schema.types)
        return self.whole.hidden_by(limits.get(self.key, {}))

    @property
    def closable(self) -> frozenset[str]:
        """The fields that can be hidden from people: not those by which a record is named, placed and reached."""
        fields: list[Field] = self.fields
        kept = SYSTEM | {"owner", self.part_of}
        return frozenset(f.key for f in fields if not f.title and f.kind != "stage" and f.key not in kept)

    # -- asking ------------------------------------------------------------------------------------

    def field(self, key: str) -> Field | None:
        return self.by_key.get(key)

    def __getitem__(self, key: str) -> Field:
        """A field that the caller knows to be declared, closed to the reader or not: for rules, not for showing."""
        field: Field = self.whole.by_key[key]
        return field

    @property
    def is_person(self) -> bool:
        return bool(self.names_person)

    @property
    def name(self) -> str:
        return str(self.names[0])

    @property
    def plural(self) -> str:
        return str(self.names[1])

    @property
    def heading(self) -> str:
        """The plural as it stands over a page or block."""
        return capfirst(self.plural)

    @cached_property
    def plan(self) -> Plan:
        """Which fields have a word when a record is made."""
        return Plan(self)

    @cached_property
    def title_field(self) -> Field:
        fields: list[Field] = self.fields
        return next((f for f in fields if f.title), fields[0])

    @property
    def title_column(self) -> str:
        """Column that carries the title, for names of linked records."""
        return self.title_field.column or "title"

    @cached_property
    def stage_field(self) -> Field | None:
        """The declared stage: the one that is open, won or lost for the record as a whole; `pipelines` are its own."""
        return next((f for f in self.fields if f.kind == "stage" and not f.custom), None)

    @cached_property
    def stage_fields(self) -> list[Field]:
        """Every stage field, the declared one first; each has pipelines of its own."""
        return sorted((f for f in self.fields if f.kind == "stage"), key=lambda f: f.custom)

    def pipelines_of(self, field_: Field) -> list[PipelineInfo]:
        """The pipelines of one stage field, archived ones too, in order."""
        return [p for p in self.every_pipeline if p.field == field_.key] if field_.custom else self.pipelines

    @property
    def foremost(self) -> frozenset[str]:
        """Keys of the fields from which the face of a board's card and the words beside a found name are taken."""
        return frozenset(f.key for f in self.declared)

    @property
    def writable(self) -> list[Field]:
        """The fields that a person can set, in order of importance."""
        return [f for f in self.fields if not f.readonly]

    @property
    def listed(self) -> list[Field]:
        """The fields that can be columns of a list."""
        return [f for f in self.fields if f.in_list]

    @property
    def quick_fields(self) -> list[Field]:
        return [f for f in self.writable if f.quick]

    @property
    def totals(self) -> list[Field]:
        return [f for f in self.fields if f.total]

    @property
    def board_fields(self) -> list[Field]:
        """The fields that a board can stand on, the declared one first."""
        able = [f for f in self.fields if f.makes_columns and not f.readonly]
        return sorted(able, key=lambda f: f.key != (self.board.by if self.board else ""))

    @property
    def day_fields(self) -> list[Field]:
        """The fields that a calendar can stand on, those first that a person can set."""
        return sorted((f for f in self.fields if f.days is not None), key=lambda f: f.readonly)

    def sections(self) -> list[tuple[str, list[Field]]]:
        """Name and fields of each block of the card; what no section names stands in the last one, except custom places."""
        named: list[tuple[str, list[Field]]] = []
        seen: set[str] = set()
        for section in self.card:
            fields = [self.by_key[k] for k in section.keys.split() if k in self.by_key]
            seen.update(f.key for f in fields)
            named.append((str(section.name), fields))
        places = dict(named)
        for field_ in self.fields:
            if field_.key in seen:
                continue
            name = str(_("Record")) if field_.key in SYSTEM else self.block_of(field_.place)
            name = name or (named[-1][0] if named and not field_.custom else str(self.own_block))
            if name not in places:
                places[name] = []
                named.append((name, places[name]))
            places[name].append(field_)
        return [(name, fields) for name, fields in named if fields]

    def block_of(self, place: str) -> str:
        """Name of the block that a custom field's place means: "@<key>" is the one in which that field stands."""
        if not place.startswith("@"):
            return place
        return next((str(section.name) for section in self.card if place[1:] in section.keys.split()), "")

    def head_fields(self) -> list[Field]:
        keys = (
            self.head.split() or [f.key for f in self.fields if f.kind in ("stage", "money", "next_step", "person")][:5]
        )
        return [self.by_key[k] for k in keys if k in self.by_key]

    def address(self, record_id: int | None = None) -> str:
        """Path of the list, or of one record's card."""
        return f"/{self.slug}/" if record_id is None else f"/{self.slug}/{record_id}/"

    def title_of(self, row: Row) -> str:
        """What the record is called; one whose first field is no text (a move of stock) goes by its number."""
        value = self.title_field.get(row)
        return value if isinstance(value, str) and value else f"{self.name} {row.pk}"

    # -- hooks for the declaring room -----------------------------------------------------------------

    def prepare(self, draft: Draft) -> None:
        """Fill values that follow from others, before required fields and the stage contract are checked."""

    def check(self, draft: Draft) -> Mapping[str, str]:
        """Rules of the type over several fields: field key → sentence. Empty when all is well."""
        return {}

    def complete(self, draft: Draft) -> None:
        """`prepare`, and that of the rules of higher rooms."""
        self.prepare(draft)
        for rule in RULES.get(self.key, ()):
            rule.prepare(draft)

    def errors(self, draft: Draft) -> dict[str, str]:
        """`check`, and that of the rules of higher rooms; of two sentences at one field the first."""
        found = dict(self.check(draft))
        for rule in RULES.get(self.key, ()):
            found = {**rule.check(draft), **found}
        return found

    def held(self, row: Row) -> dict[str, str]:
        """Fields that nobody sets by hand on this record: key → why. `errors` refuses them as well."""
        return {key: said for rule in RULES.get(self.key, ()) for key, said in rule.held(row).items()}

    def stand_in(self, name: str) -> Mapping[str, Any]:
        """What is set in a record that stands for one which files name and none of them holds."""
        return {self.title_field.key: name}

    def may_be_made(self, user: User) -> bool:
        """Whether the person may make such a record by hand, on a page of its own."""
        return not self.made_from and decide.may(user, "add", self.key)

    @property
    def is_found(self) -> bool:
        """Whether the search of everything looks here, and cards of linked records show it."""
        return self.model is Entity or (self.in_menu if self.in_search is None else self.in_search)

    def may_be_removed(self, row: Row) -> str:
        """Why the record cannot go into the bin, as a sentence; "" when it can."""
        return ""

    def may_be_restored(self, row: Row) -> str:
        """Why the record cannot come back out of the bin, as a sentence; "" when it can."""
        return ""

    def unfinished(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those of the rows of which somebody must still take care: with stages, the ones in an open stage."""
        stage = self.stage_field
        if stage is None:
            return rows
        is_open = [s.id for pipeline in self.pipelines for s in pipeline.stages if s.kind == "open"]
        return rows.filter(stage.where("in", is_open))

    def more_views(self, reader: Reader) -> Sequence[tuple[Label, Sequence[tuple[str, str, tuple[str, ...]]]]]:
        """Ready views beside all, open and mine: a name and conditions as (field, operator, values)."""
        return ()

    @property
    def known_fields(self) -> list[Field]:
        """The fields by which `known_already` recognises somebody; a form asks when one of them changes."""
        return []

    def known_already(self, values: Mapping[str, Any], reader: Reader, *, but: int | None = None) -> Sequence[Known]:
        """Records that may be the same person or organisation as these values, likeliest first; only what the reader may see.

        Shapes: `values` are Python values by key of `known_fields`; `but` is the id of the record that asks, if it is saved.
        """
        return ()

    def row_tone(self, row: Row, reader: Reader) -> str:
        """The mark of a row in list and board: "", late, today, unplanned or later."""
        return ""


SYSTEM = frozenset({"created_at", "created_by", "changed_at"})
"""Keys of the fields that every record has; they stand in a block of their own."""

DECLARED: dict[str, type[RecordType]] = {}
"""All declared record types by key, filled by declaring them."""

Facts = Callable[[RecordType], Sequence[Field]]
FACTS: list[Facts] = []


def facts(of: Facts) -> Facts:
    """Add facts to record types from any room: `of(type)` gives field kinds of what the room knows about the records of a type."""
    FACTS.append(of)
    return of


def facts_of(type_: RecordType) -> dict[str, Field]:
    return {f.key: f.bind(type_) for of in FACTS for f in of(type_) if f.key not in type_.by_key}


MoreFields = Callable[[], Sequence[Field]]
MORE_FIELDS: dict[str, list[MoreFields]] = {}


def more_fields(*, on: str) -> Callable[[MoreFields], MoreFields]:
    """Add fields to a type that a lower room declares. They come after its own, before those of the company; without a column they live in JSON."""

    def add(of: MoreFields) -> MoreFields:
        MORE_FIELDS.setdefault(on, []).append(of)
        return of

    return add


class Rules:
    """What a higher room asks of the records of a lower one, whichever door they come through."""

    def prepare(self, draft: Draft) -> None:
        """As `RecordType.prepare`, after it."""

    def check(self, draft: Draft) -> Mapping[str, str]:
        """As `RecordType.check`: field key → sentence."""
        return {}

    def held(self, row: Any) -> Mapping[str, str]:
        """Fields that nobody sets by hand on this record, though others of its type have them open: field key → why, as a sentence."""
        return {}


RULES: dict[str, list[Rules]] = {}


def rules(*, on: str) -> Callable[[type[Rules]], type[Rules]]:
    """Add rules to a type that a lower room declares."""

    def add(made: type[Rules]) -> type[Rules]:
        RULES.setdefault(on, []).append(made())
        return made

    return add


Action = Callable[..., Any]
ACTIONS: dict[str, list[Action]] = {}


def action(*, on: str, name: Label = "", icon: str = "", url: str = "") -> Callable[[Action], Action]:
    """Add a verb to a record type from any room above; cards and boards show it as a button to `url` (formatted with the id)."""

    def add(verb: Action) -> Action:
        verb.label, verb.icon, verb.url = name, icon, url  # type: ignore[attr-defined]  # the verb carries its own button
        ACTIONS.setdefault(on, []).append(verb)
        return verb

    return add

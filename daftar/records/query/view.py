"""A view is an address: which rows, in which order, with which columns. The same address gives the same rows on page, board and file."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row
from daftar.kernel.errors import BadAddress
from daftar.records import saved_views
from daftar.records.fields.base import Field
from daftar.records.models import ListSetting, SavedView
from daftar.records.query.conditions import MOST, Condition, Group, joined_values, leaves, parse_where, split_values
from daftar.records.query.paging import Page, in_order, page_of
from daftar.records.query.paths import Path, read_key, resolve
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.searching import index
from daftar.records.searching.asked import Asked
from daftar.records.searching.holding import holds
from daftar.records.types import RecordType

RESERVED = frozenset(
    {
        "q",
        "sort",
        "cols",
        "where",
        "after",
        "before",
        "by",
        "pipeline",
        "column",
        "bin",
        "limit",
        "lang",
        "keep",
        "ids",
        "all",
        "view",
        "of",
        "group",
        "span",
        "on",
    }
)
"""Words of an address that are no fields; custom fields may not be called so."""
GROUPED_BY = frozenset({"choice", "stage", "person", "link", "yes_no", "date"})
COUNTED = 10_000
LIMIT, MOST_ROWS = 50, 500


@dataclass(frozen=True)
class Total:
    """The foot of a column: the sum, and how many amounts have no rate to the base currency."""

    sum: Decimal | None
    unrated: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """How the database is led to the rows of a page: see `Standing.within` and `page_of`."""

    walked: bool | None = None
    gathered: bool = False


@dataclass(frozen=True)
class View:
    """Filter, order and columns of a list.

    Shapes: `action` is the right that the rows are taken by, besides that to see them; `simple` are the conditions that
    stand as `field.op=value`, joined by AND with `where`; `sort` is a field key,
    with "-" for descending; `saved` is the view with a name that it is or came from; `problems` are the sentences about
    what could not be read (the rest is kept); `ids` are the only rows that are meant, where some were picked.
    """

    type: RecordType
    reader: Reader
    simple: tuple[Condition, ...] = ()
    where: Condition | Group | None = None
    words: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    limit: int = LIMIT
    others: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[BadAddress, ...] = ()
    action: decide.Action = "see"
    saved: SavedView | None = None
    ids: frozenset[int] = frozenset()

    # -- address -----------------------------------------------------------------------------------

    @classmethod
    def parse(
        cls, type_: RecordType, params: QueryDict | str, reader: Reader, setting: ListSetting | None = None
    ) -> View:
        """Read an address; what cannot be read goes to `problems` with a sentence, and the rest is kept.

        A page gives the person's `setting`, which may say what it shows when its address says nothing.
        """
        given = QueryDict(params) if isinstance(params, str) else params
        problems: list[BadAddress] = []
        saved: SavedView | None = None
        try:
            given, saved = saved_views.meant(type_, given, reader.user, setting)
        except BadAddress as problem:
            problems.append(problem)
        simple: list[Condition] = []
        where: Condition | Group | None = None
        for key, last in words_of(given).items():
            text = ",".join(str(v) for v in given.getlist(key)) if key not in RESERVED else last
            try:
                if "\0" in text or len(text) > 8000:
                    raise BadAddress(
                        _("“%(key)s” holds signs that cannot be read.") % {"key": key[:60]}, field=key[:60]
                    )
                if key == "where" and text:
                    tree = parse_where(text)
                    tree.sql(type_, reader)
                    where = tree
                elif key not in RESERVED and (text or needs_no_value(type_, key, reader)):
                    if len(simple) + len(leaves(where)) >= MOST:
                        problems.append(BadAddress(_("This filter has too many parts."), field=key[:60]))
                        break
                    simple.append(read_condition(type_, key, text, reader))
            except BadAddress as problem:
                problems.append(problem)
        word = words_of(given)
        sort = read_sort(type_, word.get("sort", ""), problems)
        check_group(type_, word.get("group", ""), problems)
        columns = tuple(k for k in word.get("cols", "").split(",") if k in type_.by_key)
        limit = word.get("limit", "")
        return cls(
            type_, reader, tuple(simple), where, word.get("q", "")[:200].replace("\0", ""), sort, columns,
            word.get("after", ""), word.get("before", ""),
            min(max(int(limit), 1), MOST_ROWS) if limit.isascii() and limit.isdigit() and len(limit) < 6 else LIMIT,
            {k: word[k] for k in ("by", "pipeline", "column", "view", "group", "span", "on") if word.get(k)},
            tuple(problems),
            saved=saved,
        )  # fmt: skip

    def params(self) -> list[tuple[str, str]]:
        """The address as pairs, without the place in the pages."""
        pairs = [("q", self.words)] if self.words else []
        for c in self.simple:
            short = self.path(c).field.operators()[0].key == c.operator
            pairs.append((c.field if short else f"{c.field}.{c.operator}", joined_values(c.values)))
        if self.where is not None:
            pairs.append(("where", str(self.where)))
        if self.sort and self.sort != self.type.default_sort:
            pairs.append(("sort", self.sort))
        if self.columns:
            pairs.append(("cols", ",".join(self.columns)))
        if self.limit != LIMIT:
            pairs.append(("limit", str(self.limit)))
        return [*pairs, *self.others.items()]

    def address(self, **changes: str | None) -> str:
        """The query string of this view with some words changed (None takes one out); "?" stands first."""
        pairs = [(k, v) for k, v in self.params() if k not in changes]
        pairs += [(k, v) for k, v in changes.items() if v is not None]
        return "?" + urlencode(pairs, safe=",().:")

    def path(self, condition: Condition) -> Path:
        """The field that a condition of this view is about, with the links that lead to it."""
        return resolve(self.type, condition.field, self.reader)

    @property
    def conditions(self) -> tuple[Condition | Group, ...]:
        """All that must hold: the simple conditions, then `where`."""
        return (*self.simple, *([self.where] if self.where else ()))

    def without(self, condition: Condition) -> View:
        return replace(self, simple=tuple(c for c in self.simple if c != condition), after="", before="")

    # -- rows --------------------------------------------------------------------------------------

    def rows(self, *, walked: bool | None = None) -> QuerySet[Row]:
        """All rows of the view that the reader may see, unordered. `walked`: see `Standing.within`."""
        rows = visible(self.type, self.reader.user, walked=walked, stages=self.stages)
        if self.action != "see":
            rows = decide.within(rows, self.reader.user, self.type.key, self.action, stages=self.stages)
        for condition in self.conditions:
            rows = rows.filter(condition.sql(self.type, self.reader))
        if self.ids:
            rows = rows.filter(pk__in=self.ids)
        if self.asked:
            rows = rows.filter(holds(self.type, self.asked, self.reader, by_index=self.is_found_by_index))
        return rows

    @cached_property
    def asked(self) -> Asked:
        """What `words` ask for."""
        return Asked.of(self.words)

    @cached_property
    def is_found_by_index(self) -> bool:
        """Whether the words stand in few rows; of many ones a page is sooner met along the order of the list."""
        model = self.type.model
        return index.how_few([model], self.asked)[model._meta.db_table] is not None

    @cached_property
    def stages(self) -> frozenset[int] | None:
        """The stages in which all its rows stand, where a condition of its own names them."""
        field_: Any = self.type.stage_field
        for condition in self.simple:
            if field_ is not None and condition.field == field_.key:
                meant: frozenset[int] | None = field_.stages_meant(condition.operator, condition.values, self.reader)
                return meant
        return None

    @property
    def sort_field(self) -> Field:
        return self.type.by_key[self.sort.removeprefix("-")]

    @property
    def group_field(self) -> Field | None:
        """The field by which the address groups the rows; None for a plain list."""
        field_ = self.type.by_key.get(self.others.get("group", ""))
        return field_ if field_ is not None and can_group(field_) else None

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    def page(self) -> Page:
        """One page of rows with names and links loaded; raises `BadAddress` for a broken page mark."""
        page = page_of(
            self.rows(walked=self.way.walked), self.sort_field.sort_value(self.reader), descending=self.descending,
            limit=self.limit, after=self.after, before=self.before, gathered=self.way.gathered,
        )  # fmt: skip
        self.reader.load(self.type, page.rows, [*self.shown_fields(), self.type.title_field])
        return page

    def ordered(self) -> QuerySet[Row]:
        """All rows in the order of the list."""
        named = self.rows().annotate(sort_value=self.sort_field.sort_value(self.reader))
        return in_order(named, self.descending)

    def all_ids(self, *, as_made: bool = False) -> Sequence[int]:
        """The numbers of all rows in the order of the list, or in that in which they were made, for files: one query, eight bytes a row."""
        rows = self.rows().order_by("pk") if as_made else self.ordered()
        return array("q", rows.values_list("pk", flat=True).iterator(chunk_size=10_000))

    def count(self) -> int:
        """Number of rows, exact up to `COUNTED`; more gives `COUNTED + 1`; counted once."""
        if "_count" not in self.__dict__:
            self.__dict__["_count"] = self.rows().order_by().values("pk")[: COUNTED + 1].count()
        count: int = self.__dict__["_count"]
        return count

    @cached_property
    def way(self) -> Way:
        """How a page is best found; databases misjudge it, as they count neither the fifty rows nor what a reader sees.

        Of many rows, fifty are soon met along the order of the list. Few ones are gathered by their owners and sorted; those
        of one owner stand in the index in the first order of lists.
        """
        if not self.is_partial:
            return Way()
        standing = decide.standing(self.reader.user)
        if self.count() > COUNTED:
            return Way(walked=True)
        in_order = self.sort.removeprefix("-") == "created_at" and standing.is_of_one_owner("see", self.type.key)
        return Way(walked=False, gathered=not in_order)

    @property
    def is_partial(self) -> bool:
        """Whether the reader sees the records of some people only."""
        standing = decide.standing(self.reader.user)
        return standing.scope("see", self.type.key) != "all" or standing.is_wide("see", self.type.key, self.stages)

    def totals(self, extra: Q | None = None) -> dict[str, Total]:
        """Sums of the fields that are summed, over all rows of the view, in the base currency; one query."""
        return sums(self.rows() if extra is None else self.rows().filter(extra), self.type.totals)

    def shown_fields(self) -> list[Field]:
        """The columns: of the address, else chosen by the person, else the most important ones."""
        keys = self.columns or self.kept_columns
        if keys:
            chosen = [self.type.by_key[k] for k in keys if k in self.type.by_key and self.type.by_key[k].in_list]
            if chosen:
                return chosen
        return self.type.listed[: self.type.default_columns]

    @property
    def kept_columns(self) -> tuple[str, ...]:
        if "_kept" not in self.__dict__:
            kept = self.setting
            self.__dict__["_kept"] = tuple(kept.columns) if kept else ()
        kept_columns: tuple[str, ...] = self.__dict__["_kept"]
        return kept_columns

    @cached_property
    def setting(self) -> ListSetting | None:
        """What the person chose for this list; asked for once, by `of_page` before."""
        return saved_views.setting_of(self.type, self.reader.user)

    @classmethod
    def of_page(cls, type_: RecordType, params: QueryDict, reader: Reader) -> View:
        """The view of a page: without any word the one that the person's list opens with."""
        setting = saved_views.setting_of(type_, reader.user)
        view = cls.parse(type_, params, reader, setting)
        view.__dict__["setting"] = setting
        return view

    @property
    def is_changed(self) -> bool:
        """Whether it is no longer the saved view that it came from."""
        return self.saved is not None and saved_views.query_of(self) != self.saved.query


def words_of(given: QueryDict) -> dict[str, str]:
    """Each word of the address with its last value."""
    return {key: str(value) for key, value in given.items()}


def needs_no_value(type_: RecordType, key: str, reader: Reader) -> bool:
    """Whether the operator stands alone (`field.empty=`); an empty value of any other is a form sent without it."""
    try:
        path, _words, operator = read_key(type_, key, reader)
    except BadAddress:
        return key.rpartition(".")[2] in ("empty", "filled")
    return any(o.key == operator and o.takes == "none" for o in path.field.operators())


def read_condition(type_: RecordType, key: str, text: str, reader: Reader) -> Condition:
    """One `field.op=value` of an address, tried out so that a mistake is told at once."""
    _path, words, operator = read_key(type_, key, reader)
    condition = Condition(words, operator, split_values(text))
    condition.sql(type_, reader)
    return condition


def read_sort(type_: RecordType, text: str, problems: list[BadAddress]) -> str:
    if not text:
        return type_.default_sort
    field_ = type_.field(text.removeprefix("-"))
    if field_ is None or not field_.sortable:
        problems.append(BadAddress(_("The list cannot be sorted by “%(key)s”.") % {"key": text[:60]}, field="sort"))
        return type_.default_sort
    return text


def check_group(type_: RecordType, key: str, problems: list[BadAddress]) -> None:
    field_ = type_.field(key) if key else None
    if key and (field_ is None or not can_group(field_)):
        problems.append(BadAddress(_("The list cannot be grouped by “%(key)s”.") % {"key": key[:60]}, field="group"))


def can_group(field: Field) -> bool:
    """Whether rows can be put into groups by the field."""
    return field.kind in GROUPED_BY or (field.kind == "date_time" and bool(field.column))


def sums(rows: QuerySet[Row], fields: Iterable[Field]) -> dict[str, Total]:
    """Exact sums of money (base currency) and numbers over the rows."""
    chosen = list(fields)
    return sums_read(rows.order_by().aggregate(**sums_asked(chosen)), chosen) if chosen else {}


def sums_asked(fields: Iterable[Field]) -> dict[str, Any]:
    """What is asked of the database for the sums of these fields."""
    asked: dict[str, Any] = {}
    for f in fields:
        asked[f"sum_{f.key}"] = Sum(f.expression())
        if f.kind == "money":
            asked[f"all_{f.key}"] = Count("pk", filter=~f.empty_q())
            asked[f"rated_{f.key}"] = Count("pk", filter=f.where("isnull", False))
    return asked


def sums_read(found: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Total]:
    """The answer to `sums_asked`, by field key."""
    return {
        f.key: Total(found[f"sum_{f.key}"], found.get(f"all_{f.key}", 0) - found.get(f"rated_{f.key}", 0))
        for f in fields
    }

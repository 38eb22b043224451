from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.ids import parse_id
from daftar.kernel.text import clean_text
from daftar.records.fields.base import ANY, EMPTY, FILLED, NONE_OF, Field
from daftar.records.fields.link import link_words
from daftar.records.models import RecordLink
from daftar.records.query.among import Among
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget

MOST = 200
LINKS = "_links."
"""With what a name of `reads` begins that is no column: behind it stands the key of the field."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A linked record and what it is to this one (a contact's role in a company)."""

    id: int
    role: str = ""


class Links(Field):
    """Links to several records of another type, each with a role when `role` is set; kept in the table `RecordLink`."""

    kind = "links"
    kind_name = _("Links to several records")
    style = "list"
    many = True
    operator_set = (ANY, NONE_OF, EMPTY, FILLED)

    def __init__(self, key: str, label: Any = "", *, to: str = "", role: bool = False, **common: Any) -> None:
        super().__init__(key, label, **common)
        self.to, self.role = to, role

    def find_column(self, type_: Any) -> str:
        return ""

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        """Ids and roles as they stand beside each other in the form."""
        if self.key not in form:
            return None
        if not isinstance(form, QueryDict):
            return form[self.key]
        ids, roles = form.getlist(self.key), form.getlist(f"{self.key}.role")
        return [{"id": id_, "role": roles[n] if n < len(roles) else ""} for n, id_ in enumerate(ids) if id_]

    def parse(self, raw: Any, reader: Reader) -> list[Linked]:
        if not raw:
            return []
        if isinstance(raw, str):
            raw = [{"id": part} for part in raw.replace(",", ";").split(";") if part.strip()]
        found: dict[int, Linked] = {}
        for item in raw:
            if isinstance(item, Linked):
                found[item.id] = item
                continue
            given = item if isinstance(item, Mapping) else {"id": item}
            try:
                id_ = parse_id(str(given.get("id", "")).strip())
            except Missing:
                raise Invalid(_("Choose from the list that opens when you type."), field=self.key) from None
            found.setdefault(id_, Linked(id_, clean_text(str(given.get("role") or ""), max_length=100)))
        if len(found) > MOST:
            raise Invalid(_("At most %(most)s links fit here.") % {"most": MOST}, field=self.key)
        return list(found.values())

    def check_target(self, value: Sequence[Linked], reader: Reader) -> None:
        """Refuse links to what does not exist, lies in the bin, or may not be seen."""
        ids = {link.id for link in value}
        target = reader.schema.type(self.to)
        if ids and reader.seen(target).filter(pk__in=ids, deleted_at__isnull=True).count() < len(ids):
            raise Invalid(
                _("There is no such %(what)s. Choose one from the list.") % {"what": target.name}, field=self.key
            )

    def dump(self, value: Any) -> Any:
        return [{"id": link.id, "role": link.role} for link in value] if value else None

    def load(self, stored: Any) -> list[Linked]:
        return [Linked(item["id"], item.get("role", "")) for item in stored or ()]

    @property
    def reads(self) -> tuple[str, ...]:
        """What `load_links` sets."""
        return (f"{LINKS}{self.key}",)

    def get(self, row: Row) -> list[Linked]:
        """The links, fetched together with other rows by `load_links`, else one query."""
        kept = getattr(row, "_links", None)
        if kept is None or self.key not in kept:
            load_links([row], [self])
        links: list[Linked] = row._links[self.key]  # type: ignore[attr-defined]  # set by load_links
        return links

    def put(self, row: Row, value: Any) -> None:
        row.__dict__.setdefault("_links", {})[self.key] = list(value or ())

    def wants(self, value: Any) -> Iterable[tuple[str, int]]:
        return [(self.to, link.id) for link in value or ()]

    def rows(self) -> Any:
        return RecordLink.objects.filter(type=self.type.key, field=self.key, record_id=OuterRef("pk"))

    def empty_q(self) -> Q:
        return ~Q(Exists(self.rows()))

    def parse_operand(self, raw: str, reader: Reader) -> Any:
        return parse_id(raw)

    def sql_value(self, value: Any) -> Any:
        return value

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        any_of = Q(Exists(self.rows().filter(to_id__in=values)))
        return any_of if operator == "in" else ~any_of

    def met(self, operator: str, values: list[Any], value: Any, reader: Reader) -> bool:
        return (not set(values) & {link.id for link in value or ()}) is (operator == "none")

    def among(self, rows: QuerySet[Row]) -> Q:
        """The condition that one of the linked records is one of these rows."""
        return Q(Exists(self.rows().filter(to_id__in=rows.order_by().values("pk"))))

    def show(self, value: Any, reader: Reader) -> Shown:
        target = reader.schema.type(self.to)
        items = []
        for link in value or ():
            name = reader.names.get(self.to, link.id)
            if name is not None:
                text = f"{name} ({link.role})" if link.role else name
                items.append(Shown(text, style="link", href=target.address(link.id), direction="auto"))
        return Shown(reader.formats.joined(i.text for i in items), style="list", items=tuple(items))

    def widget(self, value: Any, reader: Reader) -> Widget:
        parts = []
        for item in value or ():
            link = item if isinstance(item, Linked) else None
            id_ = link.id if link else item.get("id", "")
            name = reader.names.get(self.to, int(id_)) if str(id_).isdecimal() and len(str(id_)) < 19 else None
            parts.append(self.one(str(id_), name or "", link.role if link else item.get("role", "")))
        return self.make_widget("rows", parts=tuple(parts), blank=self.one("", "", ""), url=f"/lookup/{self.to}")

    def one(self, id_: str, name: str, role: str) -> Widget:
        lookup = Widget("lookup", self.key, label=str(self.label), value=id_, shown=name, url=f"/lookup/{self.to}")
        if not self.role:
            return lookup
        word = str(_("Role"))
        part = Widget("input", f"{self.key}.role", label=word, value=role, attrs={"placeholder": word})
        return Widget("group", self.key, parts=(lookup, part))

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        value = int(raw[0]) if raw and raw[0].isdecimal() and len(raw[0]) < 19 else None
        name = reader.names.get(self.to, value) if value else None
        return Widget(
            "lookup",
            self.key,
            label=str(self.label),
            value=str(value or ""),
            shown=name or "",
            url=f"/lookup/{self.to}",
        )

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return link_words(self, raw, reader)

    def export(self, value: Any, reader: Reader) -> str:
        return "; ".join(n for n in (reader.names.get(self.to, link.id) for link in value or ()) if n)

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "to": self.to, "role": self.role}

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, to=str(settings.get("to", "")), role=bool(settings.get("role")), **common)


def load_links(rows: Sequence[Row], fields: Sequence[Field]) -> None:
    """Fetch several links of many rows in one query; rows that have them already are left as they are."""
    if not fields:
        return
    keys = [f.key for f in fields]
    waiting = {}
    for row in rows:
        kept = row.__dict__.setdefault("_links", {})
        if row.pk is not None and any(k not in kept for k in keys):
            waiting[row.pk] = row
        for key in keys:
            kept.setdefault(key, [])
    if not waiting:
        return
    for key, of_rows in links_of(fields[0].type.key, keys, waiting).items():
        for id_, links in of_rows.items():
            waiting[id_].__dict__["_links"][key].extend(links)


def links_of(type_key: str, keys: Sequence[str], ids: Iterable[int]) -> dict[str, dict[int, list[Linked]]]:
    """For each of these fields of a type the links of those of the records that have any; one query."""
    found: dict[str, dict[int, list[Linked]]] = {key: {} for key in keys}
    links = RecordLink.objects.filter(Among("record_id", ids), type=type_key, field__in=keys).order_by("position", "id")
    for id_, key, to, role in links.values_list("record_id", "field", "to_id", "role"):
        found[key].setdefault(id_, []).append(Linked(to, role))
    return found

"""Searching the log: what is asked for in an address, and one page of entries in words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from daftar.access.audit.kinds import DOORS, KINDS, RESULTS
from daftar.access.audit.naming import Pair, names_of, type_name
from daftar.access.models import AuditDetail, AuditEntry
from daftar.access.plain_form import PlainForm
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.formats import current, joined
from daftar.kernel.ids import parse_id
from daftar.kernel.ranges import day_bounds

LIMIT = 50
NAMES = ("who", "what", "result", "type", "id", "from", "to")
"""What an address of the log may ask for."""
WORDS = {
    "roles": gettext_lazy("Roles"),
    "email": gettext_lazy("E-mail"),
    "name": gettext_lazy("Name"),
    "is_active": gettext_lazy("Active"),
    "department": gettext_lazy("Department"),
    "office": gettext_lazy("Office"),
    "language": gettext_lazy("Language"),
    "calendar": gettext_lazy("Calendar"),
    "currency": gettext_lazy("Currency"),
    "country": gettext_lazy("Country"),
    "time_zone": gettext_lazy("Time zone"),
    "rate": gettext_lazy("Rate"),
    "archived": gettext_lazy("Archived"),
    "hidden": gettext_lazy("Hidden"),
    "required": gettext_lazy("Required"),
    "label": gettext_lazy("Label"),
    "scopes": gettext_lazy("Rights of the key"),
    "expires_at": gettext_lazy("Ends"),
}
"""Fields of settings and accounts that have a word; others show their key."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as its reader sees it. Shapes: `changes` are (field, old, new); `count` more than 1 for folded repeats."""

    number: int
    at: datetime
    what: str
    icon: str
    who: str
    who_href: str
    sentence: str
    href: str
    changes: tuple[tuple[str, str, str], ...]
    result: str
    is_refused: bool
    address: str
    device: str
    door: str
    count: int
    is_erased: bool


@dataclass
class Search:
    """What the address asks for; `form` keeps what was typed and the sentences about what cannot be read."""

    form: PlainForm
    filters: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, given: Any) -> Search:
        search = cls(PlainForm(sent=given))
        search.read_all()
        return search

    def read_all(self) -> None:
        form = self.form
        if text := form.typed("who"):
            self.filters["by_id"] = self.id_of("who", text)
        if form.typed("what") and (what := form.choice("what", KINDS)):
            self.filters["what"] = what
        if form.typed("result") and (result := form.choice("result", RESULTS)):
            self.filters["result"] = result
        with form.about("type"):
            if type_key := form.text("type", max_length=64):
                self.filters["about_type"] = type_key
        if text := form.typed("id"):
            self.filters["about_id"] = self.id_of("id", text)
        self.read_days()

    def id_of(self, name: str, text: str) -> int:
        try:
            return parse_id(text)
        except Missing:
            self.form.errors[name] = _("This is not a number of a record.")
            return 0

    def read_days(self) -> None:
        formats, days = current(), {}
        for name in ("from", "to"):
            if text := self.form.typed(name):
                with self.form.about(name):
                    days[name] = parse_date(text, formats)
        try:
            if "from" in days:
                self.filters["at__gte"] = day_bounds(days["from"], days["from"], formats)[0]
            if "to" in days:
                self.filters["at__lt"] = day_bounds(days["to"], days["to"], formats)[1]
        except OverflowError:
            self.form.errors["to"] = Invalid().sentence

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters)

    def rows(self) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.filter(**self.filters)

    def page(self, after: str = "", before: str = "") -> tuple[list[AuditEntry], str, str]:
        """Entries, newest first, with the marks of the next and the previous page."""
        rows = self.rows()
        if before:
            found = list(rows.filter(number__gt=parse_id(before)).order_by("number")[: LIMIT + 1])
            shown = found[:LIMIT][::-1]
            more = len(found) > LIMIT
            return shown, str(shown[-1].number) if shown else "", str(shown[0].number) if more else ""
        if after:
            rows = rows.filter(number__lt=parse_id(after))
        found = list(rows.order_by("-number")[: LIMIT + 1])
        shown = found[:LIMIT]
        return (
            shown,
            str(shown[-1].number) if len(found) > LIMIT else "",
            str(shown[0].number) if after and shown else "",
        )

    def every(self, most: int) -> Iterator[list[AuditEntry]]:
        """All entries that fit, newest first, in batches, at most so many."""
        last = None
        while most > 0:
            rows = self.rows() if last is None else self.rows().filter(number__lt=last)
            batch = list(rows.order_by("-number")[: min(500, most)])
            if not batch:
                return
            yield batch
            last, most = batch[-1].number, most - len(batch)


def lines_of(entries: Sequence[AuditEntry], reader: Any) -> list[Line]:
    """Entries in words: two queries and those of the names, however many."""
    details = {
        pk: read_body(body)
        for pk, body in AuditDetail.objects.filter(entry__in=[e.number for e in entries]).values_list("pk", "body")
    }
    pairs: set[Pair] = {("user", e.by_id) for e in entries if e.by_id}
    pairs |= {("user", e.acting_id) for e in entries if e.acting_id}
    pairs |= {(e.about_type, e.about_id) for e in entries if e.about_id}
    names = names_of(reader, pairs)
    return [line_of(entry, details.get(entry.number) or {}, names) for entry in entries]


def read_body(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def line_of(entry: AuditEntry, words: Mapping[str, Any], names: Mapping[Pair, tuple[str, str]]) -> Line:
    kind, data = KINDS.get(entry.what), words.get("data") or {}
    about, href = about_words(entry, names)
    who, who_href = who_words(entry, words, names)
    changes = data.get("changes")
    return Line(
        number=entry.number,
        at=entry.at,
        what=str(kind.label) if kind else entry.what,
        icon=kind.icon if kind else "circle",
        who=who,
        who_href=who_href,
        sentence=sentence(str(kind.sentence), data, about) if kind else entry.what,
        href=href,
        changes=tuple(change_words(changes)) if isinstance(changes, Mapping) else (),
        result=str(RESULTS.get(entry.result, entry.result)),
        is_refused=entry.result == "refused",
        address=str(words.get("address", "")),
        device=str(words.get("device", "")),
        door=str(DOORS.get(entry.door, entry.door)),
        count=entry.count,
        is_erased=not words,
    )


def who_words(entry: AuditEntry, words: Mapping[str, Any], names: Mapping[Pair, tuple[str, str]]) -> tuple[str, str]:
    """Who did it, and the address of their page; the name of that day when they are gone."""
    if not entry.by_id:
        nobody = {"page": _("Nobody signed in"), "api": _("Nobody signed in"), "command": _("Command line")}
        return nobody.get(entry.door, "Daftar"), ""
    name, href = names.get(("user", entry.by_id), (str(words.get("who") or f"#{entry.by_id}"), ""))
    if entry.acting_id:
        other = names.get(("user", entry.acting_id), (f"#{entry.acting_id}", ""))[0]
        name = _("%(who)s as %(other)s") % {"who": name, "other": other}
    return name, href


def about_words(entry: AuditEntry, names: Mapping[Pair, tuple[str, str]]) -> tuple[str, str]:
    """What it is about, and the address of its card."""
    if not entry.about_type:
        return "—", ""
    if not entry.about_id:
        return (_("an unknown account") if entry.about_type == "user" else type_name(entry.about_type)), ""
    known = names.get((entry.about_type, entry.about_id))
    return known or (f"{type_name(entry.about_type)} #{entry.about_id}", "")


def sentence(words: str, data: Mapping[str, Any], about: str) -> str:
    """The kind's sentence with what the details hold; a dash for what they do not."""
    said: defaultdict[str, str] = defaultdict(lambda: "—", about=about)
    for key, value in data.items():
        if key == "type":
            said[key] = joined(type_name(str(one)) for one in (value if isinstance(value, list) else [value]))
        elif not isinstance(value, Mapping):
            shown = value_words(value)
            said[key] = f"\u2066{shown}\u2069" if shown[:1] == "/" and current().is_rtl else shown
    return words % said


def value_words(value: Any) -> str:
    """A value of the details for reading."""
    match value:
        case None | "":
            return "—"
        case bool():
            return _("yes") if value else _("no")
        case int():
            return current().number(value)
        case list():
            return joined(value_words(item) for item in value) or "—"
        case Mapping():
            return joined(f"{key}: {value_words(item)}" for key, item in value.items()) or "—"
    return str(value)


def change_words(changes: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, pair in changes.items():
        if isinstance(pair, list) and len(pair) == 2:
            yield str(WORDS.get(key, key)), value_words(pair[0]), value_words(pair[1])

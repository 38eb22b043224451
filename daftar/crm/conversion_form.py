"""The form of a conversion: for the contact, the company and the deal each a choice and the fields of a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row
from daftar.crm.actions.convert_lead import SHOWN, Chosen
from daftar.crm.candidates import Candidate, candidates_for
from daftar.crm.field_map import FIELD_MAP, carried_over
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.ids import parse_id
from daftar.records.fields.base import Field
from daftar.records.forms import RecordForm
from daftar.records.reader import Reader
from daftar.ui.parts import Option, Widget


class PartForm:
    """One part: none, a new record, or an existing one.

    Shapes: `how` is "none", "new" or the id of an existing record as text.
    """

    def __init__(self, part: str, lead: Row, candidates: Sequence[Candidate], reader: Reader) -> None:
        self.part, self.lead, self.candidates, self.reader = part, lead, candidates, reader
        self.type = reader.schema.type(part)
        self.lead_type = reader.schema.type("lead")
        initial = carried_over(lambda f: f.get(lead), self.lead_type, self.type)
        self.may_add = decide.may(reader.user, "add", part)
        self.form = RecordForm(self.type, self.offered(initial), reader, initial=initial)
        self.how = self.first_choice(initial)
        self.error = ""

    def offered(self, initial: Mapping[str, Any]) -> list[Field]:
        """The fields that a new one is asked for: the important ones and what the lead brings."""
        keys = {*initial, *(f.key for f in self.type.quick_fields), *(FIELD_MAP[self.part].values())}
        hidden = {"stage", "owner", "source", "source_details", "referrer", "tags", "contact", "company", "companies"}
        return [
            f for f in self.type.writable if (f.key in keys - hidden and not f.key.startswith("utm_")) or f.required
        ]

    def first_choice(self, initial: Mapping[str, Any]) -> str:
        """Who is surely known, else a new one when the lead says something about it."""
        known = next((c for c in self.candidates if c.is_sure), None)
        if known is not None:
            return str(known.row.pk)
        if self.part == "company":
            named = next(iter(self.candidates), None)
            if named is not None:
                return str(named.row.pk)
        is_named = bool(initial.get("name")) or (
            self.part == "contact" and (initial.get("phones") or initial.get("emails"))
        )
        return "new" if self.may_add and is_named else "none"

    def read(self, sent: QueryDict) -> bool:
        """What was chosen and typed; True when it can be read."""
        self.how = sent.get(f"{self.part}.how", "none")[:20]
        if typed := sent.get(f"{self.part}.id", "").strip():
            self.how = typed[:20]
        return self.form.read(without_prefix(sent, self.part)) if self.how == "new" else True

    def chosen(self) -> Chosen:
        """What to tell `convert_lead`; raises `Invalid` for an id that cannot be one."""
        if self.how == "new":
            return dict(self.form.values)
        if self.how in ("none", ""):
            return None
        try:
            return parse_id(self.how)
        except Missing:
            raise Invalid(_("Choose one from the list that opens when you type."), field=f"{self.part}.id") from None

    def refuse(self, errors: Mapping[str, Any]) -> None:
        """Keep the sentences that are about this part (keys like "deal.amount")."""
        for name, sentence in errors.items():
            part, _dot, key = name.partition(".")
            if part != self.part:
                continue
            if key and self.type.field(key) is not None:
                self.form.refuse(Invalid(sentence, field=key))
            else:
                self.error = str(sentence)

    # -- drawing -----------------------------------------------------------------------------------

    @property
    def label(self) -> str:
        return self.type.name

    @property
    def fields_label(self) -> str:
        return _("Fields of the new %(what)s") % {"what": self.type.name}

    @property
    def is_open(self) -> bool:
        return self.how == "new"

    def choice(self) -> Widget:
        """None, new, or one of the candidates."""
        options = []
        if self.may_add:
            options.append(Option("new", _("New %(what)s") % {"what": self.type.name}, chosen=self.how == "new"))
        options += [
            Option(str(c.row.pk), f"{c.title} ({c.why})", chosen=self.how == str(c.row.pk), group=_("Known already"))
            for c in self.candidates
        ]
        return Widget(
            "select", f"{self.part}.how", label=self.label[:1].upper() + self.label[1:], value="" if self.how == "none" else self.how,
            options=tuple(options), error=self.error, attrs={"placeholder": _("None")},
        )  # fmt: skip

    def other(self) -> Widget:
        """Any other existing record."""
        offered = {"none", "new", "", *(str(c.row.pk) for c in self.candidates)}
        id_ = (
            self.how
            if self.how not in offered and self.how.isascii() and self.how.isdigit() and len(self.how) < 19
            else ""
        )
        name = self.reader.names.get(self.part, int(id_)) if id_ else None
        return Widget(
            "lookup",
            f"{self.part}.id",
            label=_("or another one"),
            value=id_,
            shown=name or "",
            url=f"/lookup/{self.part}",
        )

    def widgets(self) -> list[Widget]:
        """The fields of a new one. Nothing is `required` in the page, for the part may not be made at all."""
        return [with_prefix(w, self.part) for w in self.form.widgets()]


@dataclass
class ConversionForm:
    """All three parts, and what is wrong with the whole."""

    parts: dict[str, PartForm]
    error: str = ""

    @classmethod
    def of(cls, lead: Row, reader: Reader) -> ConversionForm:
        known = candidates_for(lead, reader)
        seen = [part for part in SHOWN if decide.may(reader.user, "see", part)]
        return cls({part: PartForm(part, lead, known[part], reader) for part in seen})

    def read(self, sent: QueryDict) -> bool:
        readable = [part.read(sent) for part in self.parts.values()]
        return all(readable)

    def chosen(self) -> dict[str, Chosen]:
        return {key: part.chosen() for key, part in self.parts.items()}

    def refuse(self, refused: Invalid) -> None:
        known = {key: s for key, s in refused.errors.items() if key.partition(".")[0] in self.parts}
        for part in self.parts.values():
            part.refuse(known)
        rest = [str(s) for key, s in refused.errors.items() if key not in known]
        self.error = " ".join(rest)


def without_prefix(sent: QueryDict, prefix: str) -> QueryDict:
    """The part of a form whose names begin with the prefix, as if it stood alone."""
    part = QueryDict(mutable=True)
    for name in sent:
        if name.startswith(f"{prefix}."):
            part.setlist(name.removeprefix(f"{prefix}."), sent.getlist(name))
    return part


def with_prefix(widget: Widget, prefix: str) -> Widget:
    """The widget with its names, and those of its parts, behind the prefix."""
    return replace(
        widget,
        name=f"{prefix}.{widget.name}",
        parts=tuple(with_prefix(part, prefix) for part in widget.parts),
        blank=with_prefix(widget.blank, prefix) if widget.blank else None,
        required=False,
    )

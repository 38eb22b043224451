"""Forms over a record's fields: read what was sent, parse it field by field, and give it back as typed when something is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from daftar.access.models import Row
from daftar.kernel.errors import Conflict, Invalid, Sentence
from daftar.records import conditional, files
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.ui.parts import Widget


class RecordForm:
    """Some fields of a record in a form.

    Shapes: `values` are the parsed Python values of the fields that were sent, `raw` what was typed, `errors` sentences by
    field key ("" is the whole form), `theirs` what somebody else saved meanwhile.
    """

    def __init__(
        self, type_: RecordType, fields: Iterable[Field], reader: Reader, *, row: Row | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.type, self.reader, self.row = type_, reader, row
        self.fields = [f for f in fields if not f.readonly]
        self.initial = dict(initial or {})
        self.raw: dict[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.errors: dict[str, Sentence] = {}
        self.theirs: dict[str, str] = {}

    def read(self, sent: QueryDict, uploads: MultiValueDict[str, Any] | None = None) -> bool:
        """Parse what was sent; True when every field could be parsed.

        A field that was not sent stays as it is. A list whose last line was taken out sends nothing, so the form names its
        lists in `lists`.
        """
        lists = set(sent.getlist("lists"))
        for field in self.fields:
            raw = field.read(sent)
            if raw is None and not (uploads and field.key in uploads) and not (field.many and field.key in lists):
                continue
            self.raw[field.key] = raw
            try:
                if field.kind == "files":
                    raw = [*(raw or ()), *self.keep(field, uploads)]
                self.values[field.key] = field.parse(raw, self.reader)
            except Invalid as refused:
                self.refuse(refused, field.key)
        self.leave_out_hidden()
        return not self.errors

    def leave_out_hidden(self) -> None:
        """What was typed into a field that the record does not show now stays as it was."""
        for key in self.hidden:
            self.values.pop(key, None)
            self.errors.pop(key, None)

    @property
    def hidden(self) -> list[str]:
        """Keys of the fields of the form whose condition does not hold for what stands in it."""
        return [f.key for f in self.fields if not conditional.is_shown(f, self.now, self.reader)]

    def now(self, key: str) -> Any:
        """What the record would have in a field, by this form."""
        field = self.type.whole.by_key[key]
        if key in self.values:
            return self.values[key]
        if key in self.raw:  # what cannot be read decides nothing
            return field.get(self.row) if self.row is not None else None
        return self.value(field)

    @property
    def watched(self) -> list[str]:
        """Keys of the fields by which others are shown or not."""
        return conditional.watched(self.fields)

    def keep(self, field: Field, uploads: MultiValueDict[str, Any] | None) -> list[int]:
        """Store the uploads of a file field; they belong to the record once it is saved."""
        sent = uploads.getlist(field.key) if uploads else []
        kept = [files.keep(self.type.key, 0, upload, by=self.reader.user, field=field.key) for upload in sent]
        return [f.pk for f in kept]

    def claim(self, row: Row) -> None:
        """Give the uploads of this form to the saved record."""
        ids = [id_ for f in self.fields if f.kind == "files" for id_ in self.values.get(f.key, ())]
        files.claim(self.type.key, row.pk, ids, by=self.reader.user)

    def refuse(self, refused: Invalid, key: str = "") -> None:
        """Keep the sentences of an error for the fields they belong to; fields that were not in the form join it."""
        for name, sentence in refused.errors.items():
            field = self.type.field(name or key)
            if field is not None and field not in self.fields and not field.readonly:
                self.fields.append(field)
            self.errors[field.key if field else ""] = sentence
        for name in getattr(refused, "missing", ()):
            field = self.type.field(name)
            if field is not None and field not in self.fields:
                self.fields.append(field)

    def meanwhile(self, conflict: Conflict) -> None:
        """Keep what somebody else saved, to stand beside what was typed."""
        self.theirs = {key: str(pair[1]) for key, pair in conflict.fields.items()}

    def value(self, field: Field) -> Any:
        """What the widget starts with: as typed, else parsed, else what the record has, else the first value."""
        if field.key in self.raw and field.key in self.errors:
            return self.raw[field.key]
        if field.key in self.values:
            return self.values[field.key]
        if field.key in self.initial:
            return self.initial[field.key]
        return field.get(self.row) if self.row is not None else field.first(self.reader)

    def widget(self, field: Field) -> Widget:
        error = str(self.errors.get(field.key, ""))
        widget = replace(field.widget(self.value(field), self.reader), error=error)
        if field.show_if and not conditional.is_shown(field, self.now, self.reader):
            only = conditional.only_words(field, self.reader)
            widget = replace(widget, help=" ".join(filter(None, (only, widget.help))), required=False)
        if error and widget.kind == "group" and widget.parts:
            return replace(widget, parts=(replace(widget.parts[0], error=error), *widget.parts[1:]))
        return widget

    def widgets(self, fields: Sequence[Field] | None = None) -> list[Widget]:
        """The widgets of the form, names of linked records fetched together."""
        chosen = [f for f in (self.fields if fields is None else fields) if f in self.fields]
        for field in chosen:
            value = self.value(field)
            is_as_typed = field.key in self.raw and field.key in self.errors
            if not is_as_typed and not isinstance(value, str | Mapping):
                self.reader.names.want(field.wants(value))
        self.reader.names.fetch()
        return [self.widget(f) for f in chosen]

    @property
    def lists(self) -> list[str]:
        """Keys of the fields with several values, for hidden marks in the form."""
        return [f.key for f in self.fields if f.many]

    def sections(self) -> list[tuple[str, list[Widget]]]:
        """The form in the blocks of the card; what an error added stands in its block too."""
        blocks = [(name, [f for f in fields if f in self.fields]) for name, fields in self.type.sections()]
        return [(name, self.widgets(fields)) for name, fields in blocks if fields]


def initial_from(type_: RecordType, params: QueryDict, reader: Reader) -> dict[str, Any]:
    """Values for a new record out of an address (`?company=12`); what cannot be parsed is left out."""
    found: dict[str, Any] = {}
    for field in type_.writable:
        raw = field.read(params)
        if raw is None:
            continue
        try:
            found[field.key] = field.parse(raw, reader)
        except Invalid:
            continue
    return found

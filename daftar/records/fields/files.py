from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.ids import parse_id
from daftar.records.fields._about import all_of, not_too_many
from daftar.records.fields._json_list import JsonKept
from daftar.records.fields._split import split
from daftar.records.fields.base import EMPTY, FILLED
from daftar.records.models import StoredFile
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Option, Shown, Widget

NAMED = "file"
"""What stored files are called among the names that a reader fetches."""


class Files(JsonKept):
    """Files of the record, as ids of `StoredFile`. An upload becomes a stored file first, then its id comes here."""

    kind = "files"
    data_class = "personal"
    kind_name = _("Files")
    style = "list"
    operator_set = (FILLED, EMPTY)

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        """Ids under the key, and those whose box "keep" stays ticked."""
        names = [name for name in (f"{self.key}.keep", self.key) if name in form]
        return [v for name in names for v in all_of(form, name) if v.strip()] if names else None

    def parse(self, raw: Any, reader: Reader) -> list[int]:
        given = split(raw.replace(",", ";")) if isinstance(raw, str) else list(raw or ())
        not_too_many(given, self)
        try:
            return list(dict.fromkeys(parse_id(str(v).strip()) for v in given))
        except Missing:
            raise Invalid(_("Upload the file here; it cannot be typed."), field=self.key) from None

    def check_target(self, value: Any, reader: Reader) -> None:
        """Refuse ids of files that are gone, or that hang on records or in fields which the person may not see."""
        if not value:
            return
        seen = reader.seen(self.type).values("pk")
        mine = Q(record_id__in=seen) & ~Q(field__in=self.type.hidden_from(reader.user)) | Q(record_id=0, by=reader.user)
        own = StoredFile.objects.filter(mine, pk__in=value, type=self.type.key, deleted_at=None)
        if own.count() < len(set(value)):
            raise Invalid(_("One of these files is not there any more. Upload it again."), field=self.key)

    def wants(self, value: Any) -> Iterable[tuple[str, int]]:
        return [(NAMED, id_) for id_ in value or ()]

    def show(self, value: Any, reader: Reader) -> Shown:
        items = tuple(
            Shown(name, style="file", href=f"/files/{id_}/{quote(name, safe='')}", direction="auto")
            for id_, name in names_of(value or (), reader).items()
        )
        return Shown(reader.formats.joined(i.text for i in items), style="list", items=items) if items else Shown()

    def widget(self, value: Any, reader: Reader) -> Widget:
        ids = [int(v) for v in value or () if str(v).isascii() and str(v).isdigit() and len(str(v)) < 19]
        options = tuple(Option(str(id_), name, chosen=True) for id_, name in names_of(ids, reader).items())
        return self.make_widget("file", options=options)

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        return Widget("group", self.key, label=str(self.label))

    def export(self, value: Any, reader: Reader) -> str:
        return "; ".join(map(str, value or ()))


def names_of(ids: Iterable[int], reader: Reader) -> dict[int, str]:
    """Id → name of the files that are still there; those not fetched with the page come by one query."""
    known = reader.names.known
    unknown = [id_ for id_ in ids if (NAMED, id_) not in known]
    if unknown:
        found = StoredFile.objects.filter(pk__in=unknown, deleted_at=None).values_list("pk", "name")
        known.update(((NAMED, id_), "") for id_ in unknown)
        known.update(((NAMED, id_), name) for id_, name in found)
    return {id_: name for id_ in ids if (name := known[NAMED, id_])}

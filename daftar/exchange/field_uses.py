"""Saved maps of imports that fill a field: told when the field is to go or to become another kind."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.targets import parse_target
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import SavedMap
from daftar.kernel.formats import joined
from daftar.records.field_uses import Use, finds_uses
from daftar.records.schema import Schema
from daftar.records.types import RecordType


@finds_uses
def maps(type_: RecordType, key: str, after: Schema) -> Iterator[Use]:
    """The maps that are proposed for files with known headings."""
    for kept in SavedMap.objects.filter(type=type_.key).select_related("by").order_by("-at"):
        try:
            map_ = ImportMap.from_json(kept.map)
        except Unreadable:
            continue
        headings = headings_for(map_, key)
        if headings or key in (*map_.match, *map_.defaults):
            name = named(headings) if headings else _("A map")
            yield Use(_("Import map"), name, _("fills it"), then_of(map_, after.types[type_.key]), whose=kept.by.name)


def headings_for(map_: ImportMap, key: str) -> list[str]:
    """The columns of the file that go into the field."""
    direct = [h for h, targets in map_.columns.items() if any(parse_target(t).key == key for t in targets)]
    return [*direct, *(h for ways in (map_.compose.get(key, ()),) for way in ways for h in way)]


def named(headings: list[str]) -> str:
    count = len(headings)
    said = ngettext("Column %(names)s", "Columns %(names)s", count)
    return said % {"names": joined(_("“%(text)s”") % {"text": heading[:80]} for heading in headings[:5])}


def then_of(map_: ImportMap, after: RecordType) -> str:
    try:
        map_.check_for(after, sorted(map_.headings_named))
    except Unreadable:
        return _("It is not proposed any more; the next file is guessed anew.")
    return ""

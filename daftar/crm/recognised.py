"""Leads, contacts and companies say, while they are typed, who is known already: by phone, mail address or name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from daftar.crm.candidates import MOST, named
from daftar.crm.same_person import Match, same_person
from daftar.kernel.company_names import fold_company
from daftar.kernel.text import fold
from daftar.records.fields.base import Field
from daftar.records.known import Known
from daftar.records.reader import Reader
from daftar.records.same.hints import Hint, hints_for
from daftar.records.same.keys import rules_of
from daftar.records.types import RecordType

FOLDED = {"contact": fold, "company": fold_company}


class Recognised(RecordType):
    """A type of people or organisations. `named_by`: field key → the type whose names it may hold."""

    named_by: ClassVar[Mapping[str, str]] = {}

    @property
    def known_fields(self) -> list[Field]:
        signs = {key for rule in rules_of(self) if rule.weight for key in rule.field_keys}
        return [f for f in self.fields if f.kind in ("phones", "emails") or f.key in self.named_by or f.key in signs]

    def known_already(self, values: Mapping[str, Any], reader: Reader, *, but: int | None = None) -> Sequence[Known]:
        asking = (self.key, but or 0)
        matches = same_person(values, reader, of=self, but=asking)
        found = {
            (self.key, hint.row.pk): known(self, hint, reader) for hint in hints_for(self, values, reader, but=but)
        }
        for match in matches:
            found.setdefault((match.type.key, match.row.pk), Known(match.type, match.row, why(match)))
        for key, part in self.named_by.items():
            words = FOLDED[part](str(values.get(key) or ""))
            for candidate in named(reader.schema.type(part), words, reader):
                place = (part, candidate.row.pk)
                if place != asking:
                    found.setdefault(place, Known(reader.schema.type(part), candidate.row, candidate.why))
        return list(found.values())[:MOST]


def known(type_: RecordType, hint: Hint, reader: Reader) -> Known:
    return Known(type_, hint.row, reader.formats.joined(reason.words for reason in hint.reasons))


def why(match: Match) -> str:
    return _("same e-mail") if all("@" in point for point in match.by) else _("same phone")

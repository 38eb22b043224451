"""Whom a lead may already be: contacts and companies by phone, mail address or name, and open deals of those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Length
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.crm.same_person import Match, same_person
from daftar.kernel.company_names import fold_company
from daftar.kernel.formats import joined
from daftar.kernel.phones import show_phone
from daftar.kernel.text import fold
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.searching import index
from daftar.records.searching.asked import Asked
from daftar.records.types import RecordType

MOST = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that the lead may belong to, and why we think so. `is_sure`: a phone or mail address agrees."""

    row: Row
    title: str
    why: str
    is_sure: bool


def candidates_for(lead: Row, reader: Reader) -> dict[str, list[Candidate]]:
    """Part of a conversion → the records that it may be, likeliest first; a fixed number of queries."""
    type_ = reader.schema.type("lead")
    values = {f.key: f.get(lead) for f in type_.fields if f.kind in ("phones", "emails")}
    matches = same_person(values, reader, types=("contact", "company"))
    found: dict[str, list[Candidate]] = {"contact": [], "company": [], "deal": []}
    for match in matches:
        found[match.type.key].append(sure(match))
    words = {
        "contact": fold(type_["person_name"].get(lead) or ""),
        "company": fold_company(type_["company_name"].get(lead) or ""),
    }
    for part, name in words.items():
        known = {c.row.pk for c in found[part]}
        found[part] += [c for c in named(reader.schema.type(part), name, reader) if c.row.pk not in known]
        del found[part][MOST:]
    found["deal"] = open_deals(found["contact"], found["company"], reader)
    return found


def other_leads(lead: Row, reader: Reader) -> list[Match]:
    """Other leads with the same phone or mail address."""
    type_ = reader.schema.type("lead")
    values = {f.key: f.get(lead) for f in type_.fields if f.kind in ("phones", "emails")}
    return same_person(values, reader, types=("lead",), but=("lead", lead.pk))[:MOST]


def sure(match: Match) -> Candidate:
    # Isolated, or digits and letters change places in right-to-left pages.
    points = (f"\u2066{p if '@' in p else show_phone(p)}\u2069" for p in match.by[:3])
    return Candidate(match.row, match.title, joined(points), True)


def named(type_: RecordType, words: str, reader: Reader) -> list[Candidate]:
    """Records whose name is these words, in any spelling and legal form."""
    if len(words) < 2:
        return []
    rows = visible(type_, reader.user).filter(index.by_index(type_.model, Asked.of(words)))
    if type_.key == "company":  # its legal form may stand before the name; the shortest names are the likeliest
        rows = rows.filter(search__contains=words).order_by(Length(type_.title_column), "id")[: MOST * 4]
    else:
        rows = rows.filter(search__startswith=words).order_by("search", "id")[: MOST * 4]
    same = [row for row in rows if words in (fold(type_.title_of(row)), fold_company(type_.title_of(row)))]
    return [Candidate(row, type_.title_of(row), _("same name"), False) for row in same[:MOST]]


def open_deals(contacts: Sequence[Candidate], companies: Sequence[Candidate], reader: Reader) -> list[Candidate]:
    """Open deals of the people and companies that were found."""
    type_ = reader.schema.type("deal")
    opened = [s.id for p in type_.pipelines for s in p.stages if s.kind == "open"]
    ids = [c.row.pk for c in contacts if c.is_sure], [c.row.pk for c in companies if c.is_sure]
    if not any(ids):
        return []
    rows = visible(type_, reader.user).filter(stage_id__in=opened)
    of_contacts, of_companies = rows.filter(contact_id__in=ids[0]), rows.filter(company_id__in=ids[1])
    found = {row.pk: row for part in (of_contacts, of_companies) for row in part.order_by("-created_at", "-id")[:MOST]}
    return [Candidate(row, type_.title_of(row), _("open deal"), False) for row in list(found.values())[:MOST]]

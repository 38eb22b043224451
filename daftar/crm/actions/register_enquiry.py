from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import Installation, Row, User
from daftar.crm.field_map import carried_over
from daftar.crm.same_person import Match, same_person
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.records import writing
from daftar.records.fields.links import Linked
from daftar.records.models import ChangeSet
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.schema import current_schema
from daftar.records.types import RecordType


@dataclass(frozen=True, slots=True)
class Registered:
    """What an enquiry became: a lead, or at once a deal with its client. `made` are the types that are new."""

    record: Row
    type: RecordType
    contact: Row | None = None
    company: Row | None = None
    made: frozenset[str] = frozenset()


def register_enquiry(values: Mapping[str, Any], *, by: User, via: str, once: str = "") -> Registered:
    """Keep an enquiry: as a lead, or in a company without leads as a deal with its contact and company.

    Shapes: `values` are fields of a lead by key. Without leads the client is matched by phone and mail address among
    what `by` may see; a match is used as it is, of several the one that agrees most.
    Errors: NotAllowed, Invalid (keys of the lead's fields), StageRefused. Nothing is saved when one is raised.
    """
    schema = current_schema()
    if Installation.load().uses_leads:
        lead = writing.create(schema.type("lead"), values, by=by, via=via, once=once)
        return Registered(lead, schema.type("lead"), made=frozenset({"lead"}))
    type_ = schema.type("deal")
    with transaction.atomic():
        if once and (first := writing.made_before(type_, once, by)):
            return Registered(first, type_)
        return Enquiry(values, by, via, once).deal()


class Enquiry:
    """One enquiry on its way to a deal."""

    def __init__(self, values: Mapping[str, Any], by: User, via: str, once: str) -> None:
        self.values, self.by, self.via, self.once = dict(values), by, via, once
        self.schema = current_schema()
        lead = self.schema.type("lead")
        unknown = [key for key in values if lead.field(key) is None]
        if unknown:
            raise Invalid(errors={key: _("There is no field “%(key)s”.") % {"key": key[:60]} for key in unknown})
        self.known = same_person(values, Reader(by, schema=self.schema), types=("contact", "company"))
        self.made: set[str] = set()
        self.change_set = ChangeSet.objects.create(at=clock.now(), by=by, via=via, title=_("Enquiry"))

    def deal(self) -> Registered:
        company = self.client("company", "company_name")
        contact = self.client("contact", "person_name", company)
        if contact is None and company is None and self.reachable:
            contact = self.create("contact", {**self.part("contact"), "name": self.reachable})
        if company is None and contact is not None:
            company = self.company_of(contact)
        values = self.part("deal") | {"name": self.title}
        values |= {key: row.pk for key, row in (("company", company), ("contact", contact)) if row is not None}
        deal = self.create("deal", values, once=self.once)
        return Registered(deal, self.schema.type("deal"), contact, company, frozenset(self.made))

    @property
    def title(self) -> str:
        """The words for the deal: what they want, else who they are."""
        words = (self.values.get(key) for key in ("title", "company_name", "person_name"))
        return next((str(w) for w in words if w), "")

    @property
    def reachable(self) -> str:
        """The first phone or mail address: the name of somebody who gave no other."""
        return next((item.value for key in ("phones", "emails") for item in self.values.get(key) or ()), "")

    @property
    def parts(self) -> set[str]:
        """What the enquiry names or who is known already."""
        named = {"company": "company_name", "contact": "person_name"}
        return {k for k, name in named.items() if self.values.get(name)} | {m.type.key for m in self.known}

    def client(self, key: str, name_key: str, company: Row | None = None) -> Row | None:
        """Who is known by phone or mail address, else a new one when there is a name."""
        match: Match | None = next((m for m in self.known if m.type.key == key), None)
        if match is not None:
            return match.row
        if not self.values.get(name_key):
            return None
        values = self.part(key)
        if company is not None:
            values["companies"] = [Linked(company.pk)]
        return self.create(key, values)

    def company_of(self, contact: Row) -> Row | None:
        """The one company of a known contact, when there is only one that the person may see."""
        ids = [link.id for link in self.schema.type("contact")["companies"].get(contact)]
        if len(ids) != 1:
            return None
        return visible(self.schema.type("company"), self.by).filter(pk=ids[0]).first()

    def part(self, key: str) -> dict[str, Any]:
        """The values of the enquiry that belong to this type."""
        lead = self.schema.type("lead")
        return carried_over(lambda field: self.values.get(field.key), lead, self.schema.type(key), beside=self.parts)

    def create(self, key: str, values: Mapping[str, Any], once: str = "") -> Row:
        row = writing.create(
            self.schema.type(key), values, by=self.by, via=self.via, once=once, change_set=self.change_set
        )
        self.made.add(key)
        return row

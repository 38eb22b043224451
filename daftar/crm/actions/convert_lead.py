from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.crm.carrying_on import carry_on
from daftar.crm.field_map import carried_over, completed
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Sentence
from daftar.records import reading, writing
from daftar.records.fields.base import Field
from daftar.records.fields.links import Linked
from daftar.records.gate import StageRefused
from daftar.records.models import ChangeSet
from daftar.records.reader import Reader
from daftar.records.schema import Schema, current_schema
from daftar.records.shapes import StageInfo
from daftar.records.types import RecordType, action

PARTS = ("company", "contact", "deal")
"""In the order in which they are made: the contact stands in the company, the deal names both."""
SHOWN = ("contact", "company", "deal")

Chosen = int | Mapping[str, Any] | None
"""An existing record by id, the values of a new one (`{}` takes everything from the lead), or nothing."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What a lead became. `made` are the parts that are new; `before` says that it had been converted already."""

    lead: Row
    contact: Row | None = None
    company: Row | None = None
    deal: Row | None = None
    made: frozenset[str] = field(default_factory=frozenset)
    before: bool = False

    @property
    def first(self) -> tuple[str, Row]:
        """Where the work goes on: the deal, else the contact, else the company."""
        parts = (("deal", self.deal), ("contact", self.contact), ("company", self.company))
        return next(((key, row) for key, row in parts if row is not None), ("lead", self.lead))


@action(on="lead", name=_("Convert"), icon="git-branch")
def convert_lead(
    lead_id: int,
    *,
    by: User,
    contact: Chosen = None,
    company: Chosen = None,
    deal: Chosen = None,
    via: str = "page",
) -> Converted:
    """Make a contact, a company and a deal out of a lead, or join it to those that exist, and close the lead.

    Shapes: see `Chosen`. What a new record was not given it takes from the lead, custom fields with the same key and
    kind too; an existing one gets what it lacks. All changes stand in one change set.
    Errors: Missing, NotAllowed, Invalid with keys like "deal.amount", StageRefused. Nothing is saved then.
    A lead that was converted before is left as it is and the answer says what it became.
    """
    chosen: dict[str, Chosen] = {"company": company, "contact": contact, "deal": deal}
    schema = current_schema()
    type_ = schema.type("lead")
    with transaction.atomic():
        lead = writing.locked(type_, lead_id, by, "change")
        if type_["converted_at"].get(lead):
            return converted_before(lead, by, schema)
        if all(c is None for c in chosen.values()):
            raise Invalid(_("Choose at least one: a contact, a company or a deal."))
        conversion = Conversion(lead, by, via, schema, {part for part in PARTS if chosen[part] is not None})
        for part in PARTS:
            conversion.do(part, chosen[part])
        lead = conversion.close()
    return became(lead, conversion.rows, made=frozenset(conversion.made))


def converted_before(lead: Row, by: User, schema: Schema) -> Converted:
    """What the lead became, as far as the person may see it."""
    rows: dict[str, Row | None] = {}
    for part in PARTS:
        known = schema.type("lead")[part].get(lead)
        rows[part] = reading.visible(schema.type(part), by).filter(pk=known).first() if known else None
    return became(lead, rows, before=True)


def became(lead: Row, rows: Mapping[str, Row | None], **more: Any) -> Converted:
    return Converted(lead, rows["contact"], rows["company"], rows["deal"], **more)


class Conversion:
    """One conversion under way: what stands already is linked to what comes next."""

    def __init__(self, lead: Row, by: User, via: str, schema: Schema, parts: set[str]) -> None:
        self.lead, self.by, self.via, self.schema, self.parts = lead, by, via, schema, parts
        self.type = schema.type("lead")
        self.reader = Reader(by, schema=schema)
        self.rows: dict[str, Row | None] = {}
        self.made: list[str] = []
        self.change_set = ChangeSet.objects.create(
            at=clock.now(),
            by=by,
            via=via,
            title=_("Lead converted: %(title)s") % {"title": self.type.title_of(lead)[:200]},
        )

    @property
    def common(self) -> dict[str, Any]:
        data = {"converted_from": ["lead", self.lead.pk]}
        return {"by": self.by, "via": self.via, "change_set": self.change_set, "data": data}

    def do(self, part: str, chosen: Chosen) -> None:
        """Make or join one part; its errors are told with the part's name in front."""
        try:
            self.rows[part] = self.made_or_joined(part, chosen)
        except Invalid as refused:
            raise told_about(part, refused) from None

    def made_or_joined(self, part: str, chosen: Chosen) -> Row | None:
        if chosen is None:
            return None
        type_ = self.schema.type(part)
        if isinstance(chosen, int):
            return self.join(type_, chosen)
        carried = {**carried_over(self.value_of, self.type, type_, beside=self.parts), **self.links(type_, None)}
        self.made.append(part)
        # What the lead has goes along, also what is hidden from the person who converts it.
        derived = {key: value for key, value in carried.items() if key not in chosen}
        return writing.create(type_, chosen, **self.common, derived=derived)

    def join(self, type_: RecordType, record_id: int) -> Row:
        """An existing record, completed with what it lacks when the person may change it; else only named."""
        row = reading.get(type_, record_id, self.by)
        if not decide.may(self.by, "change", type_.key, row):
            return row
        from_lead = carried_over(self.value_of, self.type, type_, beside=self.parts, existing=True)
        derived = {**completed(row, type_, from_lead), **self.links(type_, row)}
        return writing.change(type_, record_id, {}, **self.common, derived=derived)

    def value_of(self, field_: Field) -> Any:
        return field_.get(self.lead)

    def links(self, type_: RecordType, row: Row | None) -> dict[str, Any]:
        """What the record says about the parts that stand already; what it says itself stays."""
        company, contact = self.rows.get("company"), self.rows.get("contact")
        found: dict[str, Any] = {}
        if type_.key == "contact" and company is not None:
            known = type_["companies"].get(row) if row is not None else []
            if all(link.id != company.pk for link in known):
                found["companies"] = [*known, Linked(company.pk)]
        if type_.key == "deal":
            for part, linked in (("company", company), ("contact", contact)):
                if linked is not None and (row is None or type_[part].get(row) is None):
                    found[part] = linked.pk
            if row is None or type_["lead"].get(row) is None:
                found["lead"] = self.lead.pk
        return found

    def close(self) -> Row:
        """The lead in its converted stage, with what it became."""
        for part in ("deal", "contact", "company"):
            row = self.rows[part]
            if row is not None:
                carry_on(
                    self.lead, self.schema.type(part), row,
                    is_new=part in self.made, by=self.by, via=self.via, change_set=self.change_set,
                )  # fmt: skip
                break
        stage = converted_stage(self.type, self.lead)
        parts = {part: row.pk for part, row in self.rows.items() if row is not None}
        return writing.change(
            self.type,
            self.lead.pk,
            {"stage": stage.id} if stage else {},
            by=self.by,
            via=self.via,
            change_set=self.change_set,
            data={"converted": parts, "made": self.made},
            derived={"converted_at": clock.now(), **parts},
        )


def converted_stage(type_: RecordType, lead: Row) -> StageInfo | None:
    """The first won stage of the lead's own pipeline, else of any."""
    current = type_.schema.stage(type_["stage"].get(lead))
    order = sorted(type_.pipelines, key=lambda p: current is None or p.id != current.pipeline_id)
    won = (s for p in order if not p.archived for s in p.stages if s.kind == "won" and not s.archived)
    return next(won, None)


def told_about(part: str, refused: Invalid) -> Invalid:
    """The same refusal, its fields named like "deal.amount"."""
    errors: dict[str, Sentence] = {f"{part}.{key}" if key else "": s for key, s in refused.errors.items()}
    if isinstance(refused, StageRefused):
        missing = [f"{part}.{key}" for key in refused.missing]
        return StageRefused(errors=errors, missing=missing, stage=refused.stage)
    return Invalid(refused.sentence if "" in errors else None, errors=errors)

"""The declarations of the CRM: leads, contacts, companies, deals. All pages and doors follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.crm import choices, pipelines
from daftar.crm.closing import close_or_reopen
from daftar.crm.following import stage_before_and_after
from daftar.crm.models import Company, Contact, Deal, Lead
from daftar.crm.person_names import complete_name
from daftar.crm.recognised import Recognised
from daftar.crm.subjects import complete_subject
from daftar.kernel import clock
from daftar.records.draft import Draft
from daftar.records.fields import (  # type: ignore[attr-defined]  # loaded by file
    Address,
    Choice,
    Date,
    DateTime,
    DaysInStage,
    Emails,
    Idle,
    Link,
    Links,
    LongText,
    Messengers,
    Money,
    NextStep,
    Percent,
    Person,
    Phones,
    Stage,
    Tags,
    Text,
    Webs,
    Whole,
    YesNo,
)
from daftar.records.fields.base import Field
from daftar.records.followed import FollowedType
from daftar.records.reader import Reader
from daftar.records.same.declaring import (
    born,
    company_name,
    domains,
    emails,
    name_and,
    name_at,
    number,
    person_name,
    phones,
)
from daftar.records.types import Board, Section

REACH = "phones emails messengers webs address"
ADVERTISING = "source source_details utm_source utm_medium utm_campaign utm_term utm_content referrer"


def reach(quick: bool = False) -> list[Field]:
    """How a person or organisation is reached."""
    return [
        Phones("phones", _("Phones"), searched=True, quick=quick, personal="personal"),
        Emails("emails", _("E-mails"), searched=True, quick=quick, personal="personal"),
        Messengers("messengers", _("Messengers"), searched=True, personal="personal"),
        Webs("webs", _("Web addresses"), searched=True),
        Address("address", _("Address"), personal="personal"),
    ]


def advertising() -> list[Field]:
    """Which advertisement brought the enquiry."""
    return [
        Text("source_details", _("About the source"), max_length=500),
        Text("utm_source", _("UTM source"), code=True),
        Text("utm_medium", _("UTM medium"), code=True),
        Text("utm_campaign", _("UTM campaign"), code=True),
        Text("utm_term", _("UTM term"), code=True),
        Text("utm_content", _("UTM content"), code=True),
        Text("referrer", _("Came from page"), max_length=1000, code=True),
    ]


class LeadType(Recognised, FollowedType):
    menu_order = 10
    key, model, icon, letter = "lead", Lead, "inbox", "l"
    names = _("lead"), _("leads")
    named_by = {"person_name": "contact", "company_name": "company"}
    same_by = [
        emails(50),
        phones(),
        person_name("person_name", 30, rare=0),
        name_and("company_name", _("same company name"), "person_name"),
    ]
    names_person = "person_name"
    fields = [
        Text("title", _("Subject"), title=True, required=False),
        Stage("stage", _("Status")),
        Text("person_name", _("Full name"), searched=True, quick=True, personal="personal"),
        *reach(quick=True)[:2],
        NextStep("next_step", _("Next step")),
        Person("owner", _("Owner"), assigns=True, quick=True),
        Choice("source", _("Source"), options=choices.SOURCES, quick=True),
        Money("amount", _("Expected amount"), total=True),
        Idle("idle", _("Idle")),
        Text("company_name", _("Company"), searched=True, quick=True),
        Text("position", _("Position")),
        LongText("wants", _("What they want"), quick=True),
        *reach()[2:],
        Link(
            "department", _("Department"), to="department", quick=True, help=_("Who may take it while it has no owner.")
        ),
        DaysInStage("days_in_stage", _("Days in this status")),
        Date("parked_until", _("Parked until"), readonly=True),
        Choice("lost_reason", _("Why it does not suit"), options=choices.LEAD_LOST_REASONS),
        *advertising(),
        LongText("comments", _("Comments"), searched=True),
        Tags("tags", _("Tags"), searched=True),
        DateTime("converted_at", _("Converted"), readonly=True),
        Link("contact", _("Became the contact"), to="contact", readonly=True),
        Link("company", _("Became the company"), to="company", readonly=True),
        Link("deal", _("Became the deal"), to="deal", readonly=True),
        DateTime("last_contact_at", _("Last contact"), readonly=True),
    ]
    card = [
        Section(_("Enquiry"), "title stage wants amount next_step parked_until owner department"),
        Section(_("Person"), f"person_name company_name position {REACH}"),
        Section(_("Source"), ADVERTISING),
        Section(
            _("More"), "comments tags last_contact_at idle days_in_stage lost_reason converted_at contact company deal"
        ),
    ]
    head = "stage amount next_step owner idle"
    board = Board(by="stage", face="person_name company_name amount next_step owner idle")
    pipelines = [pipelines.LEADS]

    def is_in_menu(self, request: Any) -> bool:
        """Leads are hidden where every enquiry becomes a deal at once."""
        return bool(request.company.uses_leads)

    def more_views(self, reader: Reader) -> Sequence[Any]:
        """What waits in the reader's department for whoever takes it."""
        if not decide.standing(reader.user).departments or not {"owner", "department"} <= set(self.by_key):
            return ()
        return [(_("Nobody's"), [("stage", "in", ("open",)), ("owner", "empty", ()), ("department", "in", ("mine",))])]

    def prepare(self, draft: Draft) -> None:
        super().prepare(draft)
        complete_subject(draft)

    def check(self, draft: Draft) -> Mapping[str, str]:
        if draft.is_empty("title"):
            return {"title": _now("Say what they want, or who they are.")}
        _before, after = stage_before_and_after(draft)
        is_moved = not draft.is_new and "stage" in draft.changed
        if is_moved and after is not None and after.kind == "won" and draft.is_empty("converted_at"):
            return {
                "stage": _now("Open the lead and press “Convert”: that makes the contact, the company or the deal.")
            }
        return {}


class ContactType(Recognised):
    menu_order = 30
    key, model, icon, letter = "contact", Contact, "contact", "c"
    names = _("contact"), _("contacts")
    named_by = {"name": "contact"}
    same_by = [emails(), phones(), person_name(), name_at("companies"), born()]
    names_person, name_parts = "name", "first_name last_name"
    default_sort = "name"
    fields = [
        Text("name", _("Full name"), title=True, personal="personal"),
        Links("companies", _("Companies"), to="company", role=True, quick=True),
        *reach(quick=True)[:2],
        Text("position", _("Position"), quick=True),
        Person("owner", _("Owner"), assigns=True),
        Choice("source", _("Source"), options=choices.SOURCES),
        Tags("tags", _("Tags"), searched=True),
        YesNo("do_not_contact", _("Do not contact")),
        *reach()[2:],
        Choice("salutation", _("Salutation"), options=choices.SALUTATIONS),
        Text("first_name", _("First name"), max_length=150, personal="personal"),
        Text("last_name", _("Last name"), max_length=150, personal="personal"),
        Date("birthday", _("Birthday"), personal="personal"),
        Choice("preferred_language", _("Language"), options=choices.LANGUAGES),
        LongText("comments", _("Comments")),
    ]
    card = [
        Section(_("Person"), "name companies position owner"),
        Section(_("How to reach"), f"{REACH} preferred_language do_not_contact"),
        Section(_("More"), "salutation first_name last_name birthday source tags comments"),
    ]
    head = "companies phones emails owner"
    board = Board(by="source", face="companies phones owner")

    def prepare(self, draft: Draft) -> None:
        complete_name(draft)


class CompanyType(Recognised):
    menu_order = 40
    key, model, slug, icon, letter = "company", Company, "companies", "building-2", "o"
    names = _("company"), _("companies")
    named_by = {"name": "company"}
    same_by = [
        company_name(),
        number("tax_id", _("same tax number"), differs=-60, differs_says=_("different tax numbers")),
        number("registration_number", _("same registration number")),
        domains(),
        emails(40),
        phones(40),
    ]
    default_sort = "name"
    fields = [
        Text("name", _("Name"), title=True),
        Choice("kind", _("Kind"), options=choices.COMPANY_KINDS, quick=True, default="client"),
        Choice("sector", _("Sector"), options=choices.SECTORS, quick=True),
        *reach(quick=True)[:2],
        Person("owner", _("Owner"), assigns=True),
        Whole("employees", _("Employees"), low=0),
        Money("revenue", _("Yearly revenue")),
        Tags("tags", _("Tags"), searched=True),
        *reach()[2:],
        Address("legal_address", _("Legal address")),
        Text("legal_name", _("Legal name"), searched=True),
        Text("tax_id", _("Tax number"), max_length=50, code=True, searched=True),
        Text("registration_number", _("Registration number"), max_length=50, code=True),
        Text("bank_name", _("Bank")),
        Text("bank_account", _("Account number"), max_length=100, code=True),
        Text("bank_code", _("Bank code"), max_length=50, code=True),
        Whole("founded", _("Founded in"), low=1000, high=2200, year=True),
        Link("parent", _("Subsidiary of"), to="company"),
        Choice("source", _("Source"), options=choices.SOURCES),
        LongText("comments", _("Comments")),
    ]
    card = [
        Section(_("Company"), "name kind sector parent owner"),
        Section(_("How to reach"), REACH),
        Section(
            _("Requisites"), "legal_name tax_id registration_number legal_address bank_name bank_account bank_code"
        ),
        Section(_("More"), "employees revenue founded source tags comments"),
    ]
    head = "kind phones emails owner"
    board = Board(by="kind", face="sector phones owner")

    def check(self, draft: Draft) -> Mapping[str, str]:
        if draft.row.pk is not None and draft.value("parent") == draft.row.pk:
            return {"parent": _now("A company cannot be its own subsidiary.")}
        return {}


class DealType(FollowedType):
    menu_order = 20
    key, model, icon, letter = "deal", Deal, "handshake", "d"
    names = _("deal"), _("deals")
    fields = [
        Text("name", _("Name"), title=True),
        Stage("stage", _("Stage")),
        Money("amount", _("Amount"), total=True, quick=True),
        Link("company", _("Company"), to="company", quick=True),
        NextStep("next_step", _("Next step")),
        Person("owner", _("Owner"), assigns=True),
        Date("expected_close", _("Expected close"), quick=True),
        Idle("idle", _("Idle")),
        Link("contact", _("Contact"), to="contact", quick=True),
        Percent("probability", _("Probability")),
        Links("products", _("Products"), to="product"),
        Choice("source", _("Source"), options=choices.SOURCES),
        Choice("kind", _("Kind"), options=choices.DEAL_KINDS, default="sale"),
        Text("number", _("Number"), max_length=100, code=True, searched=True),
        Link("department", _("Department"), to="department", help=_("Who may take it while it has no owner.")),
        Date("opened_on", _("Opened on"), default=lambda reader: clock.today(reader.formats.zone)),
        Date("closed_on", _("Closed on")),
        DaysInStage("days_in_stage", _("Days in this stage")),
        Links("contacts", _("Other contacts"), to="contact", role=True),
        Date("parked_until", _("Parked until"), readonly=True),
        Choice("lost_reason", _("Why it was lost"), options=choices.DEAL_LOST_REASONS),
        LongText("lost_comment", _("About the loss"), max_length=2000),
        LongText("comments", _("Comments"), searched=True),
        Tags("tags", _("Tags"), searched=True),
        Link("repeat_of", _("Repeats the deal"), to="deal"),
        Link("lead", _("Came from the lead"), to="lead"),
        *advertising(),
        DateTime("last_contact_at", _("Last contact"), readonly=True),
    ]
    card = [
        Section(_("Sale"), "name stage amount probability expected_close next_step parked_until owner department"),
        Section(_("Client"), "company contact contacts"),
        Section(_("Subject"), "products kind number comments tags"),
        Section(
            _("Course"),
            "opened_on closed_on last_contact_at idle days_in_stage lost_reason lost_comment repeat_of lead",
        ),
        Section(_("Source"), ADVERTISING),
    ]
    head = "stage amount company next_step owner expected_close idle"
    board = Board(by="stage", face="amount company next_step owner idle")
    pipelines = [pipelines.DEALS]
    from_stage = MappingProxyType({"probability": "probability"})

    def prepare(self, draft: Draft) -> None:
        super().prepare(draft)
        close_or_reopen(draft)

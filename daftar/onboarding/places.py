"""What can be set up and begun with; only pages that exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from daftar.access.models import User
from daftar.records.schema import current_schema


@dataclass(frozen=True, slots=True)
class Place:
    """A page with a sentence about what one does there."""

    url: str
    name: Any
    about: Any
    icon: str
    for_owners: bool = False
    """Closed to administrators who are no owners; they do not see it."""

    @property
    def is_there(self) -> bool:
        """Whether some room serves the address."""
        try:
            resolve(self.url.partition("?")[0])
        except Resolver404:
            return False
        return True


SETTINGS = (
    Place("/settings/company/", _("Company"), _("Name, language, currency, calendar, time zone"), "building-2"),
    Place("/settings/people/", _("People"), _("Who can sign in, roles, passwords"), "users"),
    Place("/settings/roles/", _("Roles"), _("Who may see, change and export what"), "shield-check"),
    Place("/settings/invitations/", _("Invitations"), _("Ask people in, by mail or by a link"), "user-plus"),
    Place("/settings/mail/", _("Outgoing mail"), _("What waits to be sent, and what could not be"), "mails"),
    Place(
        "/settings/fields/", _("Fields"), _("Fields and lists of your own on every record type"), "text-cursor-input"
    ),
    Place(
        "/settings/types/",
        _("Record types"),
        _("Kinds of records of your own: equipment, contracts, projects"),
        "shapes",
    ),
    Place("/settings/pipelines/", _("Pipelines"), _("Stages and what each of them asks for"), "square-kanban"),
    Place(
        "/settings/sales/",
        _("Sales"),
        _("Numbers of quotes and invoices, days, discounts, our requisites"),
        "receipt-text",
    ),
    Place("/settings/papers/", _("Papers"), _("How quotes, invoices and other papers look"), "file-text"),
    Place("/settings/catalogue/", _("Catalogue"), _("Units, tax classes, price lists, warehouses"), "package-search"),
    Place("/settings/payments/", _("Payments"), _("Ways to pay online, bank accounts of the company"), "credit-card"),
    Place("/settings/rates/", _("Exchange rates"), _("What other currencies are worth"), "banknote"),
    Place("/settings/keys/", _("Keys for programs"), _("Which programs act for whom, and what they may"), "key-round"),
    Place(
        "/settings/audit/", _("Audit log"), _("Who signed in, exported, was refused, changed settings"), "scroll-text"
    ),
    Place(
        "/settings/retention/",
        _("Retention"),
        _("How long data are kept, and whom the company forgets when"),
        "hourglass",
    ),
    Place(
        "/settings/departments/",
        _("Departments"),
        _("The company as a tree: heads, deputies, offices, who stands where"),
        "network",
    ),
    Place(
        "/settings/archive/",
        _("Move the company"),
        _("Everything in one file, for another installation or to keep"),
        "package",
        for_owners=True,
    ),
    Place("/settings/demo/", _("Demo company"), _("Load or remove invented records"), "flask-conical"),
)


def settings_places(person: User) -> list[Place]:
    """The pages of settings that the person may open, who may change settings."""
    return [place for place in SETTINGS if place.is_there and (person.is_owner or not place.for_owners)]


def first_steps() -> list[Place]:
    """What a new company does first."""
    slugs = {type_.key: type_.slug for type_ in current_schema().types.values()}
    steps = [
        Place(f"/{slugs[key]}/import/", name, about, "upload")
        for key, name, about in (
            ("company", _("Import companies"), _("From a CSV file; columns are matched for you")),
            ("deal", _("Import deals"), _("Your old pipeline, with stages and dates")),
        )
        if key in slugs
    ]
    steps += [Place("/settings/people/new", _("Add people"), _("Everybody gets an account of their own"), "user-plus")]
    steps += [place for place in SETTINGS if place.url in ("/settings/pipelines/", "/settings/fields/")]
    return [place for place in steps if place.is_there]

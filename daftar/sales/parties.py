"""Who sells and who buys, as a paper of today says it; kept with the paper, so that a later move of the client changes no old paper."""

from __future__ import annotations

from typing import Any

from daftar.access.models import Installation
from daftar.crm.models import Company, Contact
from daftar.kernel.formats import joined
from daftar.sales.models import SalesSettings

SELLER = (
    "name", "address", "tax_id", "registration_number", "bank_name", "bank_account", "bank_code", "phone", "email", "web",
)  # fmt: skip
"""What the company says of itself on papers."""


def parties(company: Company | None, contact: Contact | None) -> dict[str, Any]:
    """{"seller": …, "client": …}, each texts by name; what is not known is left out."""
    seller = {"name": Installation.load().name, **SalesSettings.load().seller}
    return {"seller": filled(seller), "client": filled(client(company, contact))}


def client(company: Company | None, contact: Contact | None) -> dict[str, str]:
    """The organisation with its requisites, else the person."""
    person = contact.name if contact is not None else ""
    if company is None:
        return {} if contact is None else {
            "name": person, "address": one_line(contact.address), "phone": first(contact.phones), "email": first(contact.emails),
        }  # fmt: skip
    return {
        "name": company.legal_name or company.name,
        "person": person,
        "address": one_line(company.legal_address or company.address),
        "tax_id": company.tax_id,
        "registration_number": company.registration_number,
        "bank_name": company.bank_name,
        "bank_account": company.bank_account,
        "bank_code": company.bank_code,
        "phone": first(company.phones) or first(contact.phones if contact is not None else []),
        "email": first(company.emails) or first(contact.emails if contact is not None else []),
    }


def one_line(address: dict[str, str]) -> str:
    parts = (address.get(part, "") for part in ("street", "city", "region", "postcode", "country"))
    return joined(part for part in parts if part)


def first(typed: list[dict[str, str]]) -> str:
    return typed[0].get("value", "") if typed else ""


def filled(given: dict[str, str]) -> dict[str, str]:
    return {key: str(value) for key, value in given.items() if value}

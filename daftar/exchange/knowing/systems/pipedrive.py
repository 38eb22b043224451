"""Pipedrive: "Entity - Field" over the columns, of exports and of its own sample files."""

from __future__ import annotations

from daftar.exchange.knowing.systems.shape import Shape, System


def beside(entity: str) -> dict[str, str]:
    return {
        f"{entity} - ID|{entity} - Pipedrive System ID": "@id",
        f"{entity} - {entity} created|{entity} - Creation date|{entity} - Add time": "@created",
        f"{entity} - Update time": "@changed",
    }


PIPEDRIVE = System(
    key="pipedrive",
    name="Pipedrive",
    short="Pipedrive",
    shapes=(
        Shape("deal", "Deal - Title|Deal - Stage|Deal - Status|Deal - Value|Deal - Stage (pipeline)", {
            **beside("Deal"), "Deal - Owner": "owner", "Deal - Title": "name", "Deal - Value": "amount", "Deal - Currency of value|"
            "Deal - Currency of Value|"
            "Deal - Currency": "amount.currency",
            "Deal - Stage|Deal - Stage (pipeline)": "stage", "Deal - Expected close date": "expected_close", "Deal - Probability": "probability",
            "Deal - Deal closed on|Deal - Closed on": "closed_on", "Deal - Lost reason": "lost_reason", "Deal - Lead Source|"
            "Deal - Source channel": "source",
            "Organization|Deal - Organization|Organization - Name": "company", "Organization - ID": "company@id",
            "Contact person|Deal - Contact person|Person - Name": "contact", "Person - ID": "contact@id", "Deal - Label": "tags",
        }),
        Shape("contact", "Person - Name|Person - First name|Person - Email|Person - Phone", {
            **beside("Person"), "Person - Owner": "owner", "Person - Name": "name", "Person - First name": "first_name",
            "Person - Last name": "last_name",
            "Person - Email|Person - Email (Home)|Person - Email - Home|Person - Email (Other)|Person - Email - Other": "emails",
            "Person - Email (Work)|Person - Email - Work": "emails.work", "Person - Phone (Work)|Person - Phone - Work": "phones.work",
            "Person - Phone (Home)|Person - Phone - Home": "phones.home", "Person - Phone (Mobile)|Person - Phone - Mobile": "phones.mobile",
            "Person - Phone|Person - Phone (Other)|Person - Phone - Other": "phones",
            "Organization|Organization name|Person - Organization|Organization - Name": "companies", "Organization - ID": "companies@id",
            "Person - Label|Person - Labels": "tags", "Person - Job title|Person - Position": "position", "Person - Birthday": "birthday",
        }),
        Shape("company", "Organization - Name|Organization - Address|Organization - Owner", {
            **beside("Organization"), "Organization - Owner": "owner", "Organization - Name": "name", "Organization - Address": "address",
            "Organization - Website": "webs",
            "Organization - Label|Organization - Labels": "tags", "Organization - Industry": "sector", "Organization - Annual revenue": "revenue",
            "Organization - Number of employees|Organization - Employee count": "employees",
        }),
        Shape("lead", "Lead - Title|Lead - Owner|Lead - Source channel", {
            **beside("Lead"), "Lead - Owner": "owner", "Lead - Title": "title", "Contact person|Lead - Contact person": "person_name",
            "Organization|Lead - Organization": "company_name", "Lead - Source channel|Lead - Source": "source", "Lead - Value": "amount",
            "Lead - Labels|Lead - Label": "tags",
        }),
        Shape("activity", "Activity - Subject|Activity - Due date|Activity - Type|Activity - Done", {
            **beside("Activity"), "Activity - Owner": "owner", "Activity - Subject": "subject", "Activity - Due date": "due_at",
            "Activity - Assigned to user": "owner",
            "Activity - Note|Activity - Public description": "body", "Activity - Type": "kind", "Activity - Duration": "duration",
            "Activity - Marked as done time": "done_at", "Activity - Location": "place",
        }),
        Shape("product", "Product - Name|Product - Product code|Product - Unit prices|Product - Price", {
            **beside("Product"), "Product - Name": "name", "Product - Product code": "code", "Product - Category": "section",
            "Product - Price": "price",
            "Product - Currency": "price.currency", "Product - Description": "description", "Product - Active": "is_active",
        }),
    ),
    stages="Lead In|Qualified|Contact Made|Demo Scheduled|Proposal Made|Negotiations Started|Won|Lost",
)  # fmt: skip

"""Odoo: labels and technical names of the fields of its contacts, leads, products and activities."""

from __future__ import annotations

from daftar.exchange.knowing.systems.shape import Shape, System

BESIDE = {"External ID|id|ID": "@id", "Created on|create_date": "@created", "Last Updated on|write_date": "@changed"}
ADDRESS = {
    "Street|street|Street2|street2": "address.street", "City|city": "address.city", "State|state_id|State/Name|state_id/name": "address.region",
    "Zip|zip": "address.postcode", "Country|country_id|Country/Name|country_id/name": "address.country",
}  # fmt: skip
REACH = {
    "Email|email|email_from": "emails",
    "Phone|phone": "phones",
    "Mobile|mobile": "phones.mobile",
    "Website|website|Website Link": "webs",
}

ODOO = System(
    key="odoo",
    name="Odoo",
    short="Odoo",
    shapes=(
        Shape("deal", "Opportunity|expected_revenue|Expected Revenue|Expected Closing|date_deadline|Sales Team|team_id|Salesperson|email_from|"
        "Type|stage_id", {
            **BESIDE, "Opportunity|name|Name": "name", "Stage|stage_id|Stage/Name|stage_id/name": "stage", "Expected Revenue|"
            "expected_revenue": "amount",
            "Currency|company_currency": "amount.currency", "Salesperson|user_id|user_id/name|Salesperson/Name": "owner",
            "Salesperson/External ID|Salesperson/ID|user_id/id": "owner@id",
            "Customer|partner_id|partner_id/name|Company Name|partner_name": "company", "Customer/External ID|Customer/ID|"
            "partner_id/id": "company@id",
            "Contact Name|contact_name": "contact", "Expected Closing|date_deadline": "expected_close", "Closed Date|date_closed": "closed_on",
            "Probability|probability": "probability", "Tags|tag_ids|tag_ids/name": "tags", "Source|source_id": "source", "Lost Reason|"
            "lost_reason_id": "lost_reason",
            "Notes|description|Internal Notes": "comments", "Assignment Date|date_open": "opened_on",
        }),
        Shape("contact", "Related Company|parent_id|Is a Company|is_company|Company Type|company_type|Related Company/External ID|"
        "Display Name|complete_name", {
            **BESIDE, **REACH, **ADDRESS, "Name|name|Display Name|display_name|Complete Name|complete_name": "name", "Job Position|"
            "function": "position",
            "Related Company|parent_id|parent_id/name|Company Name|company_name": "companies", "Related Company/External ID|"
            "Related Company/ID|parent_id/id": "companies@id",
            "Salesperson|user_id|user_id/name": "owner", "Tags|category_id|category_id/name": "tags", "Notes|comment": "comments",
        }),
        Shape("company", "Tax ID|vat|is_company|Is a Company|Company Type|Company ID|company_registry", {
            **BESIDE, **REACH, **ADDRESS, "Name|name|Display Name|display_name|Complete Name|complete_name": "name", "Tax ID|vat": "tax_id",
            "Company ID|company_registry": "registration_number", "Industry|industry_id": "sector", "Salesperson|user_id|user_id/name": "owner",
            "Tags|category_id|category_id/name": "tags", "Notes|comment": "comments",
        }),
        Shape("product", "Internal Reference|default_code|Sales Price|list_price|Product Category|categ_id|Product Type|standard_price", {
            **BESIDE, "Name|name|Product": "name", "Internal Reference|default_code": "code", "Sales Price|list_price|lst_price": "price",
            "Product Category|categ_id|categ_id/name": "section", "Active|active": "is_active", "Description|Sales Description|"
            "description_sale": "description",
        }),
        Shape("activity", "Activity Type|activity_type_id|Document Model|Document Name|Assigned to", {
            **BESIDE, "Summary|summary": "subject", "Due Date|date_deadline": "due_at", "Assigned to|user_id": "owner", "Note|note": "body",
            "Activity Type|activity_type_id": "kind",
        }),
    ),
    stages="New|Qualified|Proposition|Won",
)  # fmt: skip

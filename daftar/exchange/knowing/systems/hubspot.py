"""HubSpot: labels of its standard properties, as they stand over the columns of its exports."""

from __future__ import annotations

from daftar.exchange.knowing.systems.shape import Shape, System

BESIDE = {"Record ID|Record Id": "@id", "Create Date": "@created", "Last Modified Date": "@changed"}
ADDRESS = {
    "Street Address": "address.street", "City": "address.city", "State/Region": "address.region",
    "Postal Code|Zip code": "address.postcode", "Country/Region|Country": "address.country",
}  # fmt: skip
COMPANY_IDS = (
    "Associated Company IDs (Primary)|Associated Company IDs|Associated Company ID|Primary Associated Company ID"
)

HUBSPOT = System(
    key="hubspot",
    name="HubSpot",
    short="HubSpot",
    shapes=(
        Shape("contact", "Lifecycle Stage|Contact owner|Associated Company|Associated Company IDs|Marketing contact status", {
            **BESIDE, **ADDRESS, "First Name": "first_name", "Last Name": "last_name", "Email|Email address": "emails", "Work email": "emails.work",
            "Additional email addresses": "emails", "Phone Number": "phones", "Mobile Phone Number": "phones.mobile", "Fax Number": "phones.fax",
            "Job Title": "position", "Contact owner": "owner", "Associated Company|Primary Associated Company|Company Name|"
            "Company name": "companies",
            COMPANY_IDS: "companies@id", "Website URL": "webs", "Date of birth": "birthday", "Preferred language": "preferred_language",
        }),
        Shape("company", "Company owner|Company Domain Name|Lifecycle Stage", {
            **BESIDE, **ADDRESS, "Company name|Name": "name", "Company owner": "owner", "Phone Number": "phones", "Industry": "sector",
            "Type": "kind",
            "Website URL": "webs", "Company Domain Name": "webs", "Number of Employees": "employees", "Annual Revenue": "revenue",
            "Description": "comments",
            "Parent Company": "parent",
        }),
        Shape("deal", "Deal owner|Deal Stage|Deal Name|Deal Type", {
            **BESIDE, "Deal Name": "name", "Deal Stage": "stage", "Amount": "amount", "Currency": "amount.currency", "Close Date": "expected_close",
            "Deal owner": "owner", "Deal Type": "kind", "Deal probability": "probability", "Closed Lost Reason": "lost_reason",
            "Deal Description|Description": "comments", COMPANY_IDS: "company@id", "Associated Company|Company Name": "company",
            "Associated Contact IDs": "contacts@id", "Associated Contact": "contact",
        }),
    ),
    stages="New|Open|In Progress|Open Deal|Attempted to Contact|Connected|Bad Timing|Appointment Scheduled|Qualified To Buy|Presentation Scheduled|"
    "Decision Maker Bought-In|Contract Sent|Closed Won|Unqualified|Closed Lost",
)  # fmt: skip

"""Zoho CRM: what its modules are called, in exports of lists, of the whole portal and of its analytics."""

from __future__ import annotations

from daftar.exchange.knowing.systems.shape import Shape, System

TIMES = {"Created Time": "@created", "Modified Time": "@changed"}
REACH = {
    "Email": "emails", "Secondary Email": "emails", "Phone": "phones", "Mobile": "phones.mobile", "Fax": "phones.fax",
    "Home Phone": "phones.home", "Other Phone": "phones", "Website": "webs",
}  # fmt: skip


def address(before: str) -> dict[str, str]:
    parts = {"Street": "street", "City": "city", "State": "region", "Zip|Zip Code|Code|Postal Code": "postcode", "Country": "country"}  # fmt: skip
    return {
        "|".join(f"{before} {word}".strip() for word in words.split("|")): f"address.{part}"
        for words, part in parts.items()
    }


DOCUMENT = {
    "Account Name": "@was.company", "Account Name.id|Account Id|ACCOUNTID": "@was.company@id", "Contact Name": "@was.contact",
    "Contact Name.id|Contact Id|CONTACTID": "@was.contact@id", "Deal Name.id|Deal Id|Potential Id|POTENTIALID": "@was.deal@id",
    "Discount": "@was.discount_amount", "Grand Total|Gross Total": "@was.total", "Terms and Conditions": "@was.terms",
    "Description": "comment", **TIMES,
}  # fmt: skip
SUMS = {
    "full": "Sub Total",
    "discount": "Discount",
    "tax": "Tax",
    "adjustment": "Adjustment|Adjustments",
    "total": "Grand Total|Gross Total",
}
LINE_SUMS = {
    "price": "List Price|Unit Price", "quantity": "Quantity", "discount": "Discount", "tax": "Tax", "total": "Net Total",
}  # fmt: skip


def lines(key: str, whole: str, *, is_issued: bool) -> Shape:
    """Lines of papers, whose files differ in nothing but their names."""
    was = "@was." if is_issued else ""
    return Shape(key, "INVENTORYRELID|BOOKID", {
        "INVENTORYRELID|Line Item Id": "@id", "BOOKID|Parent Id": f"{was}{whole}@id", "Product Name": f"{was}name",
        "Product Id|PRODUCTID": f"{was}product@id", "List Price|Unit Price": f"{was}price", "Quantity": f"{was}quantity",
        "Discount": f"{was}discount_amount", "Total After Discount": "@was.net", "Net Total": "@was.gross", "Description": f"{was}description",
        **TIMES,
    }, also={"Product Name": f"{was}product@name"}, sums=LINE_SUMS)  # fmt: skip


ZOHO = System(
    key="zoho",
    name="Zoho CRM",
    short="Zoho",
    shapes=(
        Shape("lead", "Lead Owner|Lead Owner.id|Lead Owner Id|Lead Status", {
            "Record Id|Lead Id|LEADID": "@id", "Lead Owner": "owner", "Tag": "tags", "Lead Owner.id|Lead Owner Id": "owner@id",
            "First Name|Last Name": "person_name", "Full Name|Lead Name": "person_name", "Company|Company Name": "company_name",
            "Title|Designation": "position", "Lead Source": "source", "Lead Status": "stage", "Description": "comments",
            **REACH, **address(""), **TIMES,
        }),
        Shape("contact", "Contact Owner|Contact Owner.id|Contact Owner Id", {
            "Record Id|Contact Id|CONTACTID": "@id", "Contact Owner": "owner", "Tag": "tags", "Contact Owner.id|Contact Owner Id": "owner@id",
            "First Name": "first_name", "Last Name": "last_name", "Full Name|Contact Name": "name", "Salutation": "salutation",
            "Account Name": "companies", "Account Name.id|Account Id|ACCOUNTID": "companies@id", "Title": "position",
            "Date of Birth": "birthday", "Lead Source": "source", "Description": "comments", **REACH, **address("Mailing"), **TIMES,
        }),
        Shape("company", "Account Owner|Account Owner.id|Account Owner Id|Account Type", {
            "Record Id|Account Id|ACCOUNTID": "@id", "Account Owner": "owner", "Tag": "tags", "Account Owner.id|Account Owner Id": "owner@id",
            "Account Name": "name", "Account Type": "kind", "Industry": "sector", "Employees|No. of Employees": "employees",
            "Annual Revenue": "revenue", "Parent Account": "parent", "Parent Account.id": "parent@id", "Description": "comments",
            **REACH, **address("Billing"), **TIMES,
        }),
        Shape("deal", "Deal Owner|Deal Owner.id|Potential Owner|Potential Owner Id|Potential Name", {
            "Record Id|Deal Id|Potential Id|POTENTIALID": "@id", "Deal Owner|Potential Owner": "owner", "Tag": "tags",
            "Deal Owner.id|Deal Owner Id|Potential Owner Id|Potential Owner.id": "owner@id", "Deal Name|Potential Name": "name",
            "Account Name": "company", "Account Name.id|Account Id": "company@id", "Contact Name": "contact",
            "Contact Name.id|Contact Id": "contact@id", "Lead Id|LEADID": "lead@id", "Amount": "amount", "Currency": "amount.currency",
            "Stage": "stage", "Closing Date": "expected_close", "Probability|Probability (%)": "probability", "Type": "kind",
            "Lead Source": "source", "Reason For Loss|Reason For Loss#s#": "lost_reason", "Description": "comments", **TIMES,
        }),
        Shape("product", "Product Owner|Product Owner.id|Product Active", {
            "Record Id|Product Id|PRODUCTID": "@id", "Product Name": "name", "Product Code": "code", "Product Category": "section",
            "Unit Price": "price", "Cost|Purchase Price": "cost", "Reorder Level": "reorder_level", "Quantity In Stock|Qty in Stock": "@stock",
            "Product Active": "is_active", "Description": "description", **TIMES,
        }),
        Shape("activity", "Call Owner|Call Start Time|Call Type", {
            "Record Id|Call Id|TASKID|Activity Id": "@id", "Call Owner": "owner", "Call Owner.id|Call Owner Id": "owner@id",
            "Subject": "subject", "Call Start Time": "due_at", "Call Type": "direction", "Call Result": "result",
            "Call Duration (in seconds)|Call Duration (in minutes)": "duration", "Description": "body", **TIMES,
        }, kind="call"),
        Shape("activity", "Event Owner|Event Owner Id|Event Owner.id|Start DateTime|Meeting Owner|Host", {
            "Record Id|Event Id|EVENTID|Activity Id": "@id", "Event Owner|Meeting Owner|Host": "owner",
            "Event Owner.id|Event Owner Id|Host.id": "owner@id", "Subject|Title|Event Title|Meeting Name": "subject",
            "Start DateTime|From": "due_at", "Venue|Location": "place", "All day": "all_day", "Description": "body", **TIMES,
        }, kind="meeting"),
        Shape("activity", "Task Owner|Task Owner.id|Task Owner Id", {
            "Record Id|Task Id|TASKID|Activity Id": "@id", "Task Owner": "owner", "Task Owner.id|Task Owner Id": "owner@id",
            "Subject": "subject", "Due Date": "due_at", "Description": "body", **TIMES,
        }, kind="task"),
        Shape("user", "USER_ID", {
            "USER_ID|User Id": "@id", "First Name|Last Name": "name", "Full Name": "name", "Phone|Mobile": "phones", "Title": "position",
        }),
        Shape("+campaigns", "CAMPAIGNID|Campaign Owner|Campaign Owner.id", {}),
        Shape("quote", "Quote Owner|Quote Owner.id|QUOTEID|Quote Stage", {
            "Record Id|Quote Id|QUOTEID": "@id", "Quote Owner": "owner", "Quote Owner.id|Quote Owner Id": "owner@id",
            "Quote Number": "@was.number", "Quote Stage": "@was.state", "Valid Till|Valid Until": "@was.valid_until", **DOCUMENT,
        }, also={"QUOTEID|Quote Id|Record Id": "@was.number", "Created Time": "@was.issued_on"}, sums=SUMS, choices={"@was.state": {
            "draft": "issued", "negotiation": "issued", "delivered": "issued", "on hold": "issued", "confirmed": "accepted",
            "closed won": "accepted", "closed lost": "declined",
        }}),
        Shape("invoice", "Invoice Owner|Invoice Owner.id|Invoice Owner Id|INVOICEID|Invoice Status", {
            "Record Id|Invoice Id|INVOICEID": "@id", "Invoice Owner": "owner", "Invoice Owner.id|Invoice Owner Id": "owner@id",
            "Invoice Number": "@was.number", "Invoice Status|Status": "@was.state", "Invoice Date": "@was.issued_on", "Due Date": "@was.due_on",
            **DOCUMENT,
        }, also={
            "INVOICEID|Invoice Id|Record Id": "@was.number", "Created Time": "@was.issued_on", "Grand Total": "@was.balance",
            "Invoice Status|Status": "@was.delivery",
        }, sums=SUMS, choices={
            "@was.state": {
                "created": "issued", "approved": "issued", "delivered": "issued", "sent": "issued", "cancelled": "cancelled", "paid": "paid",
            },
            "@was.delivery": {"created": "none", "approved": "none", "sent": "none", "cancelled": "none", "paid": "none", "delivered": "done"},
        }, only={"@was.balance": ("Invoice Status", ("Created", "Approved", "Delivered", "Sent"))}),
        Shape("purchase_order", "Purchase Order Owner|Purchase Order Owner.id|PURCHASEORDERID", {
            "Record Id|Purchase Order Id|PURCHASEORDERID": "@id", "Purchase Order Owner": "owner",
            "Purchase Order Owner.id|Purchase Order Owner Id": "owner@id", "PO Number|Purchase Order Number": "@was.number", "Status": "@was.state",
            "PO Date": "@was.ordered_on", "Due Date": "expected_on", "Vendor Name": "@was.supplier",
            "Grand Total|Gross Total": "@was.total", "Description": "comment", **TIMES,
        }, also={"PURCHASEORDERID|Purchase Order Id|Record Id": "@was.number", "Created Time": "@was.ordered_on"}, sums=SUMS, choices={"@was.state": {
            "created": "draft", "approved": "ordered", "delivered": "received", "cancelled": "cancelled",
        }}),
        lines("invoice_line", "invoice", is_issued=True),
        lines("quote_line", "quote", is_issued=True),
        lines("purchase_line", "order", is_issued=False),
        Shape("+quotes", "Quote Owner|Quote Owner.id|QUOTEID|Quote Stage", {}),
        Shape("+invoices", "Invoice Owner|Invoice Owner.id|INVOICEID|Invoice Status", {}),
        Shape("+sales_orders", "Sales Order Owner|Sales Order Owner.id|SALESORDERID", {}),
        Shape("+purchase_orders", "Purchase Order Owner|Purchase Order Owner.id|PURCHASEORDERID", {}),
        Shape("+vendors", "Vendor Owner|Vendor Owner.id|VENDORID", {}),
        Shape("+cases", "Case Owner|Case Owner.id|CASEID", {}),
    ),
    stages="Not Contacted|Attempted to Contact|Contact in Future|Contacted|Pre-Qualified|Prospect|Qualification|Needs Analysis|"
    "Value Proposition|Id. Decision Makers|Perception Analysis|Initial Offer|Proposal/Price Quote|Negotiation/Review|Closed Won|"
    "Junk Lead|Not Qualified|Lost Lead|Closed Lost|Closed Lost to Competition",
)  # fmt: skip

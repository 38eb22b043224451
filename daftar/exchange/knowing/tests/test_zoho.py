"""The real thing: fifteen files of a Zoho portal, proposed without a hand-written map."""

from __future__ import annotations

import pytest

from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.knowing.tests.conftest import shared
from daftar.records.schema import current_schema

FILES = 15


@pytest.fixture
def portal(desk):
    return desk.propose(*sorted(shared("zoho-export").glob("*.csv")))


def step(proposal, title):
    return next(one for one in proposal.steps if one.title == title)


def targets(proposal, title):
    return {heading: ts[0] for heading, ts in step(proposal, title).map["columns"].items() if ts}


def test_every_file_has_its_type_and_what_is_not_here_becomes_a_type(portal):
    assert len(portal.steps) == FILES
    assert {s.title: s.type for s in portal.steps} == {
        "Users": "user", "Accounts": "company", "Contacts": "contact", "Leads": "lead", "Products": "product",
        "Campaigns": "+campaigns", "Potentials": "deal", "Calls": "activity", "Events": "activity", "Tasks": "activity",
        "Invoice_Line_Items": "invoice_line", "Invoices": "invoice", "Quotes": "quote",
        "Purchase_Orders": "purchase_order", "Purchase_Order_Line_Items": "purchase_line",
    }  # fmt: skip
    assert {t.key: (t.name, t.plural, t.title) for t in portal.types} == {
        "+campaigns": ("Campaign", "Campaigns", "Campaign Name"),
    }
    assert {s.system for s in portal.steps} == {"zoho"}
    assert {s.map["system"] for s in portal.steps} == {"zoho"}


def test_every_map_is_said_in_the_language_of_maps(portal):
    schema = current_schema()
    for one in portal.steps:
        map_ = ImportMap.from_json(one.map)
        if one.type in schema.types:
            map_.check_for(schema.type(one.type), list(one.map["columns"]))


def test_nothing_blocks_and_what_was_recognised_is_said(portal):
    assert portal.blocking == []
    assert {q.code for q in portal.questions} == {"repeated_names", "missing_records"}
    assert "Accounts.csv: companies, from Zoho CRM; 2,229 rows." in portal.words
    assert len(portal.words) == FILES


def test_a_step_comes_after_what_it_links_to(portal):
    order = [s.title for s in portal.steps]
    for before, after in [
        ("Users", "Accounts"), ("Accounts", "Contacts"), ("Contacts", "Calls"), ("Leads", "Potentials"), ("Campaigns", "Potentials"),
        ("Leads", "Events"), ("Contacts", "Invoices"), ("Accounts", "Invoices"),
        ("Invoices", "Invoice_Line_Items"), ("Purchase_Orders", "Purchase_Order_Line_Items"), ("Products", "Invoice_Line_Items"),
    ]:  # fmt: skip
        assert order.index(before) < order.index(after)


def test_ids_and_links_are_told_by_headings_though_the_numbers_overlap(portal):
    own = {s.title: next((h for h, ts in s.map["columns"].items() if "@id" in ts), "") for s in portal.steps}
    assert own == {
        "Users": "USER_ID", "Accounts": "ACCOUNTID", "Contacts": "CONTACTID", "Leads": "LEADID", "Products": "PRODUCTID",
        "Campaigns": "CAMPAIGNID", "Potentials": "", "Calls": "TASKID", "Events": "EVENTID", "Tasks": "", "Invoices": "INVOICEID",
        "Quotes": "QUOTEID", "Purchase_Orders": "PURCHASEORDERID", "Invoice_Line_Items": "INVENTORYRELID",
        "Purchase_Order_Line_Items": "INVENTORYRELID",
    }  # fmt: skip
    links = {
        s.title: {h: t for h, ts in s.map["columns"].items() for t in ts if t.endswith("@id") and t != "@id"}
        for s in portal.steps
    }
    about = {"CONTACTID": "about.contact@id", "ACCOUNTID": "about.company@id", "LEADID": "about.lead@id"}
    assert {title: found for title, found in links.items() if found} == {
        "Accounts": {"Account Owner Id": "owner@id"},
        "Contacts": {"Contact Owner Id": "owner@id", "Account Id": "companies@id"},
        "Potentials": {"LEADID": "lead@id", "Campaign Id": "+link.+campaigns:Campaign@id"},
        "Calls": {"Call Owner Id": "owner@id", **about},
        "Events": {"Event Owner Id": "owner@id", **about},
        "Invoices": {
            "Invoice Owner Id": "owner@id",
            "Account Id": "@was.company@id",
            "Contact Id": "@was.contact@id",
        },
        "Invoice_Line_Items": {"BOOKID": "@was.invoice@id"},
        "Purchase_Order_Line_Items": {"BOOKID": "order@id"},
    }


def test_ids_that_no_file_holds_are_kept_and_told(portal):
    told = {
        (q.file, q.column): (q.data["type"], q.data["count"]) for q in portal.questions if q.code == "missing_records"
    }
    calls, events, invoices = (step(portal, t).file for t in ("Calls", "Events", "Invoices"))
    assert told[calls, "POTENTIALID"] == ("deal", 331)
    assert told[events, "POTENTIALID"] == ("deal", 496)
    assert told[invoices, "Sales Order Id"] == ("+sales_orders", 1300)
    assert targets(portal, "Events")["POTENTIALID"] == "+text:Potential id"
    assert step(portal, "Events").map["columns"]["Who Id Id"] == []
    assert "CONTACTID" in step(portal, "Events").reasons["Who Id Id"]
    assert "LEADID" in step(portal, "Events").reasons["Who Id Id"]


def test_columns_go_where_a_person_would_put_them(portal):
    assert targets(portal, "Contacts") == {
        "CONTACTID": "@id", "Last Name": "last_name", "Contact Owner Id": "owner@id", "Account Id": "companies@id", "Email": "emails",
        "Lead Source": "source", "Mobile": "phones.mobile", "Created Time": "@created",
    }  # fmt: skip
    leads = targets(portal, "Leads")
    assert (leads["Last Name"], leads["Company"], leads["Lead Owner"]) == ("person_name", "company_name", "owner")
    assert (leads["Website"], leads["Lead Status"], leads["Industry"]) == ("webs", "stage", "+choice:Industry")
    deals = targets(portal, "Potentials")
    assert (deals["Potential Name"], deals["Potential Owner"], deals["Amount"]) == ("name", "owner", "amount")
    assert (deals["Closing Date"], deals["Type"], deals["Probability"]) == ("expected_close", "kind", "probability")
    assert deals["Expected Revenue"] == "+money:Expected Revenue"
    assert targets(portal, "Users") == {"USER_ID": "@id", "Last Name": "name"}


def test_nothing_is_lost_but_what_is_empty_or_said_twice(portal):
    out = {(s.title, h) for s in portal.steps for h, ts in s.map["columns"].items() if not ts}
    assert out == {
        ("Users", "First Name"), ("Users", "Email"), ("Accounts", "Account Owner"), ("Accounts", "Activities Involved"),
        ("Contacts", "Contact Owner"), ("Calls", "Call Owner"), ("Calls", "Call Duration (in minutes)"),
        ("Calls", "Who Id Id"), ("Calls", "What Id"), ("Calls", "SEMODULE"),
        ("Events", "Event Owner"), ("Events", "Who Id Id"), ("Events", "What Id"), ("Events", "SEMODULE"), ("Invoices", "Invoice Owner"),
        ("Purchase_Orders", "PO Date"),
    }  # fmt: skip
    assert all(step(portal, title).reasons[heading] for title, heading in out)
    assert {"Age in Days", "Age Tier", "Amount Tier", "Tasks Involved"} <= set(step(portal, "Potentials").derived)
    assert "Amount" not in step(portal, "Potentials").derived


def test_stages_of_leads_and_deals_are_made_in_order_with_their_kinds(portal):
    deals, leads = step(portal, "Potentials"), step(portal, "Leads")
    assert deals.map["pipeline"] == leads.map["pipeline"] == "+Zoho"
    assert deals.stage_order == [
        "Prospect", "Qualification", "Needs Analysis", "Initial Offer", "Proposal/Price Quote", "Negotiation/Review", "Closed Won", "Closed Lost",
    ]  # fmt: skip
    assert deals.map["stages"]["Closed Won"] == "+won:Closed Won"
    assert deals.map["stages"]["Closed Lost"] == "+lost:Closed Lost"
    assert leads.map["stages"]["Junk Lead"] == "+lost:Junk Lead"
    assert sum(word.startswith("+open:") for word in leads.map["stages"].values()) == 5


def test_options_keep_apart_what_is_apart(portal):
    sources = step(portal, "Leads").map["choices"]["source"]
    assert (sources["Partner"], sources["Advertisement"], sources["Trade Show"]) == (
        "partner",
        "advertising",
        "exhibition",
    )
    assert sources["Employee Referral"] == sources["External Referral"] == "+"
    accounts = step(portal, "Accounts").map["choices"]
    assert accounts["kind"] == {"Customer": "client", "Prospect": "+"}
    assert (accounts["sector"]["Technology"], accounts["sector"]["IT Services"]) == ("technology", "+")


def test_two_ways_to_write_dates_are_one_way_a_column(portal):
    assert step(portal, "Calls").map["date_order"] == step(portal, "Campaigns").map["date_order"] == "ymd"
    assert "date_order" not in step(portal, "Contacts").map  # months by name need no order


def test_money_phones_and_thousands_are_read_as_they_are_written(portal):
    campaigns, lines = step(portal, "Campaigns").map, targets(portal, "Purchase_Order_Line_Items")
    assert (campaigns["currency"], campaigns["decimal"]) == ("USD", ".")
    assert "times" not in campaigns  # “$342.09K” is read as it stands
    assert lines["List Price"] == "price"  # the system's table says so, though thousandths of a dollar are rounded
    assert lines["Total"] == "+decimal:Total"  # elsewhere they are no money
    assert targets(portal, "Invoices")["Sub Total"] == "+money:Sub Total"
    assert step(portal, "Leads").map["country"] == step(portal, "Contacts").map["country"] == "US"


def test_calls_meetings_and_tasks_are_done_when_they_were(portal):
    calls, events, tasks = (step(portal, t).map for t in ("Calls", "Events", "Tasks"))
    assert calls["defaults"] == {"kind": "call", "done_at": "=Call Start Time"}
    assert calls["choices"]["direction"] == {"Inbound": "in", "Outbound": "out"}
    assert targets(portal, "Calls")["Call Duration (in seconds)"] == "duration"
    assert events["defaults"] == {"kind": "meeting", "done_at": "=Start DateTime"}
    assert tasks["defaults"] == {"kind": "task", "done_at": "=Due Date"}
    assert tasks["only"] == {"done_at": ["Status", ["Completed"]]}
    assert tasks["match"] == ["@row"]


def test_products_carry_their_stock_as_an_opening_figure(portal):
    products = targets(portal, "Products")
    assert products["Quantity In Stock"] == "@stock"
    assert (products["Reorder Level"], products["Cost"]) == ("reorder_level", "cost")
    assert products["Product Owner"] == "+person:Product Owner"
    assert (products["Product Code"], products["Product Active"]) == ("code", "is_active")


def test_repeated_names_are_put_before_the_person_as_groups(portal):
    asked = next(q for q in portal.questions if q.code == "repeated_names" and q.file == step(portal, "Accounts").file)
    assert asked.data == {"names": 665, "rows": 1981, "repeats": 1316, "all": 2226}
    assert asked.samples[0]["count"] == 8
    assert [c.label for c in asked.choices if c.chosen] == ["A record for every row"]
    assert step(portal, "Accounts").map["compose"]["name"][-1] == ["ACCOUNTID"]  # three accounts have no name


def test_papers_keep_their_own_numbers_states_and_sums(portal):
    invoices, quotes, orders = (step(portal, title).map for title in ("Invoices", "Quotes", "Purchase_Orders"))
    assert invoices["columns"]["Invoice Number"] == ["@was.number"] and invoices["columns"]["INVOICEID"] == ["@id"]
    assert quotes["columns"]["QUOTEID"] == ["@id", "@was.number"]  # the file has no other number
    assert invoices["columns"]["Grand Total"] == ["@was.total", "@was.balance"]
    assert invoices["only"] == {"@was.balance": ["Invoice Status", ["Created", "Approved", "Delivered", "Sent"]]}
    assert invoices["choices"]["@was.state"] == {
        "Created": "issued", "Approved": "issued", "Delivered": "issued", "Cancelled": "cancelled",
    }  # fmt: skip
    assert quotes["choices"]["@was.state"]["Closed Lost"] == "declined"
    assert orders["choices"]["@was.state"]["Delivered"] == "received"
    assert quotes["sums"] == {
        "full": "Sub Total", "discount": "Discount", "tax": "Tax", "adjustment": "Adjustments", "total": "Grand Total",
    }  # fmt: skip


def test_lines_whose_paper_is_in_no_file_get_one_that_stands_for_it(portal):
    asked = next(
        q for q in portal.questions if q.column == "BOOKID" and q.file == step(portal, "Invoice_Line_Items").file
    )
    assert asked.data == {"count": 9, "type": "invoice"} and "stands for each" in asked.sentence
    assert step(portal, "Invoice_Line_Items").map["unknown_link"] == "create"
    assert step(portal, "Invoice_Line_Items").map["columns"]["Product Name"] == ["@was.name", "@was.product@name"]

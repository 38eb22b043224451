"""The builder of filters and "why is this record not here?", as pages and as dialogs."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from django.http import QueryDict

from daftar.kernel.errors import Missing
from daftar.records.query.explain import explain
from daftar.records.query.view import View

KEYS = [f"{f}.{op}" for f in ("name", "number", "utm_source", "utm_medium", "utm_term", "company.name", "contact.name", "company.tax_id",
        "owner.name", "lead.title", "company.parent.name") for op in ("has", "is", "not", "in", "starts", "empty", "filled")]  # fmt: skip
HTMX = {"HTTP_HX_REQUEST": "true"}
WHERE = "where=and(stage.in(open),or(company.sector.in(retail,medical),had_call.none(last_14_days)),not(or(amount.empty(),owner.in(1))))"


def inputs(page: str) -> list[tuple[str, str]]:
    """What the form would send: hidden inputs, chosen options, ticked boxes, text."""
    page = re.sub(r"<(template|noscript)>.*?</\1>", "", page[page.index('<form id="builder"') :], flags=re.S)
    found = []
    for select in re.finditer(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', select[2]) or re.search(
            r'<option value="([^"]*)"', select[2]
        )
        found.append((select.start(), select[1], chosen[1]))
    for tag in re.finditer(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag[0]), re.search(r'value="([^"]*)"', tag[0])
        if name and ('type="checkbox"' not in tag[0] or " checked" in tag[0]):
            found.append((tag.start(), name[1], value[1].replace("&#34;", '"').replace("&amp;", "&") if value else ""))
    return [(name, value) for _place, name, value in sorted(found)]


def sent(client, form: list[tuple[str, str]], do: str, **headers):
    query = QueryDict(mutable=True)
    for name, value in form:
        query.appendlist(name, value)
    query[".do"] = do
    return client.get(f"/deals/filter?{query.urlencode()}", **headers)


@pytest.mark.parametrize(
    "address",
    [
        "stage=open&owner=me",
        "amount.between=10,20&company.empty=",
        "company.sector.in=retail,medical&had_call.none=last_14_days&expected_close=last_21_days",
        "was_in.during=this_month,1,2&name.in=a,b",
        WHERE.replace("owner.in(1)", "owner.in(me,mine)"),
        "where=or(and(stage.in(open),amount.gte(5)),and(amount.lte(1),company.parent.name.has(x)))",
        "where=not(stage.in(open))",
        "q=drill&sort=amount&cols=name,amount&stage=won",
    ],
)
def test_a_filter_goes_through_the_form_and_back(deals, at, address):
    stage = str(deals.type("deal").pipelines[0].stages[0].id)
    address = address.replace("month,1,2", f"month,{stage}")
    client = at(deals.olga)
    page = client.get(f"/deals/filter?{address}").content.decode()
    answer = sent(client, inputs(page), "apply")
    assert answer.status_code == 302, answer.content.decode()
    view = View.parse(deals.type("deal"), address, deals.reader())
    assert unquote(answer["Location"]) == unquote("/deals/" + view.address())


def test_the_form_grows_and_shrinks(deals, at):
    client = at(deals.olga)
    page = client.get("/deals/filter", **HTMX).content.decode()
    assert 'class="dialog__title"' in page and page.count('name=".1.f"') == 1
    form = inputs(page)
    page = sent(client, form, "group:0", **HTMX).content.decode()
    assert 'class="dialog__title"' not in page and 'name=".2.k"' in page and 'name=".3.f"' in page
    form = [(k, {".1.f": "company.sector", ".3.f": "amount"}.get(k, v)) for k, v in inputs(page)]
    page = sent(client, form, "show", **HTMX).content.decode()
    assert 'name=".1.v"' in page and "Company › Subsidiary of" in page
    form = [*inputs(page), (".1.v", "retail")]
    page = sent(client, form, "remove:2", **HTMX).content.decode()
    assert "Company › Sector is Retail" in page and "2 rows" in page and 'name=".3.f"' not in page
    answer = sent(client, inputs(page), "apply", **HTMX)
    assert answer["HX-Redirect"] == "/deals/?company.sector=retail"


def test_a_wrong_value_stays_in_the_form_and_is_named(deals, at):
    client = at(deals.olga)
    form = [(".0.k", "and"), (".0.d", "0"), (".1.k", "c"), (".1.d", "1"), (".1.f", "amount"), (".1.o", "gte"),
            (".1.was", "amount gte"), (".1.v", "much")]  # fmt: skip
    answer = sent(client, form, "apply")
    assert answer.status_code == 400
    assert (
        "The filter on “Amount” cannot be read" in answer.content.decode() and 'value="much"' in answer.content.decode()
    )


@pytest.mark.parametrize(
    "query",
    [
        ".0.k=and&.0.d=-1&.1.k=or&.1.d=99&.2.k=c&.2.d=99&.2.f=name&.do=add:7777777777777777777777",
        ".0.k=c&.0.f=nothing", ".0.k=%00&.do=remove:0", ".0.k=and&.1.k=c&.1.f=a.b.c.d.e&.1.d=1", ".do=apply", ".0.k=and&.do=remove:0",
        "&".join(f".{n}.k=and&.{n}.d={n}" for n in range(80)), ".0.k=and&.1.k=c&.1.d=1&.1.f=company&.1.was=company+in&.1.o=in&.1.v=&.1.v__text=%00",
        ".0.k=and&.1.k=c&.1.d=1&.1.f=name&.1.was=name+in&.1.o=in" + "&.1.v=x" * 500,
        "where=" + "and(" * 200 + "stage.in(open)" + ")" * 200,
    ],
)  # fmt: skip
def test_the_form_survives_anything(deals, at, query):
    for headers in ({}, HTMX):
        assert at(deals.sara).get(f"/deals/filter?{query}", **headers).status_code in (200, 302, 400)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("where=" + "and(" * 200 + "stage.in(open)" + ")" * 200, 400),
        ("stage=" + ",".join("1" for _n in range(100_000)), 414),
        ("&".join(f"name.has=a{n}" for n in range(5_000)), 414),
        ("&".join(f"{key}.none=" + ",".join(["x"] * 299) for key in ("name", "number", "source") * 90), 414),
        ("name.in=" + ",".join("x" * 400), 400),
        ("&".join(f"{key}={n}" for n in range(1) for key in KEYS), 400),
        ("where=and(" + ",".join(f"name.has({n})" for n in range(100)) + ")", 400),
        ("company.parent.parent.name=x", 400),
        ("&".join(f"name.{op}=x" for op in ("has", "is", "not", "in", "starts")), 200),
    ],
)
def test_too_much_is_refused_before_it_is_done(deals, at, query, status):
    assert at(deals.sara).get(f"/deals/?{query}").status_code == status


def test_it_says_why_a_record_is_not_here(deals):
    view = View.parse(deals.type("deal"), f"owner=me&{WHERE}&q=zagros", deals.reader(deals.sara))
    assert view.problems == ()
    answer = explain(view, deals.made["zagros"].pk)
    said = {v.condition.field: (v.holds, v.is_to_blame, v.has) for v in answer.verdicts}
    assert said == {
        "owner": (False, False, ""), "stage": (True, False, ""), "company.sector": (False, False, ""),
        "had_call": (True, False, ""), "amount": (True, True, "empty"),
    } or said["amount"] == (True, True, "empty")  # fmt: skip
    assert not answer.is_here and not answer.in_bin and answer.words == [("zagros", True)]


def test_what_a_linked_record_has_is_told_only_to_who_may_see_it(deals):
    for by, has in ((deals.olga, "Retail"), (deals.sara, "nothing linked that you may see")):
        view = View.parse(deals.type("deal"), "company.sector=medical", deals.reader(by))
        answer = explain(view, deals.made["zagros"].pk)
        assert [v.has for v in answer.to_blame] == [has]


def test_what_one_may_not_see_is_missing_and_the_bin_is_told(deals, at):
    hidden = deals.deal(by=deals.reza, name="Hidden", owner=deals.reza.pk)
    view = View.parse(deals.type("deal"), "stage=open", deals.reader(deals.sara))
    for id_ in (hidden.pk, 999_999, 2**62):
        with pytest.raises(Missing):
            explain(view, id_)
    client = at(deals.sara)
    pages = [client.get(f"/deals/why-not?stage=open&.record={id_}").content.decode() for id_ in (hidden.pk, 999_999)]
    assert pages[0].replace(str(hidden.pk), "") == pages[1].replace("999999", "") or "does not exist" in pages[0]
    row = deals.made["none"]
    client.post(f"/deals/{row.pk}/delete")
    row.refresh_from_db()
    assert row.deleted_at
    assert "It is in the bin." in client.get(f"/deals/why-not?stage=open&.record={row.pk}").content.decode()


def test_the_page_names_what_fails(deals, at):
    client = at(deals.olga)
    page = client.get(
        "/deals/why-not?company.sector=medical&stage=open&q=gro&.record__text=group", **HTMX
    ).content.decode()
    assert "It is not here." in page and "it has: Retail" in page
    assert page.count("why__part--fails") == 1 and page.count("why__part--holds") == 1
    here = client.get(f"/deals/why-not?stage=open&.record={deals.made['group'].pk}").content.decode()
    assert "It is here" in here
    assert "/deals/why-not?stage=open" in client.get("/deals/?stage=open").content.decode()
    assert "why-not" not in client.get("/deals/").content.decode()


def test_the_chip_of_a_filter_reads_as_a_sentence(deals, at):
    page = at(deals.olga).get("/deals/?where=or(company.sector.in(retail),amount.empty())").content.decode()
    assert "<bdi>Company › Sector is Retail or Amount is empty</bdi>" in page
    assert 'href="/deals/filter?where=' in page

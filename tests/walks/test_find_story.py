"""Find, change, undo: a chief finds what nobody looks after, gives it away, takes that back; a seller finds a person by a piece of a number."""

import pytest

from tests.walks.test_people import pick
from tests.walks.test_story import PASSWORD, SIZES

pytestmark = pytest.mark.browser
MANY, EDITED = 500, 7
WORDS = {
    "en": {"company": "Northside Hardware", "nora": "Nora Price", "sara": "Sara Whitfield", "maryam": "Maryam Azari",
           "north": "Sales North", "south": "Sales South", "view": "Loose ends", "revenue": "Turnover",
           "tucker": "Tucker Lane", "other": "Tucker Moss"},
    "fa": {"company": "ابزار شمال", "nora": "نورا پرتوی", "sara": "سارا وفایی", "maryam": "مریم آذری",
           "north": "فروش شمال", "south": "فروش جنوب", "view": "سرهای باز", "revenue": "گردش",
           "tucker": "تاکر لین", "other": "تاکر ماس"},
}  # fmt: skip
FILL = """
import datetime as dt
from daftar.access.models import Department, Installation, User
from daftar.access.preferences import formats_for
from daftar.activities.actions import Plan, plan
from daftar.kernel import clock
from daftar.kernel.ranges import named_range
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.any_link import Target
from daftar.records.schema import current_schema, install_pipelines

words, language, many = {words!r}, {language!r}, {many}
install_pipelines()
Installation.objects.update_or_create(pk=1, defaults={{"name": words["company"], "language": language}})
north, south = (Department.objects.create(name=words[key]) for key in ("north", "south"))
people = {{}}
for key, role, place in (("nora", "head", north), ("sara", "seller", north), ("maryam", "seller", north), ("ivan", "seller", south)):
    email = f"{{key}}@example.com"
    people[key] = User.objects.create_user(
        email=email, password={password!r}, name=words.get(key, key), role=role, department=place, language=language,
    )
north.head = people["nora"]
north.save()

olga = User.objects.create_user(email="olga@example.com", password={password!r}, name="Olga Reyes", role="owner", language=language)
schema = current_schema()


def made(key, rows):
    found = writing.create_many(schema.type(key), rows, by=olga, via="import")
    assert all(row.pk for row in found), found
    return found


sectors = ["retail", "medical", "construction"]
companies = made("company", [{{"name": f"Company {{n}}", "sector": sectors[n % 3]}} for n in range(9)])
formats = formats_for(people["nora"])
first, _last = named_range("this_month", formats, clock.today(formats.zone))
today, later = first, first + dt.timedelta(days=75)


def deal(n, owner, company, day=today):
    return {{"name": f"deal {{n}}", "owner": people[owner].pk, "company": companies[company].pk, "expected_close": day}}


loose = [deal(n, "sara" if n % 5 else "nora", n % 2) for n in range(many)]
tight = [deal(f"x{{n}}", *more) for n, more in enumerate([("ivan", 0), ("sara", 2), ("sara", 0, later), ("maryam", 1, None)])]
planned = made("deal", [*loose, *tight, deal("planned", "sara", 0)])[-1]
plan(Target("deal", planned.pk), Plan("call", clock.now() + dt.timedelta(days=2), "Ask again", owner=people["sara"].pk), by=olga)
phones = {{"tucker": "+989121438059", "other": "+989351112222"}}
made("contact", [{{"name": words[key], "owner": people["sara"].pk, "phones": (Typed(number, "work"),)}} for key, number in phones.items()])
"""
FILL_TWICE = """
from daftar.access.models import User
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.models import SavedMap
from daftar.records import custom_fields, saved_views, writing
from daftar.records.fields._typed_list import Typed
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.same import keeping
from daftar.records.schema import current_schema

olga, schema = User.objects.get(email="olga@example.com"), current_schema()
key = custom_fields.add_field(schema.type("company"), "text", {label!r}, by=olga).key
company = current_schema().type("company")
amounts = [f"{{n}},500 USD" for n in range(1, 84)] + ["a lot", "ask the owner"]
rows = [{{"name": f"Firm number {{n}}", key: amount}} for n, amount in enumerate(amounts)]
found = writing.create_many(company, rows, by=olga, via="import")
assert all(row.pk for row in found), found
for n in range(3):
    view = View.parse(company, f"{{key}}.filled=&cols=name,{{key}}", Reader(olga))
    saved_views.save(view, f"View {{n}}", by=olga, audience="everybody")
map_ = ImportMap(columns={{"Company": ("name",), "Turnover": (key,)}})
SavedMap.objects.create(type="company", headings="x", map=map_.to_json(), by=olga)
mail = [Typed("office@acme.example", "")]
for name in ("Acme Corporation", "ACME corp."):
    one = writing.create(company, {{"name": name, "emails": mail}}, by=olga, via="page")
    for n in range(3):
        writing.create(schema.type("deal"), {{"name": f"acme {{n}}", "company": one.pk}}, by=olga, via="page")
keeping.look_through(company)
"""
EDIT = """
from daftar.access.models import User
from daftar.records.reading import of_type
from daftar.records.schema import current_schema
from daftar.records.writing import change
type_ = current_schema().type("deal")
maryam = User.objects.get(email="maryam@example.com")
for row in of_type(type_).filter(owner=maryam, name__startswith="deal 4").order_by("id")[:{edited}]:
    change(type_, row.pk, {{"name": row.name + " edited"}}, by=maryam, via="page")
"""


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", "desk"), pytest.param("fa", "tablet", marks=pytest.mark.thorough)],
)
def test_a_chief_finds_gives_away_and_takes_back(house, seats, language, size):
    words = WORDS[language]
    house.manage("shell", "-v0", "-c", FILL.format(words=words, language=language, many=MANY, password=PASSWORD))
    width, height, touch = SIZES[size]

    def sit(who):
        seat = seats(house.address, width, height, touch=touch)
        seat.language = language
        seat.sign_in(f"{who}@example.com", PASSWORD)
        return seat

    nora = sit("nora")
    build_the_filter(nora)
    assert nora.page.locator("#list-foot .pager__words, #list-foot .note").first.inner_text()
    group_by_owner(nora, words)
    save_and_share(nora, words)
    maryam = sit("maryam")
    opens_the_view(maryam, words)

    give_all_to(nora, words)
    assert owners(house) == {"maryam": MANY}
    house.manage("shell", "-v0", "-c", EDIT.format(edited=EDITED))
    take_back(nora)
    theirs = owners(house)
    assert theirs["maryam"] == EDITED
    assert sum(theirs.values()) == MANY
    assert nora.page.locator(".bulk-kept").count() == EDITED
    nora.look()

    finds_by_a_piece_of_a_number(sit("sara"), words)
    house.manage("shell", "-v0", "-c", FILL_TWICE.format(label=words["revenue"]))
    olga = sit("olga")
    merges_two_and_takes_that_back(olga, house)
    makes_money_of_a_text(olga, house)


# -- the filter ------------------------------------------------------------------------------------


def build_the_filter(nora):
    """Open deals of my department, company in retail or medical, close date this month, no next step."""
    page = nora.page
    nora.go("/deals/")
    page.locator(".view-bar summary").first.click()
    page.locator(".view-bar a[href^='/deals/filter']").first.click()
    page.wait_for_selector("#builder")
    condition(page, 1, "stage", "kind", values=["open"])
    condition(page, 2, "owner.department", "in", values=["mine"])
    condition(page, 3, "company.sector", "in", values=["retail", "medical"])
    condition(page, 4, "expected_close", "in", chosen="this_month")
    condition(page, 5, "next_step", "in", values=["none"])
    nora.look()
    page.click("#builder .button--primary")
    page.wait_for_url("**/deals/?**")
    nora.ready()
    nora.look()


def condition(page, number, field, operator, *, values=(), chosen=""):
    """One line of the builder; each change draws the form anew."""
    if number > 1:
        page.click("#b0-add")
    page.locator(f"[name='.{number}.f']").select_option(field)
    page.wait_for_function(
        "([name, field]) => document.querySelector(`[name='${name}']`)?.value.startsWith(field)",
        arg=[f".{number}.was", f"{field} "],
    )
    if page.locator(f"[name='.{number}.o']").input_value() != operator:
        page.locator(f"[name='.{number}.o']").select_option(operator)
    drawn(page, number, f"{field} {operator}")
    for value in values:
        page.locator(f"#builder [name^='.{number}.v'][value='{value}']").check()
        settled(page)
    if chosen:
        page.locator(f"select[name='.{number}.v']").select_option(chosen)
        settled(page)


def drawn(page, number, was):
    page.wait_for_function(
        "([name, was]) => document.querySelector(`[name='${name}']`)?.value === was", arg=[f".{number}.was", was]
    )


def settled(page):
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


def group_by_owner(nora, words):
    page = nora.page
    nora.go(f"{nora.path}&group=owner")
    assert page.locator(".table-group").count() == 2  # Nora's and Sara's
    page.locator(".table-group__name", has_text=words["sara"]).click()
    page.wait_for_selector(".table-group__rows tr[data-id]")
    nora.look()
    page.locator(".table-group__name", has_text=words["sara"]).click()
    page.wait_for_selector(".table-group__rows tr[data-id]", state="detached")


def save_and_share(nora, words):
    page = nora.page
    page.locator(".view-bar summary:has(+ * a[href*='/views/new'])").click()
    page.locator(".view-bar a[href*='/views/new']").first.click()
    form = page.locator("#view-form")
    form.locator("[name=name]").fill(words["view"])
    form.locator("[name=audience]").select_option("department")
    form.locator("[name=department]").select_option(label=words["north"])
    nora.look()
    form.locator(".button--primary").click()
    page.wait_for_url("**view=**")
    nora.ready()
    nora.go("/deals/views/")
    nora.look()
    page.locator(".view-list a[href$='/edit'], .view-list a[data-dialog]").first.click()
    mail = page.locator("a[href^='mailto:']").get_attribute("href")
    assert nora.address.removeprefix("http://").partition(":")[0] in mail


def opens_the_view(maryam, words):
    """A colleague of the department finds it in the menu; its rows are those that she may see: none of these."""
    maryam.go("/deals/")
    maryam.page.locator(".view-bar summary:has(+ * a[href*='/views/new'])").click()
    maryam.page.locator(".view-bar .menu__item", has_text=words["view"]).first.click()
    maryam.page.wait_for_url("**view=**")
    maryam.ready()
    assert maryam.page.locator(".table-group").count() == 0
    maryam.look()


# -- acts on many ----------------------------------------------------------------------------------


def give_all_to(nora, words):
    page = nora.page
    nora.go("/deals/")
    page.locator(".view-bar summary:has(+ * a[href*='/views/new'])").click()
    page.locator(".view-bar .menu__item", has_text=words["view"]).first.click()
    page.wait_for_url("**view=**")
    nora.go(nora.path + "&group=")
    page.locator("[data-pick-all]").check()
    page.locator("[data-pick-view]").check()
    page.locator("[data-bulk]").first.click()
    form = page.locator("#dialog dialog[open] form")
    pick(form, "owner", words["maryam"])
    nora.look()
    form.locator(".button--primary").click()
    page.wait_for_url("**/changes/*/")
    nora.ready()
    nora.look()
    page.wait_for_selector("form[action$='/undo']", timeout=60_000)


def take_back(nora):
    page = nora.page
    nora.ready()
    page.locator("form[action$='/undo'] button").click()
    page.wait_for_url("**/changes/*/")
    page.wait_for_selector(".bulk-kept", timeout=60_000)
    nora.ready()


def owners(house):
    """How many of the loose deals belong to whom, by the first part of the mail address."""
    rows = house.query(
        "SELECT u.email, count(*) FROM crm_deal d JOIN access_user u ON u.id = d.owner_id "
        "WHERE d.name LIKE 'deal %' AND d.name NOT LIKE 'deal x%' AND d.name NOT LIKE 'deal planned%' GROUP BY u.email"
    )
    return {email.partition("@")[0]: count for email, count in rows}


# -- search ----------------------------------------------------------------------------------------


def finds_by_a_piece_of_a_number(sara, words):
    page = sara.page
    sara.go("/due/")
    page.keyboard.press("Control+k")
    page.locator(".search-box__input").press_sequentially("۰۹۱۲ 143 80")
    page.locator(".search-box [role=option]", has_text=words["tucker"]).first.wait_for()
    assert page.locator(".search-box [role=option]", has_text=words["other"]).count() == 0
    sara.look()
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/*/")
    sara.ready()
    assert words["tucker"] in page.inner_text("h1")


# -- one company twice, and a field of another kind --------------------------------------------------


def merges_two_and_takes_that_back(olga, house):
    page = olga.page
    olga.go("/companies/same/")
    pair = page.locator("tbody tr[data-id]", has_text="Acme Corporation")
    assert pair.locator(".same__reasons li").count() >= 2
    olga.look()
    pair.locator("a[href*='merge?']").click()
    page.wait_for_selector(".merge__table")
    olga.look()
    page.click(".form__foot .button--primary")
    page.wait_for_selector(".toast form")
    assert deals_by_company(house) == [6]
    olga.go("/changes/")
    page.locator("tbody a").first.click()
    page.wait_for_selector(".bulk-run")
    page.click("form[action$='/undo'] button")
    page.wait_for_url("**/changes/*/")
    olga.ready()
    olga.look()
    assert deals_by_company(house) == [3, 3]


def deals_by_company(house):
    """How many deals each of the two has that is not in the bin."""
    rows = house.query(
        "SELECT count(*) FROM crm_deal d JOIN crm_company c ON c.id = d.company_id "
        "WHERE d.name LIKE 'acme %' AND c.deleted_at IS NULL GROUP BY c.id"
    )
    return [count for (count,) in rows]


def makes_money_of_a_text(olga, house):
    page = olga.page
    ((key,),) = house.query("SELECT key FROM records_customfield")
    olga.go(f"/settings/fields/company/{key}/kind?kind=money")
    assert page.locator(".field-misfits tbody tr").count() == 2
    assert page.locator(".field-uses tbody tr").count() >= 4  # three views and an import map
    olga.look()
    page.click("button[name=act][value=begin]")
    page.wait_for_selector("button[name=act][value=undo]")
    olga.look()
    olga.go(f"/companies/?sort=-{key}&cols=name,{key}")
    assert "Firm number 82" in page.locator("tbody tr[data-id]").first.inner_text()
    assert page.locator("tbody tr[data-id] .value-money").count() > 10

"""Who may see what: the owner draws his company, invites eleven people, changes a role, says why, and lets one go."""

import datetime as dt
import re
import time

import httpx
import pytest

from tests.house.installation import Installation
from tests.house.postbox import open_postbox
from tests.house.test_live import wait_for
from tests.walks.company_of_people import DEALS, OFFICES, PHONE, Company
from tests.walks.test_people import pick
from tests.walks.test_sign_in import link_in
from tests.walks.test_story import PASSWORD, SIZES, typed_day

pytestmark = pytest.mark.browser
NO_LONGER_IN = ("401 (Unauthorized)", "403 (Forbidden)")


@pytest.fixture
def postbox():
    with open_postbox() as box:
        yield box


@pytest.fixture
def house(tmp_path, empty_house, postbox):
    """An installation of its own that sends mail."""
    made = Installation(
        tmp_path, like=empty_house, DAFTAR_MAIL_URL=f"smtp://127.0.0.1:{postbox.port}", DAFTAR_MAIL_FROM="Northside <crm@example.com>",
        DAFTAR_ALLOWED_HOSTS_OUT="127.0.0.1",
    )  # fmt: skip
    with made.serving():
        yield made
    made.close()


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", "desk"), pytest.param("fa", "tablet", marks=pytest.mark.thorough)],
)
def test_who_may_see_what(house, seats, postbox, language, size):
    width, height, touch = SIZES[size]
    cast = Company(language)

    def sit():
        seat = seats(house.address, width, height, touch=touch)
        seat.language = language
        return seat

    olga, maryam, reza = sit(), sit(), sit()
    olga.found_company(
        language, company=cast["company"], owner=cast["owner"], email="olga@example.com", password=PASSWORD
    )
    draw(olga, cast)
    come_in(reza, cast, "reza", invite(olga, cast))
    come_in(maryam, cast, "maryam", link_in(postbox, "/invitation/", to="maryam@example.com"))
    others = [guest.key for guest in cast.guests if guest.key not in ("maryam", "reza")]
    links = {key: link_in(postbox, "/invitation/", to=f"{key}@example.com") for key in others}
    house.manage("shell", "-v0", "-c", cast.accepting(links, PASSWORD))
    olga.go("/settings/invitations/")
    olga.look()
    name_heads(olga, cast, language)
    house.manage("shell", "-v0", "-c", cast.filling())

    sees(maryam, deals=DEALS["maryam"], leads=["lead north"])
    sees(reza, deals=DEALS["reza"], leads=["lead north"])
    nora = sit()
    nora.sign_in("nora@example.com", PASSWORD)
    sees(nora, deals=DEALS["reza"] + DEALS["maryam"] + DEALS["dara"], leads=["lead north"])
    an_accountant_reads_no_phone(sit(), olga)

    open_up(olga)
    sees(maryam, deals=DEALS["reza"] + DEALS["maryam"] + DEALS["dara"])
    narrow_again(olga, cast)
    sees(maryam, deals=DEALS["maryam"])

    deal = share_a_deal(reza, cast)
    ask_why(maryam, olga, cast, deal)
    reza_leaves(olga, reza, cast)
    sees(maryam, deals=DEALS["maryam"] + DEALS["reza"] // 2)


# -- the company -------------------------------------------------------------------------------------


def draw(olga, cast):
    """Three offices; two departments under one; a look at the tree while it is empty and when it stands."""
    olga.go("/settings/departments/")
    olga.look()
    for office in OFFICES:
        olga.go("/settings/offices/new")
        olga.page.fill("[name=name]", cast[office])
        save(olga, "**/settings/departments/")
    department(olga, cast["sales"], office=cast["head office"])
    below = olga.page.get_attribute("a[href*='?parent=']", "href")
    for key, office in (("north", "harbour"), ("south", "station")):
        department(olga, cast[key], address=below, office=cast[office])
    assert olga.page.locator("[data-depth='1']").count() == 2
    olga.look()


def department(olga, name, *, office, address="/settings/departments/new"):
    olga.go(address)
    olga.page.fill("[name=name]", name)
    pick(olga.page.locator("main form"), "office", office)
    save(olga, "**/settings/departments/")


def save(seat, address):
    seat.page.click("main .form__foot .button--primary")
    seat.page.wait_for_url(address)
    seat.ready()


def invite(olga, cast):
    """Ten by mail, and Reza by a link that is handed over, which is the answer."""
    olga.go("/settings/invitations/new")
    rows = olga.page.locator("row-list .rows__row")
    by_mail = [guest for guest in cast.guests if guest.key != "reza"]
    while rows.count() < len(by_mail):
        olga.page.locator("row-list [data-add]").first.click()
    for n, guest in enumerate(by_mail):
        rows.nth(n).locator("[name=emails]").fill(guest.email)
        rows.nth(n).locator("[name=roles]").select_option(guest.role)
        if guest.department:
            rows.nth(n).locator("[name=departments]").select_option(label=cast[guest.department])
    olga.page.check("[name=by_link]:not([type=hidden])")
    olga.page.select_option("[name=link_department]", label=cast["north"])
    olga.look()
    olga.page.click("main .form__foot .button--primary")
    olga.page.wait_for_selector("code.long-code")
    olga.look()
    shown = olga.page.locator("code.long-code").all_inner_texts()
    assert len(shown) == len(cast.guests)
    return shown[-1]


def come_in(seat, cast, key, link):
    seat.go(link.removeprefix(seat.address))
    seat.look()
    seat.page.fill("[name=name]", cast[key])
    if seat.page.locator("[name=email]:not([readonly])").count():
        seat.page.fill("[name=email]", f"{key}@example.com")
    seat.page.fill("[name=password]", PASSWORD)
    seat.page.click("form.form .button--primary")
    seat.page.wait_for_url("**/due/")
    seat.ready()


def name_heads(olga, cast, language):
    """A head each, and a deputy for the summer."""
    for key, head, deputy in (("north", "nora", "dara"), ("south", "sam", "")):
        olga.go("/settings/departments/")
        olga.page.click(f"a.value-link:has-text('{cast[key]}')")
        olga.ready()
        form = olga.page.locator("main form").first
        pick(form, "head", cast[head])
        if deputy:
            pick(form, "deputy", cast[deputy])
            form.locator("[name=deputy_from]").fill(typed_day(dt.date(2031, 6, 22), language))
            form.locator("[name=deputy_until]").fill(typed_day(dt.date(2031, 9, 22), language))
            olga.look()
        save(olga, "**/settings/departments/")
    told = olga.page.inner_text("main table")
    assert all(cast[key] in told for key in ("nora", "dara", "sam", "harbour", "station"))
    olga.look()


# -- who sees what -----------------------------------------------------------------------------------


def sees(seat, *, deals, leads=None):
    """So many deals are in the list, and these unassigned leads."""
    seat.go("/deals/?sort=name")
    assert seat.page.locator("tbody tr[data-id]").count() == deals
    if leads is not None:
        seat.go("/leads/")
        shown = seat.page.locator("tbody tr[data-id]").all_inner_texts()
        assert len(shown) == len(leads)
        assert all(name in shown[n] for n, name in enumerate(leads))


def an_accountant_reads_no_phone(tom, olga):
    """What the owner reads on the same pages, the accountant does not."""
    tom.sign_in("tom@example.com", PASSWORD)
    for path in ("/contacts/", "/contacts/1/", "/contacts/1/history/phones", "/contacts/export.csv?cols=all"):
        his, hers = (seat.context.request.get(seat.address + path) for seat in (tom, olga))
        assert his.ok != path.endswith("phones")
        assert PHONE[-9:] in re.sub(r"\D", "", hers.text()), path
        assert PHONE[-9:] not in re.sub(r"\D", "", his.text()), path
    tom.go("/contacts/1/")
    assert tom.page.locator("[data-key=phones]").count() == 0
    tom.look()
    tom.go("/deals/")
    assert tom.page.locator("tbody tr[data-id]").count() == sum(DEALS.values())


# -- a role changes ----------------------------------------------------------------------------------


def rehearse(olga, **scopes):
    """Change the seller's role as far as the rehearsal; its sentences."""
    olga.go("/settings/roles/seller/")
    for action, scope in scopes.items():
        olga.page.select_option(f"[name='types.deal.{action}']", scope)
    olga.page.click("#role-form .button--primary")
    olga.page.wait_for_selector("button[name=act][value=save]")
    olga.look()
    return olga.page.locator(".rights-said li").all_inner_texts()


def open_up(olga):
    """All sellers see the deals of their department: five people see more, and the page says how many deals."""
    said = rehearse(olga, see="department")
    assert digits(olga, sum(DEALS.values())) in said[0]
    assert digits(olga, 5) in said[0]
    olga.page.click("button[name=act][value=save]")
    olga.page.wait_for_selector("#role-form")
    olga.ready()


def narrow_again(olga, cast):
    """Back to their own, and export comes with it: both are said, with the numbers."""
    said = rehearse(olga, see="own", export="own")
    lost = next(line for line in said if digits(olga, sum(DEALS.values())) in line)
    gained = next(line for line in said if line != lost)
    assert digits(olga, 5) in lost
    assert digits(olga, 5) in gained
    told = olga.page.inner_text(".rights-people table")
    assert cast["maryam"] in told
    assert digits(olga, DEALS["reza"] + DEALS["dara"]) in told  # what Maryam loses
    olga.page.click("button[name=act][value=save]")
    olga.page.wait_for_selector("#role-form")
    olga.ready()


def digits(seat, number):
    """A number as the person reads it."""
    text = str(number)
    return text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")) if seat.language == "fa" else text


# -- why ---------------------------------------------------------------------------------------------


def share_a_deal(reza, cast):
    """Reza opens his first deal to his department; the address of the deal."""
    reza.go("/deals/?sort=name")
    id_ = reza.page.locator("tbody tr[data-id]").first.get_attribute("data-id")
    reza.go(f"/deals/{id_}/who")
    reza.page.select_option("[name=whom]", label=cast["north"])
    reza.page.click("form[action$=share] .button--primary")
    reza.page.wait_for_selector("form[action$=stop]")
    reza.ready()
    reza.look()
    return f"/deals/{id_}/"


def ask_why(maryam, olga, cast, deal):
    """Maryam is told why she sees it; the owner is told the same of her, and why Hana does not."""
    maryam.go(deal)
    maryam.go(f"{deal}who")
    told = maryam.page.inner_text("main")
    assert cast["north"] in told
    assert cast["reza"] in told
    maryam.look()
    for key, tone in (("maryam", ".tag--green"), ("hana", ".tag--red")):
        olga.go(f"{deal}who")
        olga.page.locator("[name=person]").select_option(label=cast[key])
        olga.page.click("form.who__ask button")
        olga.page.wait_for_selector(".who__verdict")
        first = olga.page.locator("li:has(.who__verdict)").first
        assert first.locator(tone).count() == 1
        if key == "maryam":
            assert cast["north"] in first.inner_text()
        olga.look()


# -- Reza leaves -------------------------------------------------------------------------------------


def reza_leaves(olga, reza, cast):
    raw = make_key(reza)
    asks = {"headers": {"Authorization": f"Bearer {raw}"}, "timeout": 30}
    assert httpx.get(f"{reza.address}/api/me", **asks).status_code == 200
    answer = reza.context.request.get(f"{reza.address}/deals/export.csv")
    assert answer.ok
    reza.go("/deals/")
    reza.page.wait_for_function("Boolean(document.querySelector('live-feed')?.last)")

    olga.go("/people/")
    olga.page.click(f"a:has-text('{cast['reza']}')")
    olga.ready()
    olga.go(f"/settings/people/{olga.path.rstrip('/').rpartition('/')[2]}/leave")
    olga.page.select_option("[name='rule.deal']", "named")
    form = olga.page.locator("main form")
    pick(form, "to.deal", cast["maryam"])
    olga.page.locator("row-list:has([name='to.deal']) [data-add]").click()
    pick(form, "to.deal", cast["dara"])
    olga.page.select_option("[name='rule.activity']", "named")
    pick(form, "to.activity", cast["maryam"])
    olga.page.click("button[name=do][value=preview]")
    olga.page.wait_for_selector("button[name=do][value=go]")
    olga.ready()
    gets = olga.page.locator("main tbody .leave__get").all_inner_texts()
    half = digits(olga, DEALS["reza"] // 2)
    assert sum(half in one for one in gets) == 2
    assert any(cast["maryam"] in one and digits(olga, 2) in one for one in gets)
    assert digits(olga, DEALS["reza"]) in olga.page.locator("main section").last.inner_text()  # what he exported
    olga.look()

    olga.page.click("button[name=do][value=go]")
    pressed = time.monotonic()
    olga.page.wait_for_selector(".notice--ok")
    wait_for(lambda: not reza.page.evaluate("fetch('/me/').then(answer => answer.ok && !answer.redirected)"), 5)
    assert httpx.get(f"{reza.address}/api/me", **asks).status_code == 401
    assert time.monotonic() - pressed < 5
    reza.errors = [line for line in reza.errors if not any(said in line for said in NO_LONGER_IN)]
    reza.page.goto(f"{reza.address}/deals/")
    assert reza.path.startswith("/sign-in/")
    olga.ready()
    olga.look()


def make_key(reza):
    reza.go("/me/keys/new")
    reza.page.fill("[name=name]", "My sheet")
    reza.look()
    reza.page.click("main .form__foot .button--primary")
    reza.page.wait_for_selector("b code")
    return reza.page.inner_text("b code")

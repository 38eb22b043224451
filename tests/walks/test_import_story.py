"""Everything in, a wrong list, and back again: an owner drops the files of his old system, loads them, loads too much and takes that back."""

import pytest

from tests.walks.export_files import COUNTED, LIST, write_files
from tests.walks.test_story import PASSWORD, SIZES

pytestmark = pytest.mark.browser
NEW = 12


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", "desk"), pytest.param("fa", "tablet", marks=pytest.mark.thorough)],
)
def test_an_owner_loads_all_and_takes_a_wrong_list_back(house, seats, tmp_path, language, size):
    width, height, touch = SIZES[size]
    olga = seats(house.address, width, height, touch=touch)
    olga.found_company(
        language, company="Hardware & Sons", owner="Olga Reyes", email="olga@example.com", password=PASSWORD
    )
    page = olga.page

    drop(olga, write_files(tmp_path / "old system"))
    assert page.locator(".exchange__why").count() == 5
    olga.look(olga.name("import-files"))
    correct_a_column(olga, "Potentials.csv", "Probability", "")
    page.click("button[name=do][value=rehearse]")
    page.wait_for_selector("button[name=do][value=load]")
    olga.look(olga.name("import-all-rehearsal"))
    assert house.query("SELECT count(*) FROM crm_company")[0][0] == 0
    page.click("button[name=do][value=load]")
    page.wait_for_selector(".button-group a[href='/deals/']")
    olga.look(olga.name("import-all-report"))
    for address, count in COUNTED.items():
        assert rows_of(olga, address) == count, address
    assert calls_of_people(house) == 2

    before = contacts(house)
    place = load_list(olga, tmp_path)
    olga.look()
    assert len(contacts(house)) == len(before) + NEW
    becki = house.query("SELECT id FROM crm_contact WHERE name LIKE '%Tucker'")[0][0]
    new = house.query("SELECT id FROM crm_contact WHERE name = 'New 3'")[0][0]
    for id_ in (becki, new):
        say_on_card(olga, id_, "Called, wants a price")

    olga.go(f"{place}?do=undo")
    olga.look(olga.name("import-undo"))
    page.click("button[name=do][value=undo]")
    page.wait_for_url("**/changes/*/")
    olga.ready()
    olga.look()
    assert left(house) == sorted([becki, new])
    after = {row[0]: row for row in contacts(house)}
    untouched = [row for row in before if row[0] != becki]
    assert [after[row[0]] for row in untouched] == untouched
    olga.go("/import/")
    olga.look(olga.name("import"))


def drop(seat, files):
    seat.go("/import/")
    seat.page.set_input_files("[name=file]", files)
    seat.page.click(".form__foot .button--primary")
    seat.page.wait_for_selector("[name=steps]", state="attached")
    seat.ready()


def correct_a_column(seat, file, heading, target):
    """What the page proposed for a column is changed on the page of its file."""
    page = seat.page
    page.locator(f"tr:has(th bdi:text-is('{file}')) a.value-link").click()
    page.wait_for_selector("[name=mapped]", state="attached")
    seat.ready()
    seat.look(seat.name("import-columns"))
    row = page.locator(f"tr:has(th bdi:text-is('{heading}'))")
    row.locator("select[name^=column-]").select_option(target)
    page.click("button[name=do][value=save]")
    page.wait_for_selector("[name=steps]", state="attached")
    seat.ready()


def load_list(seat, folder):
    """A list for contacts, matched by mail; the address of the import."""
    page = seat.page
    file = folder / "wrong list.csv"
    file.write_text(LIST, encoding="utf-8")
    seat.go("/contacts/import/")
    page.set_input_files("[name=file]", file)
    page.click(".form__foot .button--primary")
    page.wait_for_url("**/import/*/")
    seat.ready()
    page.click("button[name=do][value=rehearse]")
    page.wait_for_selector("button[name=do][value=load]")
    seat.ready()
    page.click("button[name=do][value=load]")
    page.wait_for_selector(".button-group a[href='/contacts/']")
    seat.ready()
    return seat.path


def say_on_card(seat, id_, text):
    """Somebody writes on the card of one who came with the list."""
    seat.go(f"/contacts/{id_}/")
    token = next(one["value"] for one in seat.context.cookies() if "csrf" in one["name"])
    said = seat.page.request.post(
        f"{seat.address}/contacts/{id_}/field/comments",
        form={"comments": text, "csrfmiddlewaretoken": token},
        headers={"Referer": seat.address, "Origin": seat.address},
    )
    assert said.ok, said.text()


def rows_of(seat, address):
    seat.go(address)
    return seat.page.locator("tbody tr[data-id]").count()


def calls_of_people(house):
    return house.query("SELECT count(*) FROM activities_activity WHERE kind = 'call' AND about_type = 'contact'")[0][0]


def contacts(house):
    return house.query("SELECT id, name, position FROM crm_contact WHERE deleted_at IS NULL ORDER BY id")


def left(house):
    """Records that the undo left, because somebody changed them since."""
    return sorted(
        row[0] for row in house.query("SELECT id FROM crm_contact WHERE deleted_at IS NULL AND comments <> ''")
    )

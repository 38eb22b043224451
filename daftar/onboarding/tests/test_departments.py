"""Departments as a tree: drawn, added, moved, led, and removed only when nothing is lost."""

import datetime as dt

import pytest

from daftar.access.models import Department, Office, User
from daftar.crm.models import Lead
from daftar.kernel.errors import Conflict, Invalid
from daftar.onboarding.views.departments import lines_of
from daftar.records import departments, writing
from daftar.records.models import Event
from daftar.records.schema import current_schema

TREE = "/settings/departments/"


@pytest.fixture
def tree(owner):
    """Trade with Retail and Wholesale under it; Sam works in Retail."""
    top = Department.objects.create(name="Trade")
    retail, whole = (Department.objects.create(name=name, parent=top) for name in ("Retail", "Wholesale"))
    sam = User.objects.create_user("sam@oak.example", "rain on copper", name="Sam", department=retail)
    return {"top": top, "retail": retail, "whole": whole, "sam": sam}


def form_of(row, **changes):
    values = {"name": row.name, "parent": row.parent_id or "", "head": row.head_id or "", "office": "", "deputy": ""}
    return {**values, "deputy_from": "", "deputy_until": "", **changes}


def test_children_stand_under_their_parent(chief_client, tree, owner):
    page = chief_client.get(TREE).content.decode()

    assert page.index("Trade") < page.index("Retail") < page.index("Wholesale")
    assert 'data-depth="1"' in page
    assert "Boss" in page  # the owner has no department


def test_a_tree_that_lost_its_parent_is_still_drawn(tree):
    tree["retail"].parent_id, tree["retail"].number = 987, 0
    lines = lines_of({tree["retail"].pk: tree["retail"]})

    assert [line.depth for line in lines] == [0]


def test_a_department_is_added_under_another(chief_client, tree):
    form = {"name": "Online", "parent": str(tree["top"].pk)}

    assert chief_client.post(f"{TREE}new", form).status_code == 302
    assert Department.objects.get(name="Online").parent == tree["top"]
    assert f'value="{tree["top"].pk}"' in chief_client.get(f"{TREE}new?parent={tree['top'].pk}").content.decode()


def test_a_department_gets_head_deputy_and_dates(chief_client, tree, owner):
    form = form_of(
        tree["retail"], head=tree["sam"].pk, deputy=owner.pk, deputy_from="2026-06-01", deputy_until="2026-08-31"
    )

    assert chief_client.post(f"{TREE}{tree['retail'].pk}/", form).status_code == 302

    tree["retail"].refresh_from_db()
    assert (tree["retail"].head, tree["retail"].deputy_until) == (tree["sam"], dt.date(2026, 8, 31))
    page = chief_client.get(TREE).content.decode()
    assert "Boss, " in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parent": "retail"}, "cannot be part of itself"),
        ({"deputy_from": "2026-08-31", "deputy_until": "2026-06-01"}, "before the first one"),
        ({"name": ""}, "needed"),
        ({"head": "99999"}, "no such"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(chief_client, tree, changes, said):
    changes = {key: tree[value].pk if value in tree else value for key, value in changes.items()}
    answer = chief_client.post(f"{TREE}{tree['top'].pk}/", form_of(tree["top"], **changes))

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_department_cannot_go_under_its_own_child(chief_client, tree):
    answer = chief_client.post(f"{TREE}{tree['top'].pk}/", form_of(tree["top"], parent=tree["retail"].pk))

    assert answer.status_code == 422
    tree["top"].refresh_from_db()
    assert tree["top"].parent is None


def test_an_empty_department_goes_into_the_bin(chief_client, tree):
    assert chief_client.post(f"{TREE}{tree['whole'].pk}/remove").status_code == 302

    tree["whole"].refresh_from_db()
    assert tree["whole"].deleted_at is not None


def test_a_department_with_something_in_it_stays_and_says_what(chief_client, owner, tree):
    lead = current_schema().type("lead")
    writing.create(lead, {"title": "Roof", "owner": None, "department": tree["retail"].pk}, by=owner, via="page")

    answer = chief_client.post(f"{TREE}{tree['retail'].pk}/remove", {"to": ""})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "1 person" in page
    assert "leads without an owner: 1" in page
    tree["retail"].refresh_from_db()
    assert tree["retail"].deleted_at is None
    with pytest.raises(Conflict):
        writing.remove(current_schema().type("department"), tree["top"].pk, by=owner, via="page")


def test_what_lies_in_a_removed_department_goes_where_one_said(chief_client, owner, tree):
    lead = current_schema().type("lead")
    writing.create(lead, {"title": "Roof", "owner": None, "department": tree["top"].pk}, by=owner, via="page")
    tree["sam"].department = tree["top"]
    tree["sam"].save()
    other = Department.objects.create(name="Other")

    assert chief_client.post(f"{TREE}{tree['top'].pk}/remove", {"to": str(other.pk)}).status_code == 302

    tree["sam"].refresh_from_db()
    assert tree["sam"].department == other
    assert Lead.objects.get().department == other
    assert set(Department.objects.filter(parent=other).values_list("name", flat=True)) == {"Retail", "Wholesale"}
    assert Event.objects.filter(type="lead", data__why="department", change_set__isnull=False).count() == 1


def test_nothing_is_moved_into_a_part_of_the_removed_department(owner, tree):
    with pytest.raises(Invalid) as refused:
        departments.remove_department(tree["top"].pk, by=owner, to=tree["retail"].pk)

    assert refused.value.field == "to"
    assert not Department.objects.filter(deleted_at__isnull=False).exists()


def test_an_office_stays_while_somebody_works_there(chief_client, tree):
    assert chief_client.post("/settings/offices/new", {"name": "Harbour"}).status_code == 302
    office = Office.objects.get()
    tree["sam"].office = office
    tree["sam"].save()

    assert chief_client.post(f"/settings/offices/{office.pk}/remove").status_code == 409
    tree["sam"].office = None
    tree["sam"].save()
    assert chief_client.post(f"/settings/offices/{office.pk}/", {"name": "Quay"}).status_code == 302
    assert chief_client.post(f"/settings/offices/{office.pk}/remove").status_code == 302
    assert not Office.objects.filter(deleted_at=None).exists()


def test_a_person_who_is_active_is_not_thrown_into_the_bin(chief_client, tree):
    assert chief_client.post(f"/people/{tree['sam'].pk}/delete").status_code == 409


@pytest.mark.parametrize("language", ["fa", "ru"])
@pytest.mark.parametrize("page", ["", "new", "{retail}/", "{retail}/remove"])
def test_every_page_is_drawn_in_every_language(chief_client, owner, tree, page, language):
    User.objects.filter(pk=owner.pk).update(language=language)

    assert f'lang="{language}"' in chief_client.get(TREE + page.format(retail=tree["retail"].pk)).content.decode()

"""What a process keeps of the rights is never older than the database."""

import datetime as dt
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from daftar.access import kept_rights as module
from daftar.access import rights_marks
from daftar.access.models import Department, RightsMark, Role, Share, User
from daftar.access.standing import Standing
from daftar.kernel import clock


@pytest.fixture
def people(db):
    """Sara and Reza sell, each in a department; Hana heads Sara's; Olga owns the company."""
    north, south = Department.objects.create(name="North"), Department.objects.create(name="South")
    made = {
        name: User.objects.create_user(f"{name}@oak.example", None, name=name.capitalize(), role=role, department=place)
        for name, role, place in (
            ("sara", Role.SELLER, north), ("reza", Role.SELLER, south), ("hana", Role.HEAD, north), ("olga", Role.OWNER, None),
        )
    }  # fmt: skip
    Department.objects.filter(pk=north.pk).update(head=made["hana"])
    return made


def standing(user):
    return Standing.of(User.objects.get(pk=user.pk))


def reached(user, scope="below"):
    return set(standing(user).owners[scope])


CHANGES = {
    "moved": (lambda p: User.objects.filter(pk=p["reza"].pk).update(department=p["sara"].department), lambda p: p["reza"].pk in reached(p["hana"])),
    "saved": (lambda p: give_department(p["reza"], p["sara"].department), lambda p: p["reza"].pk in reached(p["hana"])),
    "a new head": (lambda p: Department.objects.filter(name="South").update(head=p["hana"]), lambda p: p["reza"].pk in reached(p["hana"])),
    "a deputy of today": (
        lambda p: Department.objects.filter(name="South").update(deputy=p["hana"]), lambda p: p["reza"].pk in reached(p["hana"]),
    ),
    "under another": (
        lambda p: Department.objects.filter(name="South").update(parent=p["sara"].department), lambda p: p["reza"].pk in reached(p["hana"]),
    ),
    "removed": (
        lambda p: Department.objects.filter(name="North").update(deleted_at=clock.now()), lambda p: p["sara"].pk not in reached(p["hana"]),
    ),
    "away": (
        lambda p: User.objects.filter(pk=p["reza"].pk).update(substitute=p["sara"], absent_from=dt.date(2020, 1, 1)),
        lambda p: p["reza"].pk in standing(p["sara"]).own_ids,
    ),
    "joined": (
        lambda p: User.objects.create_user("new@oak.example", None, name="New", department=p["sara"].department),
        lambda p: len(reached(p["hana"])) == 3,
    ),
    "granted": (
        lambda p: Role.objects.filter(key="seller").update(grants={"types": {"*": {"see": "all"}}}),
        lambda p: standing(p["sara"]).scope("see", "deal") == "all",
    ),
    "archived": (lambda p: Role.objects.filter(key="seller").update(archived=True), lambda p: not standing(p["sara"]).roles),
    "by hand": (
        lambda p: connection.cursor().execute("UPDATE access_role SET archived = true WHERE key = 'seller'"), lambda p: not standing(p["sara"]).roles,
    ),
}  # fmt: skip


def give_department(user, department):
    user.department = department
    user.save()


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_counts_with_the_next_question(people, change):
    do, shows = CHANGES[change]
    assert not shows(people)

    do(people)

    assert shows(people)


def test_what_has_not_changed_is_not_asked_again(people):
    standing(people["hana"])
    hana = User.objects.get(pk=people["hana"].pk)

    with CaptureQueriesContext(connection) as asked:
        assert Standing.of(hana).owners["below"]

    assert len(asked) == 1, asked.captured_queries


def test_what_rights_do_not_depend_on_leaves_no_mark(people):
    before = RightsMark.objects.count()

    people["sara"].position = "Sells lamps"
    people["sara"].save(update_fields=["position"])
    Share.objects.create(type="deal", record_id=1, user=people["sara"])

    assert RightsMark.objects.count() == before


def test_what_is_taken_back_is_not_kept(people):
    with transaction.atomic():
        Role.objects.filter(key="seller").update(archived=True)
        assert not standing(people["sara"]).roles
        transaction.set_rollback(True)

    assert [role.key for role in standing(people["sara"]).roles] == ["seller"]


def test_marks_are_thinned_out_without_a_stale_answer(people):
    assert reached(people["hana"])
    before = module.marks()

    rights_marks.thin_out()

    assert RightsMark.objects.count() == 1
    assert module.marks() != before
    give_department(people["reza"], people["sara"].department)
    assert people["reza"].pk in reached(people["hana"])


def test_roles_are_named_in_the_language_of_who_asks(people):
    with translation.override("en"):
        assert standing(people["sara"]).roles[0].name == "Seller"
    with translation.override("fa"):
        assert standing(people["sara"]).roles[0].name == "فروشنده"


def test_without_its_triggers_nothing_is_kept(people, monkeypatch):
    monkeypatch.setattr(module, "_keeper", module.Keeper())
    assert rights_marks.missing(connection) == []
    drop_one()

    reached(people["hana"])

    assert not module._keeper.known
    rights_marks.install()
    reached(people["hana"])
    assert len(module._keeper.known) == 1


def drop_one():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER rights_access_user_update")
        else:
            cursor.execute("DROP TRIGGER rights_access_user ON access_user")


def test_only_so_many_states_are_kept(people, monkeypatch):
    monkeypatch.setattr(module, "_keeper", module.Keeper())
    for n in range(module.MOST + 3):
        User.objects.create_user(f"p{n}@oak.example", None, name=f"P{n}")
        reached(people["hana"])

    assert len(module._keeper.known) == module.MOST


def test_every_column_that_is_kept_is_watched(people, monkeypatch):
    """What is read for keeping is read off the statements themselves."""
    monkeypatch.setattr(module, "_keeper", module.Keeper())
    with CaptureQueriesContext(connection) as asked:
        module.kept_rights()
    text = " ".join(query["sql"] for query in asked.captured_queries)
    read = {table: set(re.findall(rf'"{table}"\."(\w+)"', text)) for table in rights_marks.WATCHED}

    read["access_role"].remove("version")  # moves with the others
    assert {table: columns - {"id"} for table, columns in read.items()} == {
        table: set(columns) for table, columns in rights_marks.WATCHED.items()
    }


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in rights_marks.WATCHED.items() for column in columns]
)
def test_every_watched_column_leaves_a_mark(people, table, column):
    own = people["sara"].pk if table == "access_user" else people["sara"].department.pk
    person, place, day = people["sara"].pk, people["sara"].department.pk, "2031-01-01"
    value = {
        "department_id": place, "substitute_id": person, "parent_id": place, "head_id": person, "deputy_id": person, "grants": "{}", "position": 77,
        "archived": True, "second_factor": True, "name": "Other", "key": "other",
    }.get(column, day)  # fmt: skip
    row = "key = 'seller'" if table == "access_role" else f"id = {own}"
    with connection.cursor() as cursor:
        if column.endswith("_id") or value == day:  # from another value, whatever it was
            cursor.execute(f'UPDATE {table} SET "{column}" = NULL WHERE {row}')
        before = RightsMark.objects.count()
        cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE {row}', [value])

    assert RightsMark.objects.count() > before

"""Rights: the verdict on one record, the condition in SQL, the reasons and the rehearsal are four tellings of one rule."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.access import decide
from daftar.access.among import owned_by
from daftar.access.grants import Grants, read
from daftar.access.models import Department, Role, User
from daftar.access.shipped_roles import SHIPPED, install_roles
from daftar.crm.models import Deal, Lead
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.records import reading, roles, sharing, writing
from daftar.records import schema as schema_module
from daftar.records.query import view as view_module
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.rehearsal import PersonChange, Proposal, rehearse
from daftar.records.schema import current_schema, install_pipelines
from daftar.records.tests.company import JUDGED, any_grants, make_company


@pytest.fixture(autouse=True)
def house(db):
    schema_module._kept = None
    install_roles()
    install_pipelines()


def reached(user: User, key: str, action: Any, walked: bool | None = None) -> set[int]:
    rows = {"lead": Lead, "deal": Deal}[key].objects.filter(deleted_at=None)
    return set(decide.within(rows, user, key, action, walked=walked).values_list("pk", flat=True))


@pytest.mark.parametrize("seed", range(6))
def test_the_verdict_on_a_row_the_sql_and_the_reasons_agree(seed):
    company = make_company(seed)

    for user in company.people:
        for key in ("lead", "deal"):
            for action in JUDGED:
                live = [row for row in company.rows(key) if row.deleted_at is None]
                allowed = {row.pk for row in live if decide.may(user, action, key, row)}
                for walked in (None, True, False):
                    found = reached(user, key, action, walked=walked)
                    assert allowed == found, (user.name, user.roles, key, action, walked)
                for stages in stages_of(live):
                    rows = {"lead": Lead, "deal": Deal}[key].objects.filter(deleted_at=None, stage_id__in=stages)
                    found = set(decide.within(rows, user, key, action, stages=stages).values_list("pk", flat=True))
                    assert found == {row.pk for row in live if row.stage_id in stages} & allowed, (user.name, stages)
                assert allowed == {row.pk for row in live if decide.why(user, action, key, row)}
                if allowed:
                    assert decide.may(user, action, key)


def stages_of(rows: list[Any]) -> list[frozenset[int]]:
    """Each stage in which rows stand, and the first two together."""
    each = sorted({row.stage_id for row in rows if row.stage_id})
    return [*(frozenset({id_}) for id_ in each), frozenset(each[:2])]


def everything(people: list[User]) -> dict[tuple[int, str, str], set[int]]:
    fresh = User.objects.in_bulk([user.pk for user in people])
    return {
        (user.pk, key, action): reached(fresh[user.pk], key, action)
        for user in people for key in ("lead", "deal") for action in JUDGED
    }  # fmt: skip


def differences(before: dict, after: dict) -> dict:
    pairs = {at: (len(before[at] - after[at]), len(after[at] - before[at])) for at in before}
    return {at: pair for at, pair in pairs.items() if pair != (0, 0)}


def together(before: dict, after: dict) -> dict:
    made = {}
    for key in ("lead", "deal"):
        for action in JUDGED:
            mine = [at for at in before if at[1:] == (key, action)]
            lost = set().union(*(before[at] - after[at] for at in mine))
            gained = set().union(*(after[at] - before[at] for at in mine))
            if lost or gained:
                made[key, action] = (len(lost), len(gained))
    return made


@pytest.mark.parametrize("seed", range(6))
def test_a_rehearsal_counts_exactly_what_the_change_then_does(seed):
    company = make_company(seed + 100)
    chance, people = company.chance, company.people
    role, shipped = company.roles[0], Role.objects.get(key="seller")
    proposal = Proposal(
        roles={role.key: read(any_grants(chance)), shipped.key: read(any_grants(chance))},
        people={
            people[0].pk: PersonChange(roles=["head"]),
            people[1].pk: PersonChange(department_id=company.departments[seed % 6].pk, moves=True),
            people[2].pk: PersonChange(is_active=False),
        },
    )
    before = everything(people)

    told = rehearse(proposal)

    assert everything(people) == before
    role.grants, shipped.grants = (proposal.roles[key].to_json() for key in (role.key, shipped.key))
    role.save()
    shipped.save()
    User.objects.filter(pk=people[0].pk).update(roles=["head"])
    User.objects.filter(pk=people[1].pk).update(department=company.departments[seed % 6])
    User.objects.filter(pk=people[2].pk).update(is_active=False)
    after = everything(people)
    assert {(d.person_id, d.type, d.action): (d.lost, d.gained) for d in told.differences} == differences(before, after)
    assert {at: pair for at, pair in told.together.items() if at[0] in ("lead", "deal")} == together(before, after)


def test_a_rehearsal_tells_who_gains_an_action_and_which_fields_open():
    maryam = User.objects.create_user(None, name="Maryam", role="accountant")
    wider = read({"types": {"*": {"see": "all", "export": "all", "import": "all"}}, "settings": True})

    told = rehearse(Proposal(roles={"accountant": wider}))

    assert (maryam.pk, "deal", "import", True) in {(s.person_id, s.type, s.action, s.gained) for s in told.switched}
    assert (maryam.pk, "", "settings", True) in {(s.person_id, s.type, s.action, s.gained) for s in told.switched}
    opened = {(f.type, f.field, f.before, f.after) for f in told.fields}
    assert ("contact", "phones", "hidden", "write") in opened


def test_a_rehearsal_costs_a_few_queries_per_type_whatever_the_number_of_people_and_records():
    proposal = Proposal(roles={"seller": read({"types": {"*": {"see": "own"}}})})
    make_company(8, people=60, records=300)

    with CaptureQueriesContext(connection) as asked:
        assert rehearse(proposal)

    # Structure, roles, people, shares; then shared rows, owned and unowned ones.
    assert len(asked) <= 6 + 3 * len(current_schema().types)


@pytest.mark.parametrize("sort", ["created_at", "-amount"])
def test_pages_are_the_same_whichever_way_the_database_is_led_to_them(sort, monkeypatch):
    company = make_company(3)
    deals = current_schema().type("deal")

    def pages(user):
        found, after = [], ""
        while True:
            reader = Reader(User.objects.get(pk=user.pk))
            page = View.parse(deals, f"sort={sort}&limit=9&after={after}", reader).page()
            found += [row.pk for row in page.rows]
            if not page.next:
                return found
            after = page.next

    few = {user.pk: pages(user) for user in company.people[:5]}
    monkeypatch.setattr(view_module, "COUNTED", 0)
    many = {user.pk: pages(user) for user in company.people[:5]}

    assert few == many
    for user in company.people[:5]:
        assert set(few[user.pk]) == reached(user, "deal", "see")
        assert len(set(few[user.pk])) == len(few[user.pk])


def test_the_next_request_sees_a_changed_role_whoever_wrote_it():
    """Written past every signal and object of this process, as another process writes: only the database can tell of it."""
    sara = User.objects.create_user(None, name="Sara", role="seller")
    foreign = Deal.objects.create(name="Foreign", owner=User.objects.create_user(None, name="Sam", role="seller"))
    client = Client()
    client.force_login(sara)

    def answers():
        return client.get(f"/deals/{foreign.pk}/").status_code, "Foreign" in client.get("/deals/").content.decode()

    assert answers() == (404, False)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_role SET grants = %s WHERE key = 'seller'", [json.dumps({"types": {"*": {"see": "all"}}})]
        )
    assert answers() == (200, True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_role SET archived = %s WHERE key = 'seller'", [True])
    assert answers() == (404, False)


# -- the shipped roles -----------------------------------------------------------------------------------


@pytest.fixture
def sales(db):
    """Two teams under one department: a head over both, a seller in each, and somebody of every other role."""
    top = Department.objects.create(name="Sales")
    north, south = (Department.objects.create(name=name, parent=top) for name in ("North", "South"))
    made = {
        "olga": User.objects.create_user(None, name="Olga", role="owner"),
        "hana": User.objects.create_user(None, name="Hana", role="head", department=top),
        "nils": User.objects.create_user(None, name="Nils", role="head", department=north),
        "sara": User.objects.create_user(None, name="Sara", role="seller", department=north),
        "sam": User.objects.create_user(None, name="Sam", role="seller", department=north),
        "reza": User.objects.create_user(None, name="Reza", role="seller", department=south),
        "anna": User.objects.create_user(None, name="Anna", role="accountant"),
    }
    Department.objects.filter(pk=top.pk).update(head=made["hana"])
    return {**made, "top": top, "north": north, "south": south}


def lead(owner: User | None, department: Department | None = None) -> Lead:
    return Lead.objects.create(title="Twelve routers", owner=owner, department=department)


def seen_by(row: Any, sales: dict) -> set[str]:
    return {
        name for name, person in sales.items() if isinstance(person, User) and decide.may(person, "see", "lead", row)
    }


def test_sellers_see_their_own_leads_and_the_unowned_ones_of_their_department(sales):
    assert seen_by(lead(sales["sara"]), sales) == {"olga", "hana", "nils", "sara", "anna"}
    assert seen_by(lead(None, sales["north"]), sales) == {"olga", "hana", "nils", "sara", "sam", "anna"}
    assert seen_by(lead(None, sales["south"]), sales) == {"olga", "hana", "reza", "anna"}
    assert seen_by(lead(None), sales) == {"olga", "hana", "nils", "sara", "sam", "reza", "anna"}


def test_a_deputy_reaches_what_the_head_reaches_for_the_summer(sales):
    Department.objects.filter(pk=sales["south"].pk).update(
        deputy=sales["sam"], deputy_from="2026-06-21", deputy_until="2026-09-22"
    )
    row = Deal.objects.create(name="Racks", owner=sales["reza"])
    sam = sales["sam"]
    User.objects.filter(pk=sam.pk).update(roles=["head"])

    for day, may in (("2026-06-20", False), ("2026-06-21", True), ("2026-09-22", True), ("2026-09-23", False)):
        with clock.frozen(f"{day}T12:00:00Z"):
            assert decide.may(User.objects.get(pk=sam.pk), "see", "deal", row) is may, day


def test_a_substitute_works_for_the_absent(sales):
    User.objects.filter(pk=sales["reza"].pk).update(
        substitute=sales["sara"], absent_from="2026-08-01", absent_until="2026-08-14"
    )
    row = Deal.objects.create(name="Racks", owner=sales["reza"])

    with clock.frozen("2026-08-14T12:00:00Z"):
        sara = User.objects.get(pk=sales["sara"].pk)
        assert decide.may(sara, "change", "deal", row)
        assert [(r.by, r.person) for r in decide.why(sara, "change", "deal", row)] == [("substitute", sales["reza"].pk)]
    with clock.frozen("2026-08-15T12:00:00Z"):
        assert not decide.may(User.objects.get(pk=sara.pk), "see", "deal", row)


def test_the_reason_names_role_and_path_of_departments(sales):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])

    (reason,) = decide.why(sales["hana"], "see", "deal", row)

    assert (reason.by, reason.role, reason.departments) == (
        "below",
        "Head of department",
        (sales["north"].pk, sales["top"].pk),
    )


# -- shares ----------------------------------------------------------------------------------------------


def test_a_shared_record_opens_to_a_person_and_closes_again(sales):
    type_ = current_schema().type("deal")
    row = Deal.objects.create(name="Racks", owner=sales["sara"])

    kept = sharing.share(type_, row.pk, by=sales["sara"], user=sales["reza"].pk, level="change")
    decide.forget(sales["reza"])

    assert reading.get(type_, row.pk, sales["reza"]).pk == row.pk
    assert writing.change(type_, row.pk, {"number": "17"}, by=sales["reza"], via="page").number == "17"
    assert not decide.may(sales["reza"], "delete", "deal", row)
    sharing.stop_sharing(type_, row.pk, kept.pk, by=sales["sara"])
    decide.forget(sales["reza"])
    assert not decide.may(sales["reza"], "see", "deal", row)


def test_a_record_shared_with_a_department_opens_to_all_in_it_and_below(sales):
    type_ = current_schema().type("deal")
    row = Deal.objects.create(name="Racks", owner=sales["olga"])

    sharing.share(type_, row.pk, by=sales["olga"], department=sales["top"].pk)

    assert decide.may(sales["sara"], "see", "deal", row)
    assert not decide.may(sales["sara"], "change", "deal", row)


def test_one_shares_only_what_one_may_change(sales):
    type_ = current_schema().type("deal")
    row = Deal.objects.create(name="Racks", owner=sales["sara"])

    with pytest.raises(NotAllowed):
        sharing.share(type_, row.pk, by=sales["anna"], user=sales["reza"].pk)
    with pytest.raises(Invalid):
        sharing.share(type_, row.pk, by=sales["sara"], user=sales["reza"].pk, department=sales["top"].pk)
    with pytest.raises(Invalid):
        sharing.share(type_, row.pk, by=sales["sara"], user=987654)


# -- fields ----------------------------------------------------------------------------------------------


def test_a_hidden_field_is_no_field_for_its_reader(sales):
    type_ = Reader(sales["anna"]).schema.type("contact")

    assert type_.field("phones") is None
    assert "phones" in current_schema().type("contact").by_key
    assert all("phones" not in {f.key for f in fields} for _name, fields in type_.sections())


def test_a_field_to_be_read_cannot_be_written(sales):
    Role.objects.filter(key="seller").update(
        grants=read(
            {
                "types": {"*": {"see": "all", "add": "all", "change": "all"}},
                "fields": {"deal": {"number": "read", "comments": "hidden"}},
            }
        ).to_json()
    )
    type_, sara = current_schema().type("deal"), sales["sara"]
    row = Deal.objects.create(name="Racks", owner=sara, comments="secret")

    with pytest.raises(Invalid) as refused:
        writing.change(type_, row.pk, {"number": "17"}, by=sara, via="page")
    assert "number" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        writing.change(Reader(sara).schema.type("deal"), row.pk, {"comments": "mine"}, by=sara, via="page")
    assert "comments" in refused.value.errors
    # What is hidden stays as it was when the person changes something else, and stays findable for others.
    changed = writing.change(Reader(sara).schema.type("deal"), row.pk, {"name": "Two racks"}, by=sara, via="page")
    assert (changed.comments, "secret" in changed.search) == ("secret", True)


def test_two_roles_open_what_either_opens(sales):
    both = User.objects.create_user(None, name="Both", roles=["accountant", "reader"])

    assert decide.field_level(both, "contact", "phones") == "write"
    assert decide.field_level(sales["anna"], "contact", "phones") == "hidden"


# -- changing roles --------------------------------------------------------------------------------------


def test_a_changed_role_counts_at_once_and_a_stale_page_is_refused(sales):
    row = Deal.objects.create(name="Racks", owner=sales["reza"])
    seller = Role.objects.get(key="seller")

    roles.change_role("seller", by=sales["olga"], version=seller.version, grants=read({"types": {"*": {"see": "all"}}}))

    assert decide.may(User.objects.get(pk=sales["sara"].pk), "see", "deal", row)
    with pytest.raises(Conflict):
        roles.change_role("seller", by=sales["olga"], version=seller.version, name="Salesman")


def test_a_role_changed_back_to_what_is_shipped_follows_later_versions_again(sales):
    seller = Role.objects.get(key="seller")

    changed = roles.change_role("seller", by=sales["olga"], version=seller.version, grants=Grants())
    assert changed.grants is not None
    back = roles.change_role("seller", by=sales["olga"], version=changed.version, grants=SHIPPED["seller"].grants)

    assert back.grants is None


def test_rights_that_cannot_be_are_refused(sales):
    version = Role.objects.get(key="seller").version
    for document in (
        {"types": {"deal": {"see": "own", "change": "all"}}},
        {"types": {"deal": {"see": "everywhere"}}},
        {"types": []},
        {"wrong": 1},
        {"narrowed": [{"type": "deal"}]},
        {"fields": {"deal": {"amount": "secret"}}},
    ):
        with pytest.raises(Invalid):
            roles.change_role("seller", by=sales["olga"], version=version, grants=roles.read_grants(document))
    with pytest.raises(NotAllowed):
        roles.change_role("owner", by=sales["olga"], version=1, grants=Grants())
    with pytest.raises(NotAllowed):
        roles.change_role("seller", by=sales["sara"], version=version, name="Chief")


def test_a_role_that_people_hold_is_not_archived(sales):
    with pytest.raises(Conflict, match="Sara"):
        roles.archive_role("seller", by=sales["olga"])
    made = roles.add_role("Trainee", by=sales["olga"], like="seller")
    roles.archive_role(made.key, by=sales["olga"])
    assert roles.use_role_again(made.key, by=sales["olga"]).archived is False


def test_whoever_reaches_most_people_sees_the_same_rows_as_if_each_were_named():
    """Of nobody else, and of nobody at all; however many of the company are named."""
    company = make_company(1)
    everybody = frozenset(user.pk for user in company.people)
    some = sorted(everybody)
    for number in range(len(some) + 1):
        ids = frozenset(some[:number])
        for walked in (True, False):
            found = set(Deal.objects.filter(owned_by(ids, everybody, walked=walked)).values_list("pk", flat=True))
            assert found == {row.pk for row in company.rows("deal") if row.owner_id in ids}
    assert Deal.objects.filter(owner=None).exists()
    assert "NOT IN" in str(Deal.objects.filter(owned_by(frozenset(some[1:]), everybody)).query)

"""The explanation of who sees a record says what the doors do, for everybody, in words, and without a query for each person."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.access import decide
from daftar.access.models import Department, Share, User
from daftar.access.shipped_roles import install_roles
from daftar.crm.models import Deal, Lead
from daftar.kernel import clock
from daftar.kernel.errors import DaftarError, Missing
from daftar.kernel.formats import Formats, using
from daftar.records import reading, sharing, writing
from daftar.records import schema as schema_module
from daftar.records.models import Event
from daftar.records.schema import current_schema, install_pipelines
from daftar.records.tests.company import make_company
from daftar.records.who_sees import Explainer


@pytest.fixture(autouse=True)
def house(db):
    schema_module._kept = None
    install_roles()
    install_pipelines()
    with using(Formats()):
        yield


class Undone(Exception):
    pass


def done(act) -> bool:
    """Whether the door let the act through; what it did is taken back."""
    try:
        with transaction.atomic():
            act()
            raise Undone
    except Undone:
        return True
    except DaftarError:
        return False


def doors(user: User, type_, row) -> dict[str, bool]:
    """What the doors do for this person and record."""

    def seen() -> bool:
        try:
            return reading.get(type_, row.pk, user).pk == row.pk
        except Missing:
            return False

    in_list = reading.visible(type_, user).filter(pk=row.pk).exists()
    assert seen() == in_list
    title = type_.title_field.key
    exported = reading.visible(type_, user) & reading.visible(type_, user, "export")
    return {
        "see": in_list,
        "change": done(lambda: writing.change(type_, row.pk, {title: "Other words"}, by=user, via="page")),
        "delete": done(lambda: writing.remove(type_, row.pk, by=user, via="page")),
        "export": exported.filter(pk=row.pk).exists(),
    }


def test_the_explanation_of_300_pairs_says_what_the_doors_do():
    pairs, seen, refused = 0, 0, 0
    for seed in range(4):
        company = make_company(500 + seed)
        chance = random.Random(seed)
        rows = [(key, row) for key in ("lead", "deal") for row in company.rows(key) if row.deleted_at is None]
        for key, row in chance.sample(rows, 15):
            type_ = current_schema().type(key)
            explainer = Explainer(type_, row)
            listed = {seer.id: seer for seer in explainer.seers()}
            for user in chance.sample(company.people, 5):
                fresh = User.objects.get(pk=user.pk)
                verdicts = {v.action: v for v in explainer.verdicts(user.pk)}
                told = {action: verdict.allowed for action, verdict in verdicts.items()}
                assert told == doors(fresh, type_, row), (user.name, user.roles, key, row.pk)
                assert all(verdict.words and all(verdict.words) for verdict in verdicts.values())
                assert (user.pk in listed) == told["see"]
                pairs, seen, refused = pairs + 1, seen + told["see"], refused + (not told["see"])
    assert pairs == 300
    assert min(seen, refused) > 60


# -- words ---------------------------------------------------------------------------------------------


@pytest.fixture
def sales(db):
    top = Department.objects.create(name="Sales")
    north, south = (Department.objects.create(name=name, parent=top) for name in ("North", "South"))
    make = User.objects.create_user
    made = {
        "olga": make("olga@oak.example", None, name="Olga", role="administrator"),
        "hana": make("hana@oak.example", None, name="Hana", role="head", department=top),
        "nils": make("nils@oak.example", None, name="Nils", role="head", department=north),
        "sara": make("sara@oak.example", None, name="Sara", role="seller", department=north),
        "sam": make("sam@oak.example", None, name="Sam", role="seller", department=south),
        "anna": make("anna@oak.example", None, name="Anna", role="accountant"),
        "nobody": make("nobody@oak.example", None, name="Nora", roles=[]),
        "left": make("left@oak.example", None, name="Leo", role="head", is_active=False),
    }
    Department.objects.filter(pk=top.pk).update(head=made["hana"])
    return {**made, "top": top, "north": north, "south": south}


def explain(row) -> Explainer:
    return Explainer(current_schema().type("lead" if isinstance(row, Lead) else "deal"), row)


def test_each_rule_has_its_words(sales):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])
    type_ = current_schema().type("deal")
    sharing.share(type_, row.pk, by=sales["sara"], user=sales["sam"].pk)

    words = {seer.name: seer.words for seer in explain(row).seers()}

    assert words == {
        "Sara": ("it is their own",),
        "Anna": ("role Accountant: all",),
        "Hana": ("as head of department: Sales › North",),
        "Nils": ("their department: North",),
        "Olga": ("role Administrator: all",),
        "Sam": ("shared by Sara",),
    }


def test_a_substitute_and_a_deputy_are_told_apart(sales):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])
    User.objects.filter(pk=sales["sara"].pk).update(
        substitute=sales["sam"], absent_from="2026-08-01", absent_until="2026-08-14"
    )
    Department.objects.filter(pk=sales["north"].pk).update(deputy=sales["left"])
    User.objects.filter(pk=sales["left"].pk).update(is_active=True)

    with clock.frozen("2026-08-10T12:00:00Z"):
        words = {seer.name: seer.words for seer in explain(row).seers()}

    assert words["Sam"] == ("stands in for Sara until 14 Aug 2026",)
    assert words["Leo"] == ("as deputy of the head: North",)


def test_what_would_be_needed_is_said(sales):
    deal = Deal.objects.create(name="Racks", owner=sales["sara"])
    lead = Lead.objects.create(title="Routers", department=sales["north"])

    def needed(row, who, action="see"):
        return explain(row).needed(sales[who].pk, action)

    assert needed(deal, "sam") == "Seller sees only their own deals; this one belongs to Sara of North."
    assert needed(deal, "anna", "change") == "Accountant does not change deals; this one belongs to Sara of North."
    assert needed(deal, "nobody") == "Nora has no role."
    assert needed(deal, "left") == "Leo is not active, and may do nothing."
    assert needed(lead, "sam") == (
        "Seller sees only leads of their department that nobody owns; nobody owns this one, and it lies in North."
    )
    assert needed(lead, "anna", "delete") == (
        "Accountant does not delete leads that nobody owns; nobody owns this one, and it lies in North."
    )


# -- the page ------------------------------------------------------------------------------------------


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_asks_the_database_a_few_times_whatever_the_number_of_people(sales):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])
    client = client_of(sales["olga"])
    address = f"/deals/{row.pk}/who?person={sales['sam'].pk}"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    User.objects.bulk_create(
        User(name=f"Person {n}", roles=["reader" if n % 2 else "seller"], department=sales["north"]) for n in range(300)
    )
    client.get(address)  # after people joined, the structure of the company is asked once
    with CaptureQueriesContext(connection) as many:
        page = client.get(address).content.decode()

    assert "Person 299" in page
    assert len(many) <= len(few) <= 22


def test_who_may_not_change_the_record_asks_about_themselves_only(sales):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])

    page = client_of(sales["anna"]).get(f"/deals/{row.pk}/who?person={sales['hana'].pk}").content.decode()

    assert "role Accountant: all" in page
    assert "Hana" not in page
    assert client_of(sales["sam"]).get(f"/deals/{row.pk}/who").status_code == 404
    assert client_of(sales["olga"]).get(f"/people/{sales['sam'].pk}/who").status_code == 404


def test_a_record_is_shared_observed_and_closed_again_on_its_page(sales):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])
    sara, base = client_of(sales["sara"]), f"/deals/{row.pk}/who"

    assert (
        sara.post(f"{base}/share", {"whom": f"u{sales['sam'].pk}", "level": "change", "observer": "1"}).status_code
        == 302
    )
    assert sara.post(f"{base}/share", {"whom": f"d{sales['south'].pk}", "level": "see"}).status_code == 302

    page = sara.get(base).content.decode()
    assert "sees and changes it, observes it" in page
    assert "South" in page
    assert sharing.observers_of("deal", row.pk) == [sales["sam"].pk]
    card = sara.get(f"/deals/{row.pk}/").content.decode()
    assert "added as an observer:" in card and "shared it with" in card
    share = Share.objects.get(user=sales["sam"])
    stopped = client_of(sales["sam"]).post(f"{base}/{share.pk}/stop")
    assert stopped.status_code == 302
    department = Share.objects.get(department=sales["south"])
    assert client_of(sales["sam"]).post(f"{base}/{department.pk}/stop").status_code == 403
    assert sara.post(f"{base}/{department.pk}/stop").status_code == 302
    assert not decide.may(User.objects.get(pk=sales["sam"].pk), "see", "deal", row)
    assert list(Event.objects.filter(kind__in=["shared", "unshared"]).order_by("pk").values_list("kind", flat=True)) == [
        "shared", "shared", "unshared", "unshared",
    ]  # fmt: skip


@pytest.mark.parametrize("sent", [
    {}, {"whom": "u0", "level": "see"}, {"whom": "u99999999999999999999", "level": "see"}, {"whom": "x1", "level": "see"},
    {"whom": "u", "level": "see"}, {"whom": "d987654", "level": "see"},
])  # fmt: skip
def test_a_share_that_cannot_be_is_refused_at_its_field(sales, sent):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])

    answer = client_of(sales["sara"]).post(f"/deals/{row.pk}/who/share", sent)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Share.objects.exists()


def test_the_dialog_comes_as_a_fragment_and_answers_with_itself(sales):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])
    sara, headers = client_of(sales["sara"]), {"HX-Request": "true"}

    asked = sara.get(f"/deals/{row.pk}/who", headers=headers).content.decode()
    sent = {"whom": f"u{sales['sam'].pk}", "level": "see"}
    answer = sara.post(f"/deals/{row.pk}/who/share", sent, headers=headers)

    assert "<html" not in asked and "dialog__head" in asked
    assert answer.status_code == 200
    assert "Sam" in answer.content.decode()
    assert "toast" in answer.headers["HX-Trigger"]


def test_the_card_leads_to_the_dialog(sales):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])

    assert "Who sees this" in client_of(sales["sara"]).get(f"/deals/{row.pk}/").content.decode()
    assert "Why do I see this" in client_of(sales["anna"]).get(f"/deals/{row.pk}/").content.decode()


@pytest.mark.parametrize("language", ["fa", "ru"])
def test_the_page_is_drawn_in_every_language(sales, language):
    row = Deal.objects.create(name="Racks", owner=sales["sara"])
    User.objects.filter(pk=sales["sara"].pk).update(
        language=language, absent_from=dt.date(2026, 1, 1), substitute=sales["sam"]
    )

    page = client_of(sales["sara"]).get(f"/deals/{row.pk}/who?person={sales['sam'].pk}").content.decode()

    assert f'lang="{language}"' in page

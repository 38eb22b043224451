"""The data of each earlier release go through all migrations and nothing of them is lost; docs/releasing.md says how one is recorded."""

import base64
import hashlib
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings

from daftar.access import decide
from daftar.access.models import AuditEntry, Department, Role, User
from daftar.exchange.models import ImportRun
from daftar.kernel import diagnosis, jobs
from daftar.kernel.backup import restore_backup, verify_backup
from daftar.kernel.models import ScheduledJob
from daftar.kernel.serving.upgrade import upgrade
from daftar.onboarding.places import SETTINGS
from daftar.records import files, reading
from daftar.records.models import StoredFile
from daftar.records.schema import current_schema
from tests.architecture.routes import routes
from tests.house.releases import loading
from tests.house.releases.record import SECRET_KEY

# All of it is one company that goes through all migrations on each database, which takes its time.
pytestmark = pytest.mark.thorough

MOVED = {("access_user", "role"): lambda old, row: row.roles == [old]}
"""Columns that are gone → whether a row of now holds what stood there."""
GROWN = {"auth_permission", "django_content_type", "records_pipeline", "records_stage"}
"""Tables with rows for each type there is, also for those that other tests of this process declare."""
TURNED = {("records_schemaversion", "number")}
"""Marks that tell each process to read something anew; their value is chance."""
HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
"""That of the product; the one of the other tests knows no old password."""


@pytest.fixture(scope="module", params=loading.RELEASES)
def old(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """What the release had kept; the database of the module is that one, brought to now."""
    kept = loading.read(request.param)
    data = tmp_path_factory.mktemp("data")
    with (
        django_db_blocker.unblock(),
        loading.empty_database(data),
        override_settings(PASSWORD_HASHERS=HASHERS, SECRET_KEY=SECRET_KEY, DATA=data, MEDIA_ROOT=data / "files"),
    ):
        loading.put_rows(kept)
        loading.put_files(kept, data)
        kept["said"] = []
        kept["backup"] = upgrade(kept["said"].append)
        yield kept


@pytest.fixture
def people(old):
    """Role of then → the person as of now, and what the release knew of them."""
    return {person["role"]: (User.objects.get(pk=person["id"]), person) for person in old["people"]}


def test_every_row_and_every_value_is_here(old):
    nothing_is_lost(old)


def nothing_is_lost(old, grown=GROWN):
    lost = []
    for name, table in old["tables"].items():
        model = apps.get_model(table["model"])
        there = {row.pk: row for row in model._base_manager.all()}
        assert name in grown or len(there) == len(table["rows"]), name
        fields = {f.attname: f for f in model._meta.concrete_fields}
        for kept in table["rows"]:
            before = dict(zip(table["columns"], kept))
            key = before[model._meta.pk.attname]
            row = there.get(model._meta.pk.to_python(key))
            assert row is not None, f"{name} {key} is lost"
            for column, stood in before.items():
                if (name, column) in TURNED:
                    same = True
                elif column in fields:
                    same = getattr(row, column) == loading.value(fields[column], stood)
                else:
                    assert (name, column) in MOVED, f"{name}.{column} is gone: say in MOVED where its values are now"
                    same = MOVED[name, column](stood, row)
                if not same:
                    lost.append((name, key, column, stood, getattr(row, column, None)))
    assert lost == []


def test_there_is_a_backup_of_before(old):
    manifest = verify_backup(old["backup"])

    assert old["said"] == [f"Backup before the upgrade: {old['backup']}"]
    assert sorted(manifest.migrations) == sorted(old["migrations"])
    assert {name: manifest.tables[name] for name in old["tables"]} == {
        n: len(t["rows"]) for n, t in old["tables"].items()
    }
    told = AuditEntry.objects.get(what="backup_made")
    assert old["backup"].name in told.detail.body


def test_what_is_new_says_nothing_that_nobody_said(old):
    """A table that came since is empty, but for what every installation has, and the entry of the backup."""
    shipped = {
        "access_role",
        "access_audithead",
        "access_auditentry",
        "access_auditdetail",
        "access_rightsmark",
        "catalogue_taxclass",
        "catalogue_unit",
        "catalogue_warehouse",
        "records_retentionrule",
    }
    known = set(old["tables"]) | shipped
    filled = [
        m._meta.db_table
        for m in apps.get_models(include_auto_created=True)
        if m._meta.db_table not in known and m._meta.managed and m._base_manager.exists()
    ]
    assert filled == []
    assert not apps.get_model("records", "RetentionRule").objects.filter(is_on=True).exists()


def test_the_files_are_where_their_rows_say(old):
    for row in StoredFile.objects.all():
        content = (files.folder() / row.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row.sha256
        assert base64.b64encode(content).decode() == old["files"][f"files/{row.path}"]


def test_nobody_is_signed_out(old, people):
    signed_in = set()
    for key, *_more in old["tables"]["django_session"]["rows"]:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        answer = client.get("/me/")
        assert answer.status_code in (200, 302)
        signed_in |= {email for email in people_in(people) if answer.status_code == 200 and email in answer.text}

    assert signed_in == people_in(people)


def people_in(people):
    return {known["email"] for _person, known in people.values()}


def test_everybody_signs_in_with_the_password_of_before(old, people):
    for _person, known in people.values():
        client = Client()
        wrong = client.post("/sign-in/", {"email": known["email"], "password": "not that one"})
        right = client.post("/sign-in/", {"email": known["email"], "password": known["password"]})

        assert (wrong.status_code, right.status_code) == (422, 302), known
        assert client.get("/due/").status_code == 200


OLD_SCOPES = {
    "0.1": {
        "owner": dict.fromkeys(("see", "add", "change", "delete", "export", "import"), "all"),
        "administrator": dict.fromkeys(("see", "add", "change", "delete", "export", "import"), "all"),
        "head": {"see": "all", "add": "all", "change": "all", "delete": "department", "export": "all", "import": "all"},
        "seller": {"see": "department", "add": "all", "change": "department", "delete": "own"},
        "assistant": {"see": "own", "add": "all", "change": "own"},
        "reader": {"see": "all"},
    }
}
"""What a role granted then (`daftar/access/decide.py` of the release), on all types but people, departments and offices."""


def could(scope, person, row):
    """The verdict of 0.1 about one row."""
    if scope in ("none", "all"):
        return scope == "all"
    if row.owner_id == person.pk:
        return True
    if scope == "own":
        return False
    return row.owner_id is None or (
        person.department_id is not None and row.owner.department_id == person.department_id
    )


def test_everybody_may_what_their_role_allowed(old, people):
    """Of each record and action; and nobody is given settings who had none."""
    lost, pairs = [], 0
    for type_ in current_schema().types.values():
        if type_.key in decide.COMPANY_ONLY:
            continue
        rows = list(reading.of_type(type_).select_related("owner"))
        for role, (person, _known) in people.items():
            for action, scope in OLD_SCOPES["0.1"][role].items():
                reached = set(
                    decide.within(reading.of_type(type_), person, type_.key, action).values_list("pk", flat=True)
                )
                for row in rows:
                    pairs += 1
                    if could(scope, person, row) and not (
                        decide.may(person, action, type_.key, row) and row.pk in reached
                    ):
                        lost.append((role, action, type_.key, row.pk))
    assert lost == []
    assert pairs > 5_000
    for role, (person, _known) in people.items():
        assert decide.may_settings(person) == (role in ("owner", "administrator"))


def test_a_new_company_gets_the_shipped_roles_and_an_old_one_keeps_its_own(old):
    changed = set(Role.objects.exclude(grants=None).values_list("key", flat=True))

    assert changed == {"head", "seller", "assistant"}
    assert Role.objects.count() == 7


def test_the_pages_open_for_everybody(old, people):
    broken = []
    for role, (person, _known) in people.items():
        client = Client()
        client.force_login(person)
        for address in addresses_for(person):
            answer = client.get(address)
            if answer.status_code != 200:
                broken.append((role, address, answer.status_code))
    assert broken == []


def addresses_for(person):
    """Due, list, board, bin and a card of each type that the person sees; the settings for those who run the company."""
    yield "/due/"
    yield "/me/"
    for type_ in current_schema().types.values():
        if not type_.slug or not decide.may(person, "see", type_.key) or type_.key in decide.COMPANY_ONLY:
            continue
        yield f"/{type_.slug}/"
        if type_.board is not None:
            yield f"/{type_.slug}/board/"
        for row in reading.visible(type_, person).order_by("-pk")[:2]:
            yield f"/{type_.slug}/{row.pk}/"
    if decide.may_settings(person):
        closed = {place.url for place in SETTINGS if place.for_owners and not person.is_owner}
        for route in routes():
            if route.is_ours and route.pattern.startswith("settings/") and not route.parameters and is_page(route):
                yield from {route.path()} - closed


def is_page(route):
    return route.pattern.endswith("/")


def test_the_worker_goes_on_with_what_waited(old):
    for row in old["tables"]["django_tasks_database_dbtaskresult"]["rows"]:
        waiting = dict(zip(old["tables"]["django_tasks_database_dbtaskresult"]["columns"], row))
        module, _, name = waiting["task_path"].rpartition(".")
        task = getattr(import_module(module), name)
        task.func(*waiting["args_kwargs"]["args"], **waiting["args_kwargs"]["kwargs"])
    assert sorted(ImportRun.objects.values_list("state", flat=True)) == ["done", "done", "mapping"]

    ran = jobs.run_due_jobs(jobs.find_jobs())

    assert ran
    assert list(ScheduledJob.objects.exclude(problem="").values_list("name", "problem")) == []


def test_the_doctor_and_the_audit_log_have_nothing_to_say(old):
    wrong = [f.sentence for f in diagnosis.findings() if f.kind == "wrong" and "static" not in f.sentence]
    assert wrong == []
    call_command("audit", "verify", verbosity=0)


def test_departments_keep_their_heads(old):
    assert Department.objects.filter(name="Repairs", head__email="carla@oak.example").exists()


def test_the_backup_of_before_can_be_restored_into_this_version(old):
    restore_backup(old["backup"])

    nothing_is_lost(old)
    assert Role.objects.count() == 7


def test_going_back_is_refused_while_something_would_be_lost(old):
    with pytest.raises(CommandError) as refusal:
        call_command("migrate", "access", "0002_signindelay", verbosity=0, interactive=False)

    assert "Going back would lose what was kept since: " in str(refusal.value)
    assert "access.auditentry (" in str(refusal.value)
    assert Role.objects.exists()


def test_whoever_goes_back_nevertheless_finds_the_rows_of_then(old):
    """The last one of this file: the database is that of the release afterwards."""
    User.objects.filter(email="gone@oak.example").update(roles=["a-role-of-the-company-that-came-since"])
    rooms = {room.label for room in apps.get_app_configs() if room.name.startswith("daftar.")}
    for app, name in old["migrations"][::-1]:
        if app in rooms:
            call_command("migrate", app, name, lose_data=True, verbosity=0, interactive=False)
            rooms.remove(app)

    with connection.cursor() as cursor:
        for name, table in old["tables"].items():
            if name.partition("_")[0] in ("access", "records", "crm", "catalogue", "activities"):
                cursor.execute(f'SELECT count(*) FROM "{name}"')
                assert cursor.fetchone()[0] >= len(table["rows"]), name
        cursor.execute("SELECT email, role FROM access_user WHERE email IS NOT NULL")
        roles = dict(cursor.fetchall())
    assert roles == {known["email"]: known["role"] for known in old["people"]} | {"gone@oak.example": "reader"}

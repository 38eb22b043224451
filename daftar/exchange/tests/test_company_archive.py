"""The whole company as one file: what is written is loaded to an equal state, and writes the same file again."""

from __future__ import annotations

import json
import zipfile
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from daftar.access.accounts import able_to_sign_in
from daftar.access.models import AuditDetail, AuditEntry, Installation, Role, User
from daftar.crm.models import Company, Deal
from daftar.exchange.company import carried
from daftar.exchange.company import writing as writing_archives
from daftar.exchange.company.loading import read_archive
from daftar.exchange.company.writing import write_archive
from daftar.exchange.models import ImportRun
from daftar.exchange.tests import rich_company
from daftar.exchange.tests.moving import OWNER, WORD, fresh
from daftar.kernel.errors import Invalid, StorageFull
from daftar.onboarding import demo
from daftar.records import files, writing
from daftar.records.bulk import runs
from daftar.records.models import ContactPoint, CustomField, Event, SamePair, StoredFile
from daftar.records.query import indexes, unique
from daftar.records.schema import current_schema
from daftar.records.searching.index import indexed_tables


@pytest.fixture
def rich(shop):
    shop.made = rich_company.build(shop)
    return shop


@pytest.fixture
def archive(written, tmp_path):
    """The archive of that company; whoever asks for it begins with a database in which nobody has worked."""
    path = tmp_path / "first.zip"
    path.write_bytes(written.archive)
    return SimpleNamespace(path=path, made=written.made, owner=written.owner, people=written.people)


def moved(folder, **words):
    """Write the archive, load it into a fresh installation, write it again; both files."""
    first, again = folder / "first.zip", folder / "again.zip"
    write_archive(first)
    read_archive(first, by=fresh(), **words)
    write_archive(again)
    return first, again


def lines(path, label):
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read(f"data/{label}.jsonl").splitlines()]


# -- what it carries -----------------------------------------------------------------------------------------


def test_every_model_is_carried_or_left_out_with_a_reason():
    assert carried.troubles() == []


@pytest.mark.parametrize(
    ("take_out", "said"),
    [
        ("crm.Deal", "crm.Deal: neither carried nor left out"),
        ("records.Once", "records.Once: neither carried nor left out"),
    ],
)
def test_a_model_that_nobody_speaks_of_would_be_found(monkeypatch, take_out, said):
    held = carried._all.carried if take_out in carried._all.carried else carried._all.left_out
    monkeypatch.delitem(held, take_out)

    assert said in carried.troubles()


def test_a_secret_and_a_link_to_nowhere_would_be_found(monkeypatch):
    monkeypatch.setitem(carried._all.carried, "access.User", carried.Carried("access.User"))
    monkeypatch.delitem(carried._all.carried, "records.Stage")

    found = carried.troubles()
    assert "access.User.password is secret" in found
    assert "crm.Deal.stage leads to records.Stage, which is not carried" in found


def test_the_rich_company_has_rows_in_every_table_that_is_carried(rich, tmp_path):
    manifest = write_archive(tmp_path / "first.zip")

    assert [m.name for m in manifest.members if not m.rows] == ["data/onboarding.DemoCompany.jsonl"]


def test_it_holds_no_secret_no_search_text_and_nothing_of_the_log(rich, tmp_path):
    write_archive(tmp_path / "first.zip")

    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names if name.startswith("data/"))
    for word in (rich.olga.password, "argon2", "search"):
        assert f'"{word}'.encode() not in everything
    assert not any(word in name for name in names for word in ("Audit", "Session", "ApiKey", "Notice.", "ContactPoint"))


# -- round trips ---------------------------------------------------------------------------------------------


def test_the_demo_company_moves_and_writes_the_same_archive_again(shop, tmp_path):
    Installation.objects.create(pk=1, name="Oak", language="en", currency="USD")
    demo.load("en")

    first, again = moved(tmp_path)

    assert len(lines(first, "crm.Deal")) > 20
    assert first.read_bytes() == again.read_bytes()
    assert demo.remove().count > 20


def test_a_company_with_something_of_everything_moves_and_writes_the_same_archive_again(rich, tmp_path):
    first, again = moved(tmp_path)

    assert first.read_bytes() == again.read_bytes()


def test_two_archives_of_one_state_are_the_same_file(rich, tmp_path):
    write_archive(tmp_path / "one.zip")
    write_archive(tmp_path / "other.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()


def test_without_room_for_a_copy_nothing_is_written(shop, tmp_path, monkeypatch):
    @contextmanager
    def no_room():
        yield False

    monkeypatch.setattr(writing_archives, "on_a_copy", no_room)
    monkeypatch.setattr(writing_archives, "connection", SimpleNamespace(in_atomic_block=False, vendor="sqlite"))
    with pytest.raises(StorageFull, match="no room for a copy of the database"):
        write_archive(tmp_path / "first.zip")

    assert list(tmp_path.glob("*.zip*")) == []


def test_the_tables_hold_what_they_held(rich, tmp_path):
    def held():
        return {
            one.label: list(one.model._base_manager.order_by("pk").values(*(c.attname for c in one.columns)))
            for one in carried.carried()
            if one.bytes is None and one.turned is None
        }

    before = held()
    moved(tmp_path)

    assert held() == before


def test_an_import_that_had_not_ended_has_stopped_there(rich, tmp_path):
    moved(tmp_path)

    run = ImportRun.objects.get()
    assert (run.state, str(run), run.reports) == ("failed", "a.csv", [{"rows": 1}])
    assert run.files == [{"name": "a.csv", "path": "gone"}]


# -- what follows from the records ---------------------------------------------------------------------------


def test_records_are_found_as_before(rich, tmp_path):
    def found():
        points = ContactPoint.objects.values_list("type", "record_id", "field", "kind", "value")
        texts = {m: dict(m.objects.exclude(search="").values_list("pk", "search")) for m in indexed_tables().values()}
        return sorted(points), texts

    points, texts = found()
    moved(tmp_path)

    assert rich.made.hidden in {point[2] for point in points}
    assert found()[0] == points
    assert {m: {pk: found()[1][m][pk] for pk in of} for m, of in texts.items()} == texts


def test_fields_types_indexes_and_unique_fields_work_as_before(rich, tmp_path):
    moved(tmp_path)
    made, deal = rich.made, current_schema().type("deal")

    assert deal.by_key[made.formula].get(Deal.objects.get(pk=made.deal)) == 2468
    assert (
        current_schema().type(made.machine.key).by_key["serial"].get(rich.rows(made.machine.key).get(pk=made.made))
        == "77"
    )
    names = index_names()
    for field in deal.fields:
        if indexes.can_be_indexed(field):
            assert indexes.name_of(deal, field) in names, field.key
    assert unique.name_of(deal, deal.by_key[made.unique]) in names
    with pytest.raises(Invalid):
        writing.create(deal, {"name": "Twice", made.unique: "p-1"}, by=User.objects.get(email=OWNER), via="page")


def index_names():
    from django.db import connection

    with connection.cursor() as cursor:
        table = Deal._meta.db_table
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = %s", [table])
        else:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [table])
        return {name for (name,) in cursor.fetchall()}


def test_what_was_done_is_undone_after_moving(rich, tmp_path):
    moved(tmp_path)
    made, olga = rich.made, User.objects.get(email=OWNER)
    act, merging = (runs.BulkRun.objects.get(pk=run.pk) for run in (made.act, made.merging))

    assert runs.begin_undo(act.change_set, by=olga).refused == 0
    assert runs.begin_undo(merging.change_set, by=olga).refused == 0

    assert Deal.objects.get(pk=made.deal).owner.name == "Sara"
    assert Deal.objects.get(pk=made.deal).contact_id == made.second
    writing.bring_back(current_schema().type("deal"), made.gone, by=olga, via="page")


def test_new_rows_come_behind_the_loaded_ones(rich, tmp_path):
    moved(tmp_path)
    olga = User.objects.get(email=OWNER)

    row = writing.create(current_schema().type("company"), {"name": "Elm"}, by=olga, via="page")

    assert row.pk > rich.made.oak and Event.objects.filter(type="company", record_id=row.pk).count() == 1


def test_a_hidden_field_comes_back_and_what_was_said_of_a_pair_holds(rich, tmp_path):
    moved(tmp_path)

    assert CustomField.objects.get(key=rich.made.hidden).hidden
    assert SamePair.objects.get().verdict == "different"


# -- files ---------------------------------------------------------------------------------------------------


def test_files_come_under_new_names_with_their_pictures(rich, tmp_path):
    before = dict(StoredFile.objects.values_list("name", "path"))
    first, _again = moved(tmp_path)

    with zipfile.ZipFile(first) as archive:
        assert (
            sum(name.startswith("files/") for name in archive.namelist()) == 3
        )  # one text twice, one picture, one photo
        assert len(json.loads(archive.read("manifest.json"))["lost"]) == 1
    rows = {row.name: row for row in StoredFile.objects.all()}
    assert (files.folder() / rows["plan.txt"].path).read_bytes() == b"rooms"
    assert (files.folder() / rows["plan again.txt"].path).read_bytes() == b"rooms"
    assert (files.folder() / rows["mill.png"].preview).is_file()
    assert all(row.path != before[name] for name, row in rows.items())
    assert (files.folder() / User.objects.get(name="Sara").photo).is_file()


# -- people --------------------------------------------------------------------------------------------------


def test_who_loads_keeps_the_own_password_and_nobody_else_has_one(archive):
    read_archive(archive.path, by=fresh())

    olga = User.objects.get(email=OWNER)
    assert olga.check_password(WORD) and olga.is_owner and olga.name == "Olga"
    assert list(able_to_sign_in()) == [olga]
    assert User.objects.get(name="Hedi").has_usable_password() is False


def test_the_log_says_which_number_the_person_had(archive):
    new = fresh()
    read_archive(archive.path, by=new)

    entry = AuditEntry.objects.get(what="company_loaded")
    said = json.loads(AuditDetail.objects.get(entry=entry).body)["data"]
    assert (said["numbers"]["before"], said["numbers"]["now"]) == (new.pk, archive.owner)


def test_the_own_second_factor_works_under_the_new_number_and_sessions_end(archive, client):
    from allauth.mfa.models import Authenticator
    from django.contrib.sessions.models import Session

    from daftar.access.factors import APP, CODES, PASSKEY, bound_to
    from daftar.kernel.secrets import seal, unseal

    new = fresh()
    while new.pk == archive.owner:
        new.delete()
        new = User.objects.create_user(OWNER, WORD, name="Olga", role=Role.OWNER)
    client.force_login(new)
    Authenticator.objects.create(user=new, type=APP, data={"secret": seal("JBSWY3DP", bound_to(new))})
    Authenticator.objects.create(user=new, type=CODES, data={"hashes": []})
    Authenticator.objects.create(user=new, type=PASSKEY, data={"name": "Key"})

    read_archive(archive.path, by=new)

    olga = User.objects.get(email=OWNER)
    assert olga.pk != new.pk
    assert unseal(Authenticator.objects.get(type=APP).data["secret"], bound_to(olga)) == "JBSWY3DP"
    assert set(Authenticator.objects.values_list("user", "type")) == {(olga.pk, APP), (olga.pk, CODES)}
    assert not Session.objects.exists()
    assert client.get("/settings/archive/").status_code == 302


def test_somebody_else_of_the_archive_may_be_named(archive):

    read_archive(archive.path, by=fresh("boss@new.example", "Boss"), owner=" Olga@shop.example ")

    assert list(able_to_sign_in().values_list("email", flat=True)) == [OWNER]
    assert not User.objects.filter(name="Boss").exists()


def test_who_is_not_in_the_archive_comes_in_as_one_more_owner(archive):
    read_archive(archive.path, by=fresh("boss@new.example", "Boss"), as_owner=True)

    boss = User.objects.get(email="boss@new.example")
    assert boss.is_owner and boss.check_password(WORD) and User.objects.count() == archive.people + 1


@pytest.mark.parametrize(
    ("email", "words", "said"),
    [
        ("boss@new.example", {}, "Nobody in the archive has the address boss@new.example. Say which of its owners you are (olga@shop.example)"),
        ("sara@shop.example", {}, "Sara is no owner in the archive."),
        ("boss@new.example", {"owner": "nobody@x.example", "as_owner": True}, "Nobody in the archive has the address nobody@x.example."),
    ],
)  # fmt: skip
def test_who_could_not_be_an_owner_afterwards_is_refused_with_what_to_do(archive, email, words, said):
    by = fresh(email, "Boss")

    with pytest.raises(Invalid) as refused:
        read_archive(archive.path, by=by, **words)

    assert said in str(refused.value)
    assert list(User.objects.all()) == [by] and not Company.objects.exists()


def test_in_an_installation_without_anybody_an_owner_gets_a_first_password(archive):
    fresh("")

    with pytest.raises(Invalid, match="Its owners: olga@shop.example"):
        read_archive(archive.path, by=None)
    loaded = read_archive(archive.path, by=None, owner=OWNER)

    assert User.objects.get(email=OWNER).check_password(loaded.password)


# -- only into an empty one ----------------------------------------------------------------------------------


def test_a_company_that_has_something_is_never_loaded_over(archive):
    olga = fresh()
    writing.create(current_schema().type("deal"), {"name": "Mine"}, by=olga, via="page")

    with pytest.raises(
        Invalid, match="This installation is not empty: Deals: 1. An archive is loaded only into an empty one"
    ):
        read_archive(archive.path, by=olga)

    assert Deal.objects.get().name == "Mine"


@pytest.mark.parametrize("what", ["person", "field", "type", "department"])
def test_what_an_owner_has_begun_to_set_up_is_not_lost_silently(archive, what):
    from daftar.access.models import Department
    from daftar.records import custom_fields, custom_types

    by = fresh()
    {
        "person": lambda: User.objects.create_user("new@x.example", "x", name="New"),
        "field": lambda: custom_fields.add_field(current_schema().type("deal"), "text", "Mine", by=by),
        "type": lambda: custom_types.add_type("boat", "boats", by=by),
        "department": lambda: Department.objects.create(name="Mine"),
    }[what]()

    with pytest.raises(Invalid, match="This installation is not empty"):
        read_archive(archive.path, by=by)


# -- all or nothing ------------------------------------------------------------------------------------------


class Killed(BaseException):
    """What a kill looks like from inside."""


@pytest.mark.parametrize("at", ["installing", "writing rows", "the last entry"])
def test_who_is_killed_in_the_middle_leaves_the_fresh_installation_as_it_was(archive, monkeypatch, at):
    from daftar.exchange.company import loading, rebuilding

    by = fresh()

    def state():
        models = [m for m in apps.get_models() if m is not Group]
        return {m._meta.label: sorted(map(repr, m._base_manager.values_list())) for m in models}, sorted(
            files.folder().iterdir()
        )

    def killed(*args, **words):
        raise Killed

    places = {
        "installing": (rebuilding, "after"), "writing rows": (rebuilding.Derived, "write_points"), "the last entry": (loading.audit, "record"),
    }  # fmt: skip
    before = state()
    monkeypatch.setattr(*places[at], killed)
    with pytest.raises(Killed):
        read_archive(archive.path, by=by)
    monkeypatch.undo()

    assert state() == before
    read_archive(archive.path, by=by)
    assert Deal.objects.filter(pk=archive.made.deal).exists()

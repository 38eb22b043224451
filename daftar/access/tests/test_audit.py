"""The audit log: what gets into it, in whose words, and that nothing in it can be changed unseen."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from daftar.access import audit
from daftar.access.audit import anchors, checking, erasing, triggers
from daftar.access.audit.chain import COLUMNS, verify
from daftar.access.audit.folding import folds
from daftar.access.audit.origin import device_words
from daftar.access.audit.reading import lines_of
from daftar.access.audit.reads import rows_shown
from daftar.access.models import AuditDetail, AuditEntry, AuditHead, Role, User
from daftar.access.tests.freshly import sign_in
from daftar.kernel import clock

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture(autouse=True)
def own_marks(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def log(owner):
    """Five entries."""
    for n in range(5):
        audit.record("settings_changed", by=owner, details={"name": f"no. {n}", "changes": {"name": ["a", n]}})
    return AuditEntry.objects.order_by("number")


@pytest.fixture
def seller(company):
    return User.objects.create_user("sara@oak.example", "rain on copper", name="Sara", role=Role.SELLER)


def whats():
    return list(AuditEntry.objects.order_by("number").values_list("what", flat=True))


def last_line(reader):
    return lines_of(AuditEntry.objects.order_by("-number")[:1], reader)[0]


# -- what gets in -----------------------------------------------------------------------------------


def test_an_entry_and_what_it_tells_are_stored_together_or_not_at_all(owner):
    def breaks_off():
        with transaction.atomic():
            audit.record("settings_changed", by=owner)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks_off()
    assert not AuditEntry.objects.exists()
    assert audit.record("settings_changed", by=owner) == 1


def test_signing_in_and_out_are_entries_with_their_origin(client, owner):
    client.post("/sign-in/", {"email": "boss@oak.example", "password": "rain on copper"}, HTTP_USER_AGENT=FIREFOX)
    client.post("/sign-out/", HTTP_USER_AGENT=FIREFOX)

    line = last_line(owner)
    assert whats() == ["signed_in", "signed_out"]
    assert (line.who, line.address, line.device, line.door) == ("Boss", "127.0.0.1", "Firefox · Linux", "page")


def test_a_failed_sign_in_names_the_account_and_keeps_no_word_that_is_none(client, owner):
    client.post("/sign-in/", {"email": "boss@oak.example", "password": "no"})
    client.post("/sign-in/", {"email": "my secret word", "password": "no"})

    known, unknown = lines_of(AuditEntry.objects.order_by("number"), owner)
    assert known.sentence == "Tried to sign in as Boss and failed"
    assert unknown.sentence == "Tried to sign in as an unknown account and failed"
    assert known.is_refused
    assert not AuditDetail.objects.filter(body__contains="secret").exists()


def test_a_refusal_is_an_entry_and_a_thousand_repeats_are_one_more(client, seller):
    client.force_login(seller)
    for _repeat in range(30):
        assert client.get("/settings/audit/").status_code == 403
    folds.write_due(everything=True)

    entries = AuditEntry.objects.filter(what="access_refused").order_by("number")
    assert [entry.count for entry in entries] == [1, 29]
    assert lines_of(entries, seller)[0].sentence == "Was refused at /settings/audit/"


def test_what_is_noted_stays_bounded_whatever_is_tried(owner):
    for n in range(2_000):
        folds.note(("refused", n), lambda seen: None)

    assert len(folds.folds) <= 1_001


def test_a_changed_password_is_an_entry_without_the_password(client, owner):
    client.force_login(owner)
    client.post("/me/password", {"old": "rain on copper", "new": "snow on silver"})

    assert whats()[-1] == "password_changed"
    assert not AuditDetail.objects.filter(body__contains="silver").exists()


def test_reading_a_thousand_rows_in_ten_minutes_is_an_entry(owner):
    for _page in range(25):
        rows_shown(owner, "deal", 90)

    read = AuditEntry.objects.filter(what="bulk_read")
    assert read.count() == 2
    assert lines_of(read.order_by("number"), owner)[0].sentence.startswith("Read 1,080 rows within 10 minutes")


def test_only_what_differs_is_kept_of_a_change(owner):
    nothing = audit.record_change("settings_changed", {"a": 1}, {"a": 1}, by=owner)
    audit.record_change("settings_changed", {"a": 1, "language": "en"}, {"a": 1, "language": "fa"}, by=owner, name="x")

    assert nothing is None
    assert last_line(owner).changes == (("Language", "en", "fa"),)


def test_details_are_cut_at_a_length(owner):
    audit.record("settings_changed", by=owner, details={"name": "x" * 100_000, "list": list(range(10_000))})

    assert len(AuditDetail.objects.get().body) < 17_000
    assert verify().is_whole


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox · Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8.4.0", "curl"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_devices_are_told_in_two_words(agent, words):
    assert device_words(agent) == words


# -- nothing can be changed unseen --------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE access_auditentry SET what = 'signed_in' WHERE number = 2",
        "DELETE FROM access_auditentry WHERE number = 5",
        "UPDATE access_auditdetail SET body = 'x' WHERE entry_id = 2",
        "DELETE FROM access_auditdetail WHERE entry_id = 2",
        "REPLACE INTO access_auditdetail (entry_id, salt, body) VALUES (2, 'x', 'x')",
        "REPLACE INTO access_auditentry SELECT * FROM access_auditentry WHERE number = 5",
        "TRUNCATE access_auditdetail",
        "TRUNCATE access_auditentry, access_auditdetail",
    ],
)
def test_the_database_refuses_to_change_the_log(log, sql):
    if sql.startswith("TRUNCATE" if connection.vendor == "sqlite" else "REPLACE"):
        pytest.skip("the other database's")
    triggers.make(connection)
    connection.check_constraints()  # what waits for the end would forbid emptying a table

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify().is_whole


def tamper(sql, *values):
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


CHANGED = {
    "at": "2020-01-01 00:00:00+00:00", "what": "settings_changee", "result": "refused", "by_id": 77, "acting_id": 3, "key_id": 3,
    "door": "api", "about_type": "deal", "about_id": 8, "count": 2, "details_hash": "0" * 64, "previous": "0" * 64, "hash": "0" * 64,
}  # fmt: skip


@pytest.mark.parametrize("column", [name for name in (*COLUMNS, "hash") if name != "number"])
def test_a_changed_column_of_an_old_entry_is_found(log, column):
    tamper(f"UPDATE access_auditentry SET {column} = %s WHERE number = 2", CHANGED[column])

    assert verify().bad == 2


@pytest.mark.parametrize("column", ["body", "salt"])
def test_changed_details_are_found(log, column):
    value = getattr(AuditDetail.objects.get(pk=3), column)
    tamper(f"UPDATE access_auditdetail SET {column} = %s WHERE entry_id = 3", value[:-1] + chr(ord(value[-1]) ^ 1))

    assert (verify().bad, verify().problem) == (3, "details")


def test_every_byte_of_the_details_counts(log):
    body = AuditDetail.objects.get(pk=2).body
    for n in range(len(body)):
        tamper("UPDATE access_auditdetail SET body = %s WHERE entry_id = 2", body[:n] + "\u00a7" + body[n + 1 :])
        assert verify().bad == 2


def test_emptied_details_that_no_entry_tells_of_are_found(log):
    AuditDetail.objects.filter(pk=3).update(salt="", body="")

    assert (verify().bad, verify().problem) == (3, "no_details")


def test_a_removed_entry_is_found(log):
    tamper("DELETE FROM access_auditdetail WHERE entry_id = 3")
    tamper("DELETE FROM access_auditentry WHERE number = 3")

    assert (verify().bad, verify().problem) == (3, "missing")


def test_an_inserted_entry_is_found(log):
    columns = ", ".join(COLUMNS[1:])
    tamper(
        f"INSERT INTO access_auditentry (number, hash, {columns}) SELECT 6, hash, {columns} FROM access_auditentry WHERE number = 5"
    )

    assert verify().bad == 6


def test_a_cut_tail_is_found_by_the_head_and_by_the_mark_outside(log):
    anchors.drop()
    tamper("DELETE FROM access_auditdetail WHERE entry_id = 5")
    tamper("DELETE FROM access_auditentry WHERE number = 5")
    by_mark = verify()
    fourth = AuditEntry.objects.get(number=4)
    AuditHead.objects.update(number=4, hash=fourth.hash)
    with_forged_head = verify()
    anchors.path().unlink()

    assert (by_mark.bad, with_forged_head.bad) == (5, 5)
    assert with_forged_head.problem == "tail"
    assert verify().is_whole  # without the mark nothing speaks of the fifth entry


def test_a_chain_that_was_made_anew_is_found_by_the_mark_outside(log, owner):
    anchors.drop()
    triggers.drop(connection)
    AuditDetail.objects.all().delete()
    AuditEntry.objects.all().delete()
    AuditHead.objects.update(number=0, hash="")
    for n in range(6):
        audit.record("settings_changed", by=owner, details={"name": n})

    assert (verify().bad, verify().problem) == (5, "anchor")


def test_nonsense_in_a_column_is_named_not_crashed_over(log):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps types itself")
    tamper("UPDATE access_auditentry SET at = '2026-99-99 never' WHERE number = 4")

    assert verify().bad == 4


def test_erased_details_leave_the_chain_whole(log, owner, seller):
    audit.record("signed_in", by=seller, about=("user", seller.pk), details={"note": "Sara's"})
    erased = erasing.erase_details(erasing.entries_about(seller.pk), by=owner, why="a person's wish")

    assert erased == 1
    assert verify().is_whole
    assert not AuditDetail.objects.filter(body__contains="Sara").exists()
    assert erasing.erase_details(erasing.entries_about(seller.pk), by=owner, why="again") == 0


def test_erasing_by_age_keeps_what_says_that_it_was_erased(owner):
    with clock.frozen("2020-01-01 10:00"):
        for n in range(3):
            audit.record("settings_changed", by=owner, details={"name": n})
        erasing.erase_details([2], by=owner, why="a person's wish")
    numbers = erasing.entries_before(clock.now())

    assert erasing.erase_details(numbers, by=owner, why="retention") == 2
    assert verify().is_whole
    assert [line.is_erased for line in lines_of(AuditEntry.objects.order_by("number"), owner)] == [True] * 3 + [
        False
    ] * 2


@pytest.mark.django_db(transaction=True)
def test_of_twenty_writers_at_once_each_gets_its_own_number(owner):
    start = Barrier(20)

    def one(n):
        try:
            start.wait(timeout=30)
            with transaction.atomic():
                User.objects.filter(pk=owner.pk).update(name=f"Boss {n}")
                return audit.record("settings_changed", by=owner, details={"name": n})
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        numbers = list(pool.map(one, range(20)))

    assert sorted(numbers) == list(range(1, 21))
    assert verify().is_whole


# -- page and command ---------------------------------------------------------------------------------


def test_the_page_finds_by_person_kind_result_record_and_day(client, owner, seller):
    with clock.frozen("2026-03-01 10:00"):
        audit.record("record_deleted", by=seller, about=("user", 77))
    audit.record("settings_changed", by=owner, details={"name": "Company"})
    client.force_login(owner)

    def shown(query):
        page = client.get(f"/settings/audit/?{query}").content.decode()
        return [what for what in ("Deleted", "Changed settings: Company", "Signed in") if f"<bdi>{what}" in page]

    assert shown("") == ["Deleted", "Changed settings: Company", "Signed in"]
    assert shown(f"who={seller.pk}") == ["Deleted"]
    assert shown("what=settings_changed") == ["Changed settings: Company"]
    assert shown("type=user&id=77") == ["Deleted"]
    assert shown("from=2026-03-01&to=2026-03-01") == ["Deleted"]
    assert shown("result=refused") == []


def test_a_day_of_the_jalali_calendar_is_understood(client, owner):
    with clock.frozen("2026-03-01 10:00"):
        audit.record("settings_changed", by=owner, details={"name": "X"})
    User.objects.filter(pk=owner.pk).update(language="fa", calendar="jalali")
    client.force_login(owner)

    assert "entry-1" in client.get("/settings/audit/", {"from": "1404/12/10", "to": "۱۴۰۴/۱۲/۱۰"}).content.decode()
    assert "entry-1" not in client.get("/settings/audit/", {"from": "1404/12/11"}).content.decode()


@pytest.mark.parametrize(
    "query", ["who=x", "from=never", "what=nothing", "after=x", "id=-1", "type=%00", "before=9" + "9" * 30]
)
def test_what_cannot_be_read_is_named_with_400(client, owner, query):
    client.force_login(owner)

    assert client.get(f"/settings/audit/?{query}").status_code == 400


def test_pages_go_by_key_in_both_directions(client, owner):
    for n in range(120):
        audit.record("settings_changed", by=owner, details={"name": n})
    client.force_login(owner)

    first = client.get("/settings/audit/?what=settings_changed").content.decode()
    second = client.get("/settings/audit/?what=settings_changed&after=71").content.decode()
    third = client.get("/settings/audit/?what=settings_changed&after=21").content.decode()
    back = client.get("/settings/audit/?what=settings_changed&before=70").content.decode()

    assert "after=71" in first and 'rel="prev"' not in first
    assert "after=21" in second and "before=70" in second
    assert 'rel="next"' not in third
    assert 'id="entry-120"' in back and 'id="entry-71"' in back


def test_the_file_of_the_log_is_an_entry_and_runs_nothing_in_a_spreadsheet(client, owner):
    audit.record("settings_changed", by=owner, details={"name": "x", "changes": {"=1+1": ["a", "b"]}})
    client.force_login(owner)
    assert client.get("/settings/audit/export.csv").headers["Location"].startswith("/confirm/")

    sign_in(client, owner)
    text = b"".join(client.get("/settings/audit/export.csv?what=settings_changed").streaming_content).decode()

    assert "'=1+1" in text
    assert len(text.strip().splitlines()) == 2
    assert whats()[-1] == "exported"


def test_what_people_typed_is_escaped(client, owner):
    audit.record("settings_changed", by=owner, details={"name": "<script>alert(1)</script>"})
    client.force_login(owner)

    assert "<script>alert" not in client.get("/settings/audit/").content.decode()


def test_the_button_checks_and_the_page_tells(client, owner, log):
    client.force_login(owner)
    client.post("/settings/audit/check")
    whole = client.get("/settings/audit/").content.decode()
    tamper("UPDATE access_auditentry SET about_id = 9 WHERE number = 2")
    client.post("/settings/audit/check")
    broken = client.get("/settings/audit/").content.decode()

    assert "The chain is whole." in whole
    assert "Entry 2 was changed." in broken


def test_the_command_ends_with_1_and_names_the_first_bad_entry(log, capsys):
    triggers.make(connection)
    call_command("audit", "verify")
    assert "The audit log is whole: 5 entries" in capsys.readouterr().out

    tamper("UPDATE access_auditentry SET door = 'api' WHERE number = 3")
    with pytest.raises(CommandError, match="Entry 3 was changed") as problem:
        call_command("audit", "verify")
    assert problem.value.returncode == 1


def test_the_command_says_when_the_database_lets_entries_be_changed(log):
    triggers.drop(connection)

    with pytest.raises(CommandError, match="audit_entry_no_update"):
        call_command("audit", "verify")


def test_the_command_shows_entries_a_line_each(log, owner, capsys):
    audit.record("settings_changed", by=owner, details={"name": "two\nlines \x1b[31m"})
    call_command("audit", "show", "--last", "2", "--who", owner.email)

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "\x1b" not in lines[1] and "Boss: Changed settings" in lines[1]


def test_the_page_takes_few_queries(client, owner, django_assert_max_num_queries):
    for n in range(60):
        audit.record("settings_changed", by=owner, about=("user", owner.pk), details={"name": n})
    client.force_login(owner)
    client.get("/settings/audit/")  # the first request of a session notes it

    client.get("/settings/audit/")  # the first page of a session also notes the session

    with django_assert_max_num_queries(15):
        client.get("/settings/audit/")


def test_a_check_of_an_empty_log_is_whole(db):
    assert checking.check().is_whole

"""Sealed secrets: they open only where they were sealed, with the key that is here, and keys can be renewed."""

import json
import os

import pytest
from django.core.management import CommandError, call_command

from daftar.kernel import secrets
from daftar.kernel.diagnosis import findings
from daftar.kernel.models import ScheduledJob


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path, monkeypatch):
    """A folder of keys of its own, and one sealed column: the text of a row that anybody may make."""
    settings.KEYS = tmp_path / "keys"
    monkeypatch.setattr(secrets, "_columns", {})
    secrets.sealed("kernel.ScheduledJob", "problem")


def stored(name, plain, moment="2026-01-01T00:00Z"):
    row = ScheduledJob.objects.create(name=name, next_at=moment)
    row.problem = secrets.seal(plain, secrets.binding(row, "problem"))
    row.save()
    return row


def opened(name):
    row = ScheduledJob.objects.get(name=name)
    return secrets.unseal(row.problem, secrets.binding(row, "problem"))


@pytest.mark.parametrize("plain", ["hunter2", "", "گذرواژه\0\n", "x" * 10_000])
def test_what_was_sealed_opens_again(plain):
    text = secrets.seal(plain, "access.Totp.secret:1")

    assert secrets.unseal(text, "access.Totp.secret:1") == plain
    assert len(plain) < 3 or plain not in text
    assert secrets.seal(plain, "access.Totp.secret:1") != text


def test_it_opens_only_where_it_was_sealed():
    text = secrets.seal("hunter2", "access.Totp.secret:1")

    with pytest.raises(secrets.CannotUnseal):
        secrets.unseal(text, "access.Totp.secret:2")


@pytest.mark.parametrize("plain", ["hunter2", "hunter2!", "hunter2!!"])
def test_a_changed_text_does_not_open_and_says_nothing_of_its_inside(plain):
    text = secrets.seal(plain, "a:1")
    changes = [text[:n] + letter + text[n + 1 :] for n in range(len(text)) for letter in "AQgw_" if letter != text[n]]
    for changed in [*changes, text + "=", text + "A", text.rstrip("=") + "==="]:
        with pytest.raises(secrets.CannotUnseal) as problem:
            secrets.unseal(changed, "a:1")
        assert plain not in str(problem.value)


@pytest.mark.parametrize("text", ["", "s1", "s1.", "s1..", "s1.a.b.c", "plain words", "s1.zz.!!!", "s9.x.y"])
def test_what_was_never_sealed_does_not_open(text):
    with pytest.raises(secrets.CannotUnseal):
        secrets.unseal(text, "a:1")


def test_keys_can_be_read_by_their_owner_alone():
    secrets.seal("x", "a:1")

    assert secrets.path().stat().st_mode & 0o777 == 0o600
    assert secrets.path().parent.stat().st_mode & 0o777 == 0o700


def test_a_row_without_an_id_cannot_hold_a_secret(db):
    with pytest.raises(ValueError, match="save the row first"):
        secrets.binding(ScheduledJob(name=None), "problem")


def test_rotation_seals_everything_anew_and_keeps_old_keys_for_backups(db):
    for n in range(3):
        stored(f"job {n}", f"word {n}")
    old = ScheduledJob.objects.get(name="job 1").problem
    first = secrets.keys().current

    assert secrets.rotate() == 3
    assert secrets.keys().current != first
    assert [opened(f"job {n}") for n in range(3)] == ["word 0", "word 1", "word 2"]
    assert secrets.unseal(old, "kernel.ScheduledJob.problem:job 1") == "word 1"
    assert secrets.forget_unused() == [first]
    with pytest.raises(secrets.CannotUnseal, match="Put the folder of keys back"):
        secrets.unseal(old, "kernel.ScheduledJob.problem:job 1")
    assert opened("job 1") == "word 1"


def test_an_interrupted_rotation_goes_on_with_the_same_key(db, monkeypatch):
    monkeypatch.setattr(secrets, "BATCH", 1)
    for n in range(4):
        stored(f"job {n}", f"word {n}")
    real, calls = secrets.seal, []

    def dies_at_the_third(plain, bound_to):
        calls.append(bound_to)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(plain, bound_to)

    monkeypatch.setattr(secrets, "seal", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        secrets.rotate()
    monkeypatch.setattr(secrets, "seal", real)
    half = secrets.keys().current

    assert sorted(secrets.uses().values()) == [2, 2]
    assert secrets.rotate() == 2
    assert secrets.keys().current == half
    assert [opened(f"job {n}") for n in range(4)] == [f"word {n}" for n in range(4)]


def test_a_secret_inside_a_json_column_is_renewed_too(db):
    row = type("Row", (), {"data": {"secret": "s1.a.b", "other": 1}})()
    column = secrets.Column("x.Y", "data", lambda row: "x", inside="secret")
    column.put(row, "s1.c.d")

    assert column.get(row) == "s1.c.d"
    assert row.data["other"] == 1


def test_another_process_that_renewed_the_keys_is_noticed(db):
    stored("job", "word")
    ring = secrets.keys()
    text = json.loads(secrets.path().read_text())
    secrets.save(secrets.with_new_key(ring))
    os.utime(secrets.path(), ns=(1, 1))

    assert secrets.keys().current != text["current"]
    assert opened("job") == "word"


def test_doctor_names_secrets_whose_key_is_gone(db):
    stored("job", "word")
    secrets.path().unlink()

    assert any("1 stored secrets were sealed with the key" in f.sentence for f in findings() if f.kind == "wrong")


def test_the_command_shows_renews_and_forgets(db, capsys):
    stored("job", "word")
    call_command("keys")
    assert "current, seals 1 secrets" in capsys.readouterr().out
    call_command("keys", "rotate")
    assert "1 secrets are sealed" in capsys.readouterr().out
    call_command("keys", "forget")
    assert "Taken away" in capsys.readouterr().out
    secrets.path().unlink()
    with pytest.raises(CommandError, match="Put the folder of keys back"):
        call_command("keys", "rotate")

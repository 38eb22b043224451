"""Migrating backward names what it would take away, and takes nothing when nothing is held."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from daftar.access.models import RightsMark, User
from daftar.kernel.going_back import losses

pytestmark = pytest.mark.django_db


def lost_by(*target):
    executor = MigrationExecutor(connection)
    return {loss.what: loss.rows for loss in losses(executor, executor.migration_plan([target]))}


def test_an_empty_table_and_an_unset_column_are_no_loss():
    assert "access.share" not in lost_by("access", "0002_signindelay")
    assert lost_by("access", "0008_audit_never_emptied") == {}  # marks are there, and nobody's
    assert lost_by("exchange", "0001_initial") == {}


def test_rows_and_filled_columns_are_counted():
    User.objects.create_user("a@oak.example", "x", name="A", position="Chief")
    User.objects.create_user("b@oak.example", "x", name="B")

    lost = lost_by("access", "0002_signindelay")

    assert (lost["access.user.position"], lost["access.role"]) == (1, 7)
    assert lost_by("access", None)["access.user"] == 2
    assert "access.user.position" not in lost_by("access", None)


def test_the_command_refuses_with_words_and_changes_nothing():
    User.objects.create_user("a@oak.example", "x", name="A", position="Chief")

    with pytest.raises(CommandError, match=r"access\.user\.position \(1\).*before-upgrade"):
        call_command("migrate", "access", "0002", verbosity=0, interactive=False)

    assert User.objects.get().position == "Chief"


@pytest.mark.django_db(transaction=True)
def test_people_can_be_changed_where_the_marks_of_rights_are_gone():
    """Going back takes the triggers away before their table."""
    try:
        call_command("migrate", "access", "0008", verbosity=0, interactive=False)
        User.objects.create_user("a@oak.example", "x", name="A")
        assert "access_rightsmark" not in connection.introspection.table_names()
    finally:
        call_command("migrate", verbosity=0, interactive=False)
    assert RightsMark.objects.exists()

"""What tests of every room may use: a browser."""

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from daftar.access.audit import reads, triggers
from daftar.access.audit.folding import folds


def pytest_addoption(parser):
    parser.addoption("--second-database", action="store_true", help="leave out unit tests that ask for no database")


def pytest_collection_modifyitems(config, items):
    """The quick run on PostgreSQL: what asks for no database was shown by the run on SQLite."""
    if not config.getoption("--second-database"):
        return
    left_out = [item for item in items if not may_differ(item)]
    items[:] = [item for item in items if may_differ(item)]
    config.hook.pytest_deselected(items=left_out)


def pytest_runtest_logreport(report):
    """Tell bin/test who failed, and whether it was one with real processes (it knows what to do with those)."""
    told = os.environ.get("DAFTAR_TEST_FAILED")
    if told and report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        alive = "browser" in report.keywords or report.nodeid.startswith(
            ("tests/browser/", "tests/walks/", "tests/house/")
        )
        with Path(told).open("a") as out:
            out.write(f"{'alive' if alive else 'plain'} {report.nodeid}\n")


def may_differ(item):
    """Whether a test asks for the database, and which one it is may change the answer; those with processes of their own all stay."""
    if item.get_closest_marker("alike"):
        return False
    asks = {"db", "transactional_db", "live_server"}.intersection(item.fixturenames)
    alone = any(item.path.is_relative_to(item.config.rootpath / at) for at in ("daftar", "tests/architecture"))
    of_django = any(base.__module__.startswith("django.test") for base in getattr(item.cls, "__mro__", ()))
    return bool(asks or item.get_closest_marker("django_db") or of_django or not alone)


@pytest.fixture(scope="module")
def browser():
    """A Chromium, for one module: Playwright keeps a loop running in its thread, which other modules must not find."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("DAFTAR_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    switches = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=switches)
        yield opened
        opened.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture(scope="session")
def turn_to_migrate(tmp_path_factory):
    """One worker migrates (ten seconds of work) while the others wait to copy what it made; None without other workers."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield None
        return
    with (tmp_path_factory.getbasetemp().parent / "migrated.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield turn


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, turn_to_migrate, django_db_modify_db_settings, django_db_blocker):
    """What another worker has migrated is copied and kept, so that migrating finds nothing to do."""
    from django.db import connection

    if turn_to_migrate is None or not migrated(turn_to_migrate).exists():
        return django_db_keepdb
    mine = connection.settings_dict["TEST"]["NAME"]
    if connection.vendor == "sqlite":
        shutil.copyfile(migrated(turn_to_migrate), mine)
    else:
        with django_db_blocker.unblock():
            copy_database(migrated(turn_to_migrate).read_text(), mine)
    return True


@pytest.fixture(scope="session")
def django_db_setup(turn_to_migrate, django_db_keepdb, django_db_setup, django_db_blocker):
    """Tables are emptied between tests, which the audit log refuses: its own tests put the triggers back."""
    from django.db import connection

    made = []
    with django_db_blocker.unblock():
        if turn_to_migrate and not migrated(turn_to_migrate).exists():
            made.append(keep_for_others(migrated(turn_to_migrate)))
        triggers.drop(connection)
    if turn_to_migrate:
        fcntl.flock(turn_to_migrate, fcntl.LOCK_UN)
    yield
    if turn_to_migrate and connection.vendor != "sqlite":
        made += [connection.settings_dict["NAME"]] if django_db_keepdb else []
        with django_db_blocker.unblock():
            connection.close()
            for name in made:
                drop_database(name)


def keep_for_others(place):
    """Copy the migrated database; on PostgreSQL `place` names the copy, for nobody may be connected to what is copied."""
    from django.db import connection

    name = f"{connection.settings_dict['NAME']}_migrated"
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(place)) as copy:
            connection.connection.backup(copy)
    else:
        connection.close()
        copy_database(connection.settings_dict["NAME"], name)
        place.write_text(name)
    return name


def copy_database(name, into):
    from django.db import connection

    drop_database(into)
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{into}" TEMPLATE "{name}"')


def drop_database(name):
    from django.db import connection

    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def migrated(turn):
    return Path(turn.name).with_suffix(".sqlite3")


@pytest.fixture(autouse=True)
def nothing_noted():
    """No refusal of a test before this one is waiting to be told as a repeat."""
    folds.forget()
    reads.forget()


@pytest.fixture(autouse=True)
def language_of_the_installation():
    """No request of a test before this one speaks on: Django's locale middleware leaves its language in the thread."""
    from django.utils import translation

    translation.deactivate()

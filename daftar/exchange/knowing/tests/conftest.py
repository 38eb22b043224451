from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from daftar.access.models import Role, User
from daftar.access.tests.open_desks import open_desks
from daftar.exchange.knowing.proposing import propose
from daftar.exchange.reading.opening import open_source
from daftar.kernel.formats import Formats, using
from daftar.records import schema as schema_module
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines

ROOT = Path(__file__).parents[4]


class Desk(SimpleNamespace):
    """Olga runs the company and looks at files; Hedi heads a department: she may load files, and may not add fields."""

    def propose(self, *files, by=None, formats=None):
        """`files` are (name, text) or paths."""
        paths = [file if isinstance(file, Path) else self.file(*file) for file in files]
        schema = current_schema()
        with using(formats or Formats()):
            return propose(
                [open_source(path) for path in paths],
                schema,
                Reader(by or self.olga, schema=schema, formats=formats or Formats()),
            )

    def one(self, name, text, **words):
        """The only step of the proposal of one file."""
        (step,) = self.propose((name, text), **words).steps
        return step

    def file(self, name, text, encoding="utf-8"):
        path = Path(self.folder) / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path


@pytest.fixture
def desk(db, tmp_path):
    schema_module._kept = None
    open_desks()
    install_pipelines()
    made = User.objects.create_user
    return Desk(
        folder=tmp_path,
        olga=made("olga@shop.example", "secret-olga", name="Olga", role=Role.OWNER),
        hedi=made("hedi@shop.example", "secret-hedi", name="Hedi", role=Role.HEAD),
    )


def shared(folder):
    """A folder of data from outside, beside the repository or where DAFTAR_SHARED_DATA says; the test is skipped without it."""
    named = os.environ.get("DAFTAR_SHARED_DATA")
    tried = [Path(named)] if named else [parent / "shared" / "data" for parent in ROOT.parents]
    for base in tried:
        if (base / folder).is_dir():
            return base / folder
    pytest.skip(f"the sample data “{folder}” is not here (DAFTAR_SHARED_DATA names its folder)")

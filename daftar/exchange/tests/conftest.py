from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from daftar.access.models import Department, Role, User
from daftar.access.tests.open_desks import open_desks
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.running import Importer, rehearsed
from daftar.exchange.knowing.guessing import guess_map
from daftar.exchange.reading.opening import open_source
from daftar.exchange.tests.moving import Written, written_once
from daftar.kernel.formats import Formats, using
from daftar.records import schema as schema_module
from daftar.records.schema import current_schema, install_pipelines


class Shop(SimpleNamespace):
    """Olga owns the shop, Sara sells, Hedi heads the sales department."""

    @property
    def schema(self):
        return current_schema()

    def type(self, key):
        return current_schema().type(key)

    def rows(self, key):
        return self.type(key).model.objects.order_by("pk")

    def stage(self, key):
        return next(s.id for p in self.type("deal").pipelines for s in p.stages if s.key == key)

    def file(self, text, name="file.csv", encoding="utf-8"):
        path = Path(self.folder) / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    def load(self, key, text, by=None, rehearse=False, **words):
        """Import a text; the map is guessed, or said by `columns`."""
        source = open_source(self.file(text))
        map_ = (
            ImportMap.from_json({"columns": words.pop("columns"), **words})
            if "columns" in words
            else guess_map(self.type(key), source).but(**words)
        )
        act = Importer(key, source, map_, by=by or self.olga, holds=rehearse).run
        return rehearsed(act) if rehearse else act()

    def command(self, *words):
        """(exit code, what it said)"""
        import io

        from django.core.management.base import CommandError

        out = io.StringIO()
        try:
            call_command(*map(str, words), stdout=out)
        except SystemExit as ended:
            return ended.code, out.getvalue()
        except CommandError as problem:
            return problem.returncode, f"{out.getvalue()}{problem}"
        return 0, out.getvalue()

    def map_file(self, **words):
        return self.file(json.dumps(words), "map.json")


@pytest.fixture
def shop(db, tmp_path, settings):
    schema_module._kept = None
    open_desks()
    install_pipelines()
    settings.DATA = tmp_path
    sales = Department.objects.create(name="Sales")
    made = User.objects.create_user
    cast = Shop(
        folder=tmp_path,
        olga=made("olga@shop.example", "secret-olga", name="Olga", role=Role.OWNER, department=sales),
        sara=made("sara@shop.example", "secret-sara", name="Sara", role=Role.SELLER, department=sales),
        hedi=made("hedi@shop.example", "secret-hedi", name="Hedi", role=Role.HEAD, department=sales),
    )
    with using(Formats()):
        yield cast


@pytest.fixture
def written(db, request, tmp_path, settings) -> Written:
    """The archive of a company with something of everything; the company itself is built once and is not there any more."""
    settings.DATA = tmp_path
    return written_once(lambda: request.getfixturevalue("shop"), tmp_path)

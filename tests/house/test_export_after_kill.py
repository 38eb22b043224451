"""A worker is killed in the middle of a large export: no half file is there, and the next worker begins it again."""

import os
import signal
import time
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.house.desk import Desk
from tests.house.installation import worker_pids
from tests.house.killing import SET_UP

ROWS = 20_000
FILL = f"""
from daftar.access.models import User
from daftar.records.schema import current_schema
from daftar.records.writing import create_many
olga, contact = User.objects.get(), current_schema().type("contact")
for start in range(0, {ROWS}, 1_000):
    create_many(contact, [{{"name": f"Person {{n}}"}} for n in range(start, start + 1_000)], by=olga, via="import")
"""


@pytest.mark.slow
@pytest.mark.on_both
def test_a_killed_export_begins_again_and_is_whole(whole_house):
    house = whole_house
    house.manage("shell", "-v0", "-c", SET_UP)
    house.manage("shell", "-v0", "-c", FILL)
    with house.serving() as server:
        olga = Desk(house)
        place = olga.post("/contacts/export/start", format="xlsx", cols="name", sort="name").headers["Location"]
        end = time.monotonic() + 60
        while (
            not (done := house.query("SELECT done FROM exchange_exportrun WHERE state = 'running'")) or not done[0][0]
        ):
            assert time.monotonic() < end, house.query("SELECT state, done, problem FROM exchange_exportrun")
            time.sleep(0.01)
        for pid in worker_pids(server.pid):
            os.kill(pid, signal.SIGKILL)

        assert olga.client.get(f"{place}file").status_code == 404
        olga.wait_for("exchange_exportrun", 1)
        book = CalamineWorkbook.from_filelike(BytesIO(olga.client.get(f"{place}file").content))

    names = [row[0] for row in book.get_sheet_by_index(0).to_python()]
    assert names == ["Full name", *sorted(f"Person {n}" for n in range(ROWS))]
    assert house.query("SELECT turn, done, total FROM exchange_exportrun") == [(2, ROWS, ROWS)]
    kept = [path.name for path in (house.folder / "data" / "exports").iterdir()]
    assert kept == [house.query("SELECT path FROM exchange_exportrun")[0][0]]
    assert house.query("SELECT count(*) FROM activities_notice WHERE kind = 'export_done'") == [(1,)]

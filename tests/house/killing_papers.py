"""Killing eight processes that issue, pay, ship, cancel, credit and receive, again and again, and looking at what is left.

An answer that leads on is an acknowledgement: what it acknowledged is there, whole and once. A refusal left nothing. What got no answer is
sent again with the same key and is done once. Numbers have no gap and no double, and stock, holds, orders and money add up after each
time that all are dead. The clerks are processes that answer to the pages' own views; what they do is in `paper_clerks.py`, what is looked
at in `examining_papers.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from tests.house.installation import ROOT, Installation


def kill_papers(
    house: Installation, kills: int, *, invoices: int, seed: int = 1, say: Callable[[str], object] = lambda line: None
) -> dict[str, Any]:
    """Until so many were killed and so many invoices are issued. Errors: AssertionError with what is lost, half, double or does not add up.

    Shapes: `acts` counts by kind and outcome ("issue done"); `repeated` were sent again, `busy` answers were those of a database without time.
    """
    folder = house.folder / "clerks"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.house.paper_office", "--folder", str(folder), "--seed", str(seed)]
    command += ["--kills", str(kills), "--invoices", str(invoices)]
    said = ""
    with house.log.open("w") as log:
        office = subprocess.Popen(command, cwd=ROOT, env=house.env, stdout=subprocess.PIPE, stderr=log, text=True)
        for said in office.stdout or ():
            say(said.strip())
    assert office.wait() == 0, house.log.read_text()[-6000:]
    told: dict[str, Any] = json.loads(said)
    return told

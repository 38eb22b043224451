"""How far a rehearsal is, and whether it is to be given up: in small files, since what it writes is taken back and its reads are of before."""

from __future__ import annotations

import time
from pathlib import Path

from daftar.exchange.importing.kept import folder

EVERY_SECONDS = 1.0


class Teller:
    """Tells how many lines are done, at most once a second; `told` answers whether somebody wants it to stop."""

    def __init__(self, run_id: int) -> None:
        self.run_id, self.last = run_id, 0.0

    def tell(self, lines: int) -> bool:
        if (now := time.monotonic()) - self.last >= EVERY_SECONDS:
            self.last = now
            done_file(self.run_id).write_text(str(lines))
        return stop_file(self.run_id).exists()


def lines_done(run_id: int) -> int:
    """How many lines a rehearsal has gone through, 0 when it says nothing."""
    try:
        return int(done_file(run_id).read_text() or 0)
    except (FileNotFoundError, ValueError):
        return 0


def ask_to_stop(run_id: int) -> None:
    stop_file(run_id).touch()


def forget(run_id: int) -> None:
    for path in (done_file(run_id), stop_file(run_id)):
        path.unlink(missing_ok=True)


def done_file(run_id: int) -> Path:
    return folder() / f"rehearsal-{run_id}.lines"


def stop_file(run_id: int) -> Path:
    return folder() / f"rehearsal-{run_id}.stop"

"""Reads a workbook in a process of its own, within limits of memory and time.

What is asked stands on its input as JSON: {"path", "spool", "sheet", "most_rows"}. It writes the rows as `spool.Spool` says, and
says as JSON what it read: {"kind", "sheets", "sheet", "complete", "rows", "widest", "last_line", "places", "lines"}, or
{"refused": "count" | "size" | "ratio" | "locked" | "dtd" | "sheet" | "strings" | "foreign" | "xlsb" | "memory" | "full" | "broken", "about": […]}.
It imports nothing of ours outside this folder, and no Django.
"""

from __future__ import annotations

import errno
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

from daftar.exchange.reading.workbooks import ods, xlsx
from daftar.exchange.reading.workbooks.container import Container
from daftar.exchange.reading.workbooks.refused import Refused
from daftar.exchange.reading.workbooks.spool import Spool

MEMORY, SECONDS = 512 * 1024 * 1024, 900


def read(asked: dict[str, Any]) -> dict[str, Any]:
    """Errors: Refused, and what zipfile raises."""
    container = Container(Path(asked["path"]))
    spool = Spool(Path(asked["spool"]), asked["most_rows"])
    if is_ods(container):
        spool.most_rows = 0
        told = ods.rows_into(container, spool, asked["sheet"])
    else:
        told = xlsx.Workbook(container).rows_into(spool, asked["sheet"], asked["most_rows"])
    made = spool.close()
    return {"lines": made["last_line"], **made, **told}


def is_ods(container: Container) -> bool:
    if "mimetype" not in container or "content.xml" not in container:
        return False
    if b"".join(container.pieces("mimetype")).strip().startswith(ods.MIME):
        return True
    raise Refused("foreign")


def keep_within_limits() -> None:
    """Memory and time of this process, where the system can limit them."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main() -> None:
    keep_within_limits()
    try:
        answer = read(json.load(sys.stdin))
    except Refused as refused:
        answer = {"refused": refused.why, "about": list(refused.about)}
    except MemoryError:
        answer = {"refused": "memory", "about": []}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, KeyError) as problem:
        is_full = isinstance(problem, OSError) and problem.errno == errno.ENOSPC
        answer = {"refused": "full" if is_full else "broken", "about": []}
    sys.stdout.write(json.dumps(answer))

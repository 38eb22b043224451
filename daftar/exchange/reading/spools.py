"""The rows of a workbook, taken out of it by a process with limits and kept beside the file for as long as it is kept."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.rows import LONGEST_CELL, too_long_line
from daftar.kernel.formats import joined

VERSION = 1
"""Rises when spools are written otherwise, so that those of before are not read."""
SECONDS = 1000
ROOT = Path(__file__).resolve().parents[3]
PROGRAM = "import sys; sys.path.append(sys.argv[1]); from daftar.exchange.reading.workbooks.program import main; main()"
HEAD_ROWS = 200


@dataclass(frozen=True)
class Spool:
    """Rows of a sheet in a file; `is_complete` says whether all of them are in. Places are (line, byte) of some rows."""

    path: Path
    kind: str
    sheets: Sequence[str]
    sheet: str
    is_complete: bool
    lines: int
    widest: int
    places: Sequence[tuple[int, int]]

    def place(self, line: int) -> int:
        """Where to begin to read, so that what stands behind the line comes."""
        return max((at for first, at in self.places if first <= line), default=0)


class Spools:
    """The spools of one file in the state of one fingerprint: made when they are asked for, found again by the next process.

    They stand beside the file when it is one of ours, otherwise in a folder that goes with the program.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path, self.fingerprint = path, fingerprint
        if path.resolve().is_relative_to(Path(settings.DATA).resolve()):
            self.folder = path.parent
        else:
            scratch = tempfile.TemporaryDirectory(prefix="daftar-rows-")
            self.folder = Path(scratch.name)
            self._gone = weakref.finalize(self, scratch.cleanup)

    def some(self, sheet: str) -> Spool:
        """At least the first rows. Errors: Unreadable."""
        return self._kept(sheet, "all") or self._kept(sheet, "head") or self._made(sheet, HEAD_ROWS)

    def whole(self, sheet: str) -> Spool:
        """All rows. Errors: Unreadable."""
        found = self._kept(sheet, "all")
        return found or self._made(sheet, 0)

    # -- inside ------------------------------------------------------------------------------------

    def _name(self, sheet: str, which: str) -> Path:
        words = "\n".join((self.fingerprint, sheet, which, str(VERSION)))
        return self.folder / f"{self.path.name}.{hashlib.sha256(words.encode()).hexdigest()[:24]}"

    def _kept(self, sheet: str, which: str) -> Spool | None:
        name = self._name(sheet, which)
        try:
            told = json.loads(name.with_name(f"{name.name}.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        rows = name.with_name(f"{name.name}.rows")
        return spool_of(rows, told) if rows.is_file() else None

    def _made(self, sheet: str, most_rows: int) -> Spool:
        descriptor, scratch = tempfile.mkstemp(dir=self.folder, prefix=f"{self.path.name}.", suffix=".part")
        os.close(descriptor)
        try:
            told = taken_apart({"path": str(self.path), "spool": scratch, "sheet": sheet, "most_rows": most_rows})
            name = self._name(sheet, "all" if told["complete"] else "head")
            rows = name.with_name(f"{name.name}.rows")
            Path(scratch).replace(rows)
            Path(scratch).write_text(json.dumps(told), "utf-8")
            Path(scratch).replace(name.with_name(f"{name.name}.json"))
        finally:
            Path(scratch).unlink(missing_ok=True)
        return spool_of(rows, told)


def spool_of(rows: Path, told: dict[str, Any]) -> Spool:
    places = [(line, at) for line, at in told["places"]]
    return Spool(
        rows, told["kind"], told["sheets"], told["sheet"], told["complete"], told["lines"], told["widest"], places
    )


def forget_spools(path: Path) -> None:
    """What was made beside a kept file goes with it."""
    for found in path.parent.glob(f"{path.name}.*"):
        if found.suffix in (".rows", ".json", ".part"):
            found.unlink(missing_ok=True)


def taken_apart(asked: dict[str, Any]) -> dict[str, Any]:
    """What the program says of the workbook. Errors: Unreadable."""
    command = [sys.executable, "-I", "-c", PROGRAM, str(ROOT)]
    try:
        done = subprocess.run(  # noqa: S603  # our own program
            command,
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=surroundings(),
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        told = {"refused": "memory", "about": []}
    except ValueError:  # the system ended it
        told = {"refused": "memory" if done.returncode < 0 else "broken", "about": []}
    if "refused" in told:
        raise Unreadable(refusal(told["refused"], told["about"]))
    return told


def surroundings() -> dict[str, str]:
    """What the process is told of its surroundings: no keys, no address of a database."""
    return {word: os.environ[word] for word in ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP") if word in os.environ}


def refusal(why: str, about: Sequence[str]) -> str:
    """What is said about a workbook that is not read."""
    match why:
        case "sheet":
            return _("This file has no sheet “%(name)s”. It has: %(names)s.") % {
                "name": about[0][:100],
                "names": joined([f"“{name[:100]}”" for name in about[1:21]]) or "—",
            }
        case "locked":
            return _("This file asks for a password. Save it without one and load that.")
        case "ratio" | "dtd":
            return _("This file is made as harmful ones are. It was not opened; save the table anew as XLSX or CSV.")
        case "size" | "count" | "strings":
            return _("This file unpacks to more than can be read. Save the table as CSV, or in parts, and load that.")
        case "memory":
            return _("Reading this file took too much memory or time. Save the table as CSV and load that.")
        case "foreign":
            return _(
                "This is a ZIP or another document, but no table. Save the table as XLSX, ODS or CSV and load that."
            )
        case "xlsb":
            return _("This is a binary Excel file (XLSB). Open it, save it as XLSX, and load that.")
        case "full":
            return _("The storage is full, so the file could not be read. Nothing was changed.")
    return _("This file is cut off or damaged. Save it again, or load it again if the upload was interrupted.")


def bad_cell(why: str, value: str) -> str:
    """What is said about a cell of a workbook that cannot be taken."""
    match why:
        case "error":
            return _("This cell holds the error %(value)s. Mend its formula or empty it, then load the row again.") % {
                "value": value
            }
        case "formula":
            return _(
                "This cell holds a formula without a result. Open the file in a spreadsheet, save it, and load that."
            )
        case "day":
            return _("The number %(value)s in this cell is no day that exists. Write the date again.") % {
                "value": value[:40]
            }
        case "long":
            return _("This cell is longer than %(most)s letters. Shorten it.") % {"most": f"{LONGEST_CELL:,}"}
        case "row":
            return too_long_line()
    return _("“%(value)s” in this cell is no number that can be read. Write it again.") % {"value": value[:40]}

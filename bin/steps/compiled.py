"""What a start loads, compiled beforehand: Python's bytecode beside the code and the packages, templates in templates-built/."""

import tempfile

from steps import stamp
from steps.say import BUILDING, PYTHON, ROOT, run, say


def build() -> None:
    """Build when code, a template or an installed package changed. Without it, a start takes twice as long."""
    code = [path for room in ("daftar", "config") for path in (ROOT / room).rglob("*.py") if "tests" not in path.parts]
    pages = [path for path in ROOT.glob("daftar/*/templates/**/*") if path.is_file()]
    mark = stamp.times(code + pages) + stamp.contents([ROOT / "requirements.txt"])
    is_there = (ROOT / "templates-built").exists()
    stamp.once("compiled", mark if is_there else mark + "none", _build)
    (stamp.FOLDER / "compiled").write_text(mark)


def _build() -> None:
    say("Compiling …")
    with tempfile.TemporaryDirectory(prefix="daftar-compile-") as folder:
        run(PYTHON, "-m", "config.compiling", **BUILDING, DAFTAR_DATA=folder, PYTHONDONTWRITEBYTECODE="")

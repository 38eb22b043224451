"""Static files for the server: hashed names, compressed, in static-built/."""

import tempfile

from steps import stamp
from steps.say import BUILDING, PYTHON, ROOT, run, say


def build() -> None:
    """Build when a source file or an installed package changed."""
    sources = [path for path in ROOT.glob("daftar/*/static/**/*") if path.is_file()]
    inputs = [ROOT / "requirements.txt", ROOT / "package-lock.json", ROOT / "config" / "npm_files.py"]
    is_there = (ROOT / "static-built" / "staticfiles.json").exists()
    mark = stamp.times(sources) + stamp.contents(inputs)
    stamp.once("static", mark if is_there else mark + "none", _build)
    (stamp.FOLDER / "static").write_text(mark)


def _build() -> None:
    say("Building static files …")
    with tempfile.TemporaryDirectory(prefix="daftar-build-") as folder:
        run(PYTHON, "manage.py", "collectstatic", "--no-input", "-v0", **BUILDING, DAFTAR_DATA=folder)

"""The npm packages of package-lock.json: files for pages, never run at install time."""

import os
import shutil

from steps import stamp
from steps.python_packages import install as install_python
from steps.say import ROOT, VENV, run, say


def install(*, with_tests: bool) -> None:
    """Install them unless the lock file's are there already."""
    files = [ROOT / "package.json", ROOT / "package-lock.json"]
    is_there = (ROOT / "node_modules").exists()
    extra = "" if is_there else "none"
    # Tests need what pages need and more, so one install for tests serves both.
    if is_there and not with_tests and (stamp.FOLDER / "npm-test").exists():
        with_tests = True
    name = "npm-test" if with_tests else "npm"
    stamp.once(name, stamp.contents(files) + extra, lambda: _install(with_tests=with_tests))
    if extra:
        (stamp.FOLDER / name).write_text(stamp.contents(files))


def _install(*, with_tests: bool) -> None:
    npm = _npm()
    say("Installing the files for pages (npm) …")
    leave_out = [] if with_tests else ["--omit=dev"]
    path = f"{VENV / 'bin'}:{os.environ.get('PATH', '')}"
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *leave_out, PATH=path)


def _npm() -> str:
    if shutil.which("npm") and shutil.which("node"):
        return "npm"
    install_python("requirements-node")
    return str(VENV / "bin" / "npm")

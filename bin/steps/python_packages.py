"""The virtual environment and the Python packages in it, exactly as the hashed requirements say."""

import importlib.util
import os
import shutil
import subprocess
import sys

from steps import stamp
from steps.say import PYTHON, ROOT, VENV, Stop, run, say

OLDEST = (3, 11)


def make_venv() -> None:
    """Make .venv, with whatever this machine has for it."""
    if PYTHON.exists() and _works():
        return
    if sys.version_info < OLDEST:
        raise Stop(f"Daftar needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if not _has("ensurepip") and not shutil.which("uv") and not _has("pip"):
        _install_venv_module()
    if shutil.which("uv"):
        run("uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, VENV)
    elif _has("ensurepip") or _asks_again("ensurepip"):
        run(sys.executable, "-m", "venv", VENV)
    else:
        run(sys.executable, "-m", "venv", "--without-pip", VENV)


def install(*names: str) -> None:
    """Install requirements files ("requirements", "requirements-test") unless they are installed already."""
    for name in names:
        file = ROOT / f"{name}.txt"
        stamp.once(name, stamp.contents([file]), lambda file=file: _install(file))


def _install(file: object) -> None:
    say(f"Installing Python packages of {getattr(file, 'name', file)} …")
    if shutil.which("uv"):
        run("uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "--no-deps", "-r", file)
        return
    pip = [PYTHON, "-m", "pip"] if _has_pip() else [sys.executable, "-m", "pip", "--python", PYTHON]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
    run(*pip, "install", *quiet, "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", file)


def _works() -> bool:
    return subprocess.run([PYTHON, "-c", ""], capture_output=True, check=False).returncode == 0


def _has_pip() -> bool:
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _asks_again(module: str) -> bool:
    importlib.invalidate_caches()
    return _has(module)


def _install_venv_module() -> None:
    sentence = (
        "This Python has neither venv's ensurepip nor pip. On Debian and Ubuntu: "
        "sudo apt-get install python3-venv, then run this command again."
    )
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Stop(sentence)
    say("Installing Debian's python3-venv …")
    try:
        run("apt-get", "update", "-qq")
        run(
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "python3-venv",
            DEBIAN_FRONTEND="noninteractive",
        )
    except Stop as problem:
        raise Stop(f"{sentence}\n{problem}") from None

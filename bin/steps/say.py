"""Talking to the person at the terminal, and running commands quietly."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILDING = {
    "DAFTAR_BUILDING": "1", "DAFTAR_SECRET_KEY": "x" * 10 + "only-to-build-static-files-0123456789", "DAFTAR_DEBUG": "",
    "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings",
}  # fmt: skip
"""The environment of a command that only builds: no company's settings, and a folder of data of its own."""


class Stop(Exception):
    """Setup cannot go on; the sentence says what to do."""


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def run(*command: object, **environment: str) -> None:
    """Run a command in the repository, silent unless it fails. Errors: Stop with the end of what it said."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Stop(f"{' '.join(words)} failed:\n{(done.stdout + done.stderr).strip()[-3000:]}")

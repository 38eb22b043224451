"""A private PostgreSQL for tests and benches: reachable only by its socket, gone afterwards unless its folder is to be kept."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steps.say import Stop

# Nothing of a test must survive, so nothing waits for the disk; a bench pays for the disk as an owner does.
QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=64MB"
SAFE = "-c max_connections=60 -c shared_buffers=256MB -c max_wal_size=2GB"


def programs() -> Path | None:
    """The newest folder with initdb and pg_ctl, or None."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@contextmanager
def cluster(kept: Path | None = None, *, safe: bool = False) -> Iterator[str]:
    """Start one and give its address as DATABASE_URL; one in a `kept` folder stays there for the next time.

    A `safe` one loses nothing at a power cut, and costs what that costs. Errors: Stop.
    """
    bin_folder = programs()
    if bin_folder is None:
        raise Stop("PostgreSQL is not installed.")
    folder = kept or Path(tempfile.mkdtemp(prefix="daftar-pg-"))
    folder.mkdir(parents=True, exist_ok=True)
    as_owner = _owner(folder)
    data = folder / "data"
    is_new = not data.exists()
    try:
        if is_new:
            _make(as_owner, bin_folder, data)
        options = f"-k {folder} -c listen_addresses='' {SAFE if safe else QUICK}"
        _run(as_owner, bin_folder / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        if is_new:
            _run(as_owner, bin_folder / "createdb", "-h", folder, "-U", "daftar", "daftar")
        yield f"postgres://daftar@/daftar?host={folder}"
    finally:
        how = "fast" if kept else "immediate"
        _run(as_owner, bin_folder / "pg_ctl", "-D", data, "-m", how, "stop", must_work=False)
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _make(as_owner: list[str], bin_folder: Path, data: Path) -> None:
    words = ["-U", "daftar", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    _run(as_owner, bin_folder / "initdb", "-D", data, *words)


def _owner(folder: Path) -> list[str]:
    """How to run as the folder's owner: PostgreSQL refuses to run as root, so root lends it to somebody."""
    if os.geteuid() != 0:
        return []
    names = {user.pw_name for user in pwd.getpwall()}
    name = next((user for user in ("postgres", "nobody") if user in names), "")
    if not name or not shutil.which("setpriv"):
        raise Stop("PostgreSQL does not run as root, and there is no user postgres to run it as.")
    user = pwd.getpwnam(name)
    os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o755)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _run(as_owner: list[str], *command: object, must_work: bool = True) -> None:
    words = [*as_owner, *(str(word) for word in command)]
    # Not captured: the server would keep the pipe open, and we would wait for its end.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(words, cwd="/", stdout=said, stderr=said, check=False)
        if done.returncode and must_work:
            said.seek(0)
            raise Stop(f"{command[0]} failed: {said.read().decode(errors='replace')[-2000:]}")

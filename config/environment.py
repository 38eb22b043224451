"""What the environment says, with our defaults. Names are documented in docs/settings.md."""

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    """The variable without blanks around it; an empty one counts as absent."""
    return os.environ.get(name, "").strip() or default


def is_on(name: str) -> bool:
    """Whether a switch is set to 1, true, yes or on."""
    return text(name).lower() in {"1", "true", "yes", "on"}


def data_folder() -> Path:
    """The folder of database, files and keys; made with mode 700 if it is missing."""
    folder = Path(text("DAFTAR_DATA", str(ROOT / "data"))).expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keys_folder(folder: Path) -> Path:
    """Where keys lie: in the data folder, or where DAFTAR_KEYS says (a volume that no backup of the data takes along)."""
    return Path(text("DAFTAR_KEYS", str(folder / "keys"))).expanduser().resolve()


def secret_key(keys: Path) -> str:
    """The signing key: from the environment, else from the folder of keys, made there on the first start.

    The key is written whole before it gets its name, so that two processes starting together agree on one.
    """
    if key := text("DAFTAR_SECRET_KEY"):
        return key
    path = keys / "secret.key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, content: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its key is the one
    finally:
        draft.unlink()

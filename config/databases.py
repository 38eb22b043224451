"""The database by its address: SQLite in the data folder unless DATABASE_URL names PostgreSQL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BUSY_SECONDS = 20
# FULL: nothing acknowledged is lost at a power cut. The size limit keeps steady readers from leaving a huge WAL behind.
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "journal_size_limit": 67_108_864,
    "secure_delete": "ON",
    "temp_store": "MEMORY",
    "cache_size": -32_000,
}


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for one database address.

    Shapes: `sqlite:///path`, `postgres://user:password@host:port/name?option=value`, or "" for the default file.
    Errors: ValueError for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "sqlite"}:
        return sqlite(Path(unquote(parts.path)) if url else folder / "daftar.sqlite3")
    if parts.scheme in {"postgres", "postgresql"}:
        return postgres(url)
    raise ValueError(f"DATABASE_URL must start with sqlite: or postgres:, not {parts.scheme}:")


def sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": ";".join(f"PRAGMA {name}={value}" for name, value in PRAGMAS.items()),
        },
    }


def postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    options.setdefault("connect_timeout", "10")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }

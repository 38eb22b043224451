"""Secrets that must be read again (mailbox passwords, second factors): sealed in the database, the keys outside of it.

`seal(plain, bound_to)` gives text for a column; `bound_to` names the very row and column, so that a sealed text copied to another row
does not open. Keys stand in `sealing.json` of the folder of keys, which no backup takes along unless asked.

A room names its sealed columns once, in `apps.py`: `sealed("access.Totp", "secret")`. So the keys can be renewed by
`bin/daftar keys rotate`, which may be interrupted and repeated.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from daftar.kernel import clock
from daftar.kernel.events import publish

MARK, NONCE_BYTES, KEY_BITS = "s1", 12, 256
BATCH = 200


class CannotUnseal(Exception):
    """The sealed text does not open; the sentence says why and never what is inside."""


@dataclass(frozen=True, slots=True)
class SealingKeyRotated:
    """Stored secrets are sealed with a new key; `key_id` names it, `resealed` is how many were sealed anew."""

    key_id: str
    resealed: int


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed column. `bound` gives the binding of a row; `inside` the key when the sealed text lies in a JSON column."""

    label: str
    name: str
    bound: Callable[[Any], str]
    inside: str = ""

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    def get(self, row: models.Model) -> str:
        value = getattr(row, self.name)
        found = value.get(self.inside, "") if self.inside and isinstance(value, dict) else value
        return found if isinstance(found, str) else ""

    def put(self, row: models.Model, text: str) -> None:
        value = getattr(row, self.name)
        setattr(row, self.name, {**value, self.inside: text} if self.inside else text)


_columns: dict[tuple[str, str, str], Column] = {}


def sealed(label: str, name: str, *, inside: str = "", bound: Callable[[Any], str] | None = None) -> None:
    """Declare a sealed column ("app.Model", "column"), so that its keys can be renewed. `bound` defaults to `binding`."""
    of_row = bound or (lambda row: binding(row, name))
    _columns[label, name, inside] = Column(label, name, of_row, inside)


def sealed_columns() -> list[Column]:
    return list(_columns.values())


def binding(row: models.Model, name: str) -> str:
    """What binds a secret to its row and column; the row must have its id."""
    if row.pk is None:
        raise ValueError("a secret is bound to the id of its row: save the row first")
    return f"{row._meta.label}.{name}:{row.pk}"


# -- sealing -------------------------------------------------------------------------------------------


def seal(plain: str, bound_to: str) -> str:
    """The text sealed with the current key: "s1.<key id>.<nonce and ciphertext>"."""
    ring = keys()
    nonce = os.urandom(NONCE_BYTES)
    inside = AESGCM(ring.keys[ring.current]).encrypt(nonce, plain.encode(), bound(ring.current, bound_to))
    return f"{MARK}.{ring.current}.{base64.urlsafe_b64encode(nonce + inside).decode()}"


def unseal(text: str, bound_to: str) -> str:
    """What was sealed. Errors: CannotUnseal when it was changed, belongs to another row, or its key is not here."""
    key_id = key_id_of(text)
    key = keys().keys.get(key_id)
    if key is None:
        raise CannotUnseal(f"The key {key_id or '(none)'} is not in {path()}. Put the folder of keys back.")
    try:
        spelled = text.split(".", 2)[2]
        raw = base64.urlsafe_b64decode(spelled)
        if base64.urlsafe_b64encode(raw).decode() != spelled:  # its last letter has bits that no byte uses
            raise ValueError("not as it was sealed")
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound(key_id, bound_to)).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise CannotUnseal("This secret was changed, or belongs to another record.") from None


def key_id_of(text: str) -> str:
    """The id of the key that a sealed text names; "" when it is none."""
    mark, _dot, rest = text.partition(".")
    return rest.partition(".")[0] if mark == MARK and rest.count(".") == 1 else ""


def bound(key_id: str, bound_to: str) -> bytes:
    return f"{MARK}|{key_id}|{bound_to}".encode()


# -- keys ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ring:
    """All keys by id, and the id of the one that seals."""

    current: str
    keys: dict[str, bytes]
    made: dict[str, str]


_kept: tuple[Path, int, Ring] | None = None


def path() -> Path:
    return Path(settings.KEYS) / "sealing.json"


def keys() -> Ring:
    """The keys as they are in the file, read again when it changed; the first one is made on first use."""
    global _kept
    file = path()
    try:
        stamp = file.stat().st_mtime_ns
    except FileNotFoundError:
        with locked():
            if not file.exists():
                save(with_new_key(Ring("", {}, {})))
        stamp = file.stat().st_mtime_ns
    if _kept is None or _kept[:2] != (file, stamp):
        _kept = (file, stamp, read(file))
    return _kept[2]


def read(file: Path) -> Ring:
    stored = json.loads(file.read_text(encoding="ascii"))
    raw = {key_id: base64.b64decode(one["key"]) for key_id, one in stored["keys"].items()}
    return Ring(stored["current"], raw, {key_id: one["made"] for key_id, one in stored["keys"].items()})


def with_new_key(ring: Ring) -> Ring:
    key_id = secrets.token_hex(4)
    key = AESGCM.generate_key(KEY_BITS)
    return Ring(key_id, {**ring.keys, key_id: key}, {**ring.made, key_id: clock.now().isoformat()})


def save(ring: Ring) -> None:
    """Write all keys whole and make the rename last: a key is on the disk before anything is sealed with it."""
    file = path()
    text = json.dumps({
        "current": ring.current,
        "keys": {k: {"key": base64.b64encode(v).decode(), "made": ring.made[k]} for k, v in ring.keys.items()},
    }, indent=1)  # fmt: skip
    draft = file.with_name(f".sealing.{os.getpid()}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def locked() -> Iterator[None]:
    """One process at a time writes keys."""
    folder = path().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / ".sealing.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


# -- renewing ------------------------------------------------------------------------------------------


def uses() -> Counter[str]:
    """Key id → how many stored secrets it seals."""
    found: Counter[str] = Counter()
    for column in sealed_columns():
        rows = column.model._default_manager.all()
        found.update(key_id for row in rows.iterator() if (key_id := key_id_of(column.get(row))))
    return found


def rotate() -> int:
    """Make a new key and seal everything with it, a batch a transaction; how many were sealed anew.

    Interrupted, the next call goes on with the same key; a new one is made only when nothing is sealed with an older one.
    Old keys stay in the file, for backups hold what they sealed; `forget_unused` takes them away.
    """
    keys()  # makes the first one, if there is none, under the same lock
    with locked():
        ring = keys()
        if not set(uses()) - {ring.current}:
            save(with_new_key(ring))
        current = keys().current
        count = sum(reseal(column, current) for column in sealed_columns())
    publish(SealingKeyRotated(current, count))
    return count


def reseal(column: Column, current: str) -> int:
    count, last = 0, None
    while True:
        rows = column.model._default_manager.order_by("pk")
        batch = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:BATCH])
        if not batch:
            return count
        last = batch[-1]
        with transaction.atomic():
            for row in rows.select_for_update().filter(pk__in=batch):
                text = column.get(row)
                if key_id_of(text) not in ("", current):
                    bound_to = column.bound(row)
                    column.put(row, seal(unseal(text, bound_to), bound_to))
                    row.save(update_fields=[column.name])
                    count += 1


def forget_unused() -> list[str]:
    """Take away the keys that seal nothing any more; their ids. Older backups then lose the secrets that they hold."""
    keys()
    with locked():
        ring, used = keys(), set(uses())
        gone = sorted(key_id for key_id in ring.keys if key_id != ring.current and key_id not in used)
        if gone:
            left = {k: v for k, v in ring.keys.items() if k not in gone}
            save(Ring(ring.current, left, {k: ring.made[k] for k in left}))
    return gone


def troubles() -> list[str]:
    """What `doctor` says: stored secrets whose key is not here."""
    if not (used := uses()):
        return []
    known = keys().keys if path().exists() else {}
    lost = {key_id: count for key_id, count in used.items() if key_id not in known}
    return [
        f"{count} stored secrets were sealed with the key {key_id}, which is not in {path()}. Put the folder of keys back."
        for key_id, count in sorted(lost.items())
    ]

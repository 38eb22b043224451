"""Files of records: type by content, random stored name, written to disk before the row; shown only as a download or as our own preview."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel import clock, keeping
from daftar.kernel.errors import Invalid
from daftar.kernel.text import clean_text
from daftar.records.models import StoredFile

LARGEST = 50 * 1024 * 1024
PIXELS = 40_000_000
PREVIEW = (640, 640)
ORPHAN_SECONDS = 24 * 60 * 60
OURS = re.compile(r"\.?[0-9a-f]{32}(\.png|\.jpg)?(\.part)?")
"""Names that this module gives; what others keep in the folder is theirs."""
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"RIFF", "application/octet-stream"),
)


def folder() -> Path:
    """Where the bytes lie, inside the data folder."""
    path = Path(settings.DATA) / "files"
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep(type_key: str, record_id: int, upload: Any, *, by: User, field: str = "") -> StoredFile:
    """Store an upload and return its row; the bytes are safe on disk before the row exists.

    Units: at most 50 MB. Errors: Invalid for an empty or too large file.
    """
    file = lay_down(type_key, record_id, upload, by=by, field=field)
    file.save(force_insert=True)
    return file


def lay_down(type_key: str, record_id: int, upload: Any, *, by: User, field: str = "") -> StoredFile:
    """The bytes on the disk and the row not saved yet, for whoever saves more with it in one transaction. Errors as `keep`."""
    name = checked_name(upload, field)
    stored = random_name()
    digest = hashlib.sha256()
    head = b""
    temporary = folder() / f".{stored}.part"
    try:
        with temporary.open("wb") as out:
            for chunk in upload.chunks():
                head = head or chunk[:16]
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except OSError:  # on a full disk what was written must not stay
        temporary.unlink(missing_ok=True)
        raise
    place(temporary, folder() / stored)
    kind = content_type(head)
    preview = make_preview(folder() / stored) if kind.startswith("image/") else ""
    return StoredFile(
        type=type_key, record_id=record_id, field=field, name=name, content_type=kind, size_bytes=upload.size,
        sha256=digest.hexdigest(), path=stored, preview=preview, by=by,
    )  # fmt: skip


def keep_again(kept: StoredFile, record_id: int, *, by: User, field: str = "") -> StoredFile:
    """The same file for another record: a row of its own over the same bytes, which the disk holds once."""
    paths = {"path": same_bytes(kept.path, random_name())}
    if kept.preview:
        paths["preview"] = same_bytes(kept.preview, f"{random_name()}.png")
    return StoredFile.objects.create(
        type=kept.type, record_id=record_id, field=field, name=kept.name, content_type=kept.content_type,
        size_bytes=kept.size_bytes, sha256=kept.sha256, by=by, **paths,
    )  # fmt: skip


def pretend(type_key: str, record_id: int, upload: Any, *, by: User, field: str = "") -> StoredFile:
    """As `keep`, but only the row, for a transaction that is taken back. Errors: Invalid as `keep`."""
    name = checked_name(upload, field)
    return StoredFile.objects.create(
        type=type_key, record_id=record_id, field=field, name=name, content_type="", size_bytes=upload.size,
        path=random_name(), by=by,
    )  # fmt: skip


def give(kept: Iterable[StoredFile], record_id: int) -> None:
    """Let the record have files that were kept for it before it had a number."""
    ids = [file.pk for file in kept]
    if ids:
        StoredFile.objects.filter(pk__in=ids).update(record_id=record_id)


def drop(kept: Iterable[StoredFile]) -> None:
    """Take back files that were kept in this transaction and that no record got, with their bytes."""
    gone = list(kept)
    if not gone:
        return
    StoredFile.objects.filter(pk__in=[file.pk for file in gone]).delete()
    for name in [name for file in gone for name in (file.path, file.preview) if name]:
        (folder() / name).unlink(missing_ok=True)


def checked_name(upload: Any, field: str) -> str:
    if not upload.size:
        raise Invalid(_("“%(name)s” is empty.") % {"name": upload.name}, field=field)
    if upload.size > LARGEST:
        raise Invalid(
            _("“%(name)s” is larger than %(most)s MB. Make it smaller, or keep it elsewhere and add its address.")
            % {"name": upload.name, "most": LARGEST // 1024 // 1024},
            field=field,
        )
    return clean_text(Path(str(upload.name).replace("\\", "/")).name or "file", max_length=255)


def random_name() -> str:
    """A name that nobody can guess and that says nothing."""
    return secrets.token_hex(16)


def same_bytes(name: str, other: str) -> str:
    """Another name for the same bytes; a copy where the disk cannot do that."""
    try:
        os.link(folder() / name, folder() / other)
    except OSError:
        shutil.copyfile(folder() / name, folder() / other)
    return other


def place(temporary: Path, final: Path) -> None:
    """Move a finished file to its name so that a power cut leaves either nothing or all of it."""
    temporary.rename(final)
    directory = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def content_type(head: bytes) -> str:
    return next((kind for magic, kind in MAGIC if head.startswith(magic)), "application/octet-stream")


def make_preview(path: Path) -> str:
    """Name of a re-encoded, smaller image; "" when the file is no picture that we can read safely."""
    from PIL import Image, UnidentifiedImageError  # loaded with the first picture

    try:
        with Image.open(path, formats=("PNG", "JPEG", "GIF")) as image:
            if image.width * image.height > PIXELS:
                return ""
            image.thumbnail(PREVIEW)
            made = BytesIO()
            image.convert("RGBA" if image.mode in ("RGBA", "LA", "P") else "RGB").save(made, "PNG")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return ""
    name = f"{secrets.token_hex(16)}.png"
    temporary = folder() / f".{name}.part"
    with temporary.open("wb") as out:
        out.write(made.getvalue())
        out.flush()
        os.fsync(out.fileno())
    place(temporary, folder() / name)
    return name


def claim(type_key: str, record_id: int, ids: Iterable[int], *, by: User) -> None:
    """Give freshly kept files of this person to the record that was saved with them."""
    wanted = list(ids)
    if wanted:
        StoredFile.objects.filter(pk__in=wanted, type=type_key, record_id=0, by=by).update(record_id=record_id)


def of_record(type_key: str, record_id: int, *, but: Iterable[str] = ()) -> list[StoredFile]:
    """The files of a record, newest first, without those of the fields in `but` (what is hidden from the reader)."""
    rows = StoredFile.objects.filter(type=type_key, record_id=record_id, deleted_at=None).exclude(field__in=list(but))
    return list(rows.select_related("by").order_by("-id"))


def clean_up(at_most: int = 10_000) -> int:
    """Delete bytes that no row names and that are older than a day: of uploads that broke off, of erased files, and
    photos that no person has any more; how many."""
    before, gone = clock.now().timestamp() - ORPHAN_SECONDS, 0
    old = [
        path
        for path in folder().iterdir()
        if OURS.fullmatch(path.name) and path.is_file() and path.stat().st_mtime < before
    ]
    for start in range(0, len(old), 500):
        if gone >= at_most:
            break
        batch = {path.name: path for path in old[start : start + 500]}
        rows = StoredFile.objects.filter(Q(path__in=batch) | Q(preview__in=batch)).values_list("path", "preview")
        photos = User.objects.filter(photo__in=batch).values_list("photo", flat=True)
        named = {name for pair in rows for name in pair} | set(photos)
        for name, path in batch.items():
            if name not in named:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def removed_before(moment: datetime) -> QuerySet[StoredFile]:
    """Files that were taken from their record before the moment."""
    return StoredFile.objects.filter(deleted_at__lt=moment)


def forget_removed(at_most: int = 1_000) -> None:
    """Delete files that were removed longer ago than the company wants to keep them; by itself it keeps them for ever."""
    if moment := keeping.before("removed_files"):
        drop(removed_before(moment).order_by("pk")[:at_most])


def remove(file: StoredFile) -> None:
    """Take a file from its record; row and bytes stay until `forget_removed` may take them, so that it can come back."""
    file.deleted_at = clock.now()
    file.save(update_fields=["deleted_at"])

"""The files of an archive on their way into the data folder: under new random names, safe on the disk before any row names them."""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import Any

from daftar.exchange.company.carried import Bytes, by_member
from daftar.exchange.company.layout import CHUNK
from daftar.exchange.company.opening import Archive
from daftar.kernel.backup.archive import sync_folder
from daftar.records import files

PICTURES = ("image/png", "image/jpeg", "image/gif")


class Placed:
    """Shapes: the name of a file follows from a secret of this loading and its row; `previews` are names of smaller pictures by row."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.salt = secrets.token_bytes(32)
        self.previews: dict[tuple[str, int], str] = {}
        self.made: list[str] = []
        self.first: dict[str, str] = {}

    def place(self) -> None:
        """Write the bytes for every row that names some; nothing names them yet, so whoever is killed here leaves what is cleaned up."""
        known = by_member()
        for member in self.archive.manifest.members:
            one = known[member.name]
            if one.bytes is None:
                continue
            for _line, row in self.archive.rows(member):
                if row[one.bytes.hash] in self.archive.files:
                    self.place_one(one.label, one.bytes, row)
        if self.made:
            sync_folder(files.folder())

    def place_one(self, label: str, by: Bytes, row: dict[str, Any]) -> None:
        name, hash_ = self.name_of(label, by, row), row[by.hash]
        if hash_ in self.first:
            files.same_bytes(self.first[hash_], name)
        else:
            self.write(hash_, name)
            self.first[hash_] = name
        self.made.append(name)
        is_picture = not by.is_photo and row.get("content_type") in PICTURES
        if is_picture and (preview := files.make_preview(files.folder() / name)):
            self.previews[label, row["id"]] = preview
            self.made.append(preview)

    def write(self, hash_: str, name: str) -> None:
        temporary = files.folder() / f".{name}.part"
        with self.archive.file(hash_) as source, temporary.open("wb") as out:
            while chunk := source.read(CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        temporary.rename(files.folder() / name)

    def name_of(self, label: str, by: Bytes, row: dict[str, Any]) -> str:
        return hashlib.sha256(self.salt + f"{label}:{row['id']}".encode()).hexdigest()[:32] + by.suffix

    def names(self, label: str, by: Bytes, row: dict[str, Any]) -> dict[str, str]:
        """The columns of a row that name files here."""
        if by.is_photo:
            return {by.path: self.name_of(label, by, row) if row[by.hash] else ""}
        return {by.path: self.name_of(label, by, row), "preview": self.previews.get((label, row["id"]), "")}

    def forget(self) -> None:
        """Take the files away again: nothing was loaded."""
        for name in self.made:
            (files.folder() / name).unlink(missing_ok=True)

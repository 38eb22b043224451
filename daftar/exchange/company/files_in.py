"""The files of an archive on their way into the data folder: under new random names, safe on the disk before any row names them."""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import Any

from daftar.exchange.company.carried import Carried, by_member
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
                hash_ = row[one.bytes.hash]
                if hash_ in self.archive.files:
                    self.place_one(one, row, hash_)
        if self.made:
            sync_folder(files.folder())

    def place_one(self, one: Carried, row: dict[str, Any], hash_: str) -> None:
        assert one.bytes is not None
        name = self.name_of(one, row)
        if hash_ in self.first:
            files.same_bytes(self.first[hash_], name)
        else:
            self.write(hash_, name)
            self.first[hash_] = name
        self.made.append(name)
        if not one.bytes.is_photo and row.get("content_type") in PICTURES:
            if preview := files.make_preview(files.folder() / name):
                self.previews[one.label, row["id"]] = preview
                self.made.append(preview)

    def write(self, hash_: str, name: str) -> None:
        temporary = files.folder() / f".{name}.part"
        with self.archive.file(hash_) as source, temporary.open("wb") as out:
            while chunk := source.read(CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        temporary.rename(files.folder() / name)

    def name_of(self, one: Carried, row: dict[str, Any]) -> str:
        assert one.bytes is not None
        return hashlib.sha256(self.salt + f"{one.label}:{row['id']}".encode()).hexdigest()[:32] + one.bytes.suffix

    def names(self, one: Carried, row: dict[str, Any]) -> dict[str, str]:
        """The columns of a row that name files here."""
        assert one.bytes is not None
        hash_ = row[one.bytes.hash]
        if one.bytes.is_photo:
            return {one.bytes.path: self.name_of(one, row) if hash_ else ""}
        return {one.bytes.path: self.name_of(one, row), "preview": self.previews.get((one.label, row["id"]), "")}

    def forget(self) -> None:
        """Take the files away again: nothing was loaded."""
        for name in self.made:
            (files.folder() / name).unlink(missing_ok=True)

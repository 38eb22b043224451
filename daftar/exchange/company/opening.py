"""Opening an archive: what it says of itself is checked before anything in it is unpacked, and it is unpacked only bit by bit."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from daftar.exchange.company.layout import CHUNK, FILE, FORMAT, MANIFEST, Manifest, Member
from daftar.exchange.company.problems import BadArchive, at_line, damaged, of_member
from daftar.exchange.company.values import DEEPEST, depth, holds_nul

MOST_MEMBERS = 2_000_000
MOST_MANIFEST = 64 * 1024 * 1024
LONGEST_LINE = 32 * 1024 * 1024
FREE_RATIO = 16 * 1024 * 1024
MOST_RATIO = 250
"""A member of more than `FREE_RATIO` bytes that grows more than so many times is a bomb: rows of companies grow five to forty times."""
MOST_BRACKETS = 400
"""A line with more of them is looked at for values that lie too deep in each other."""
NAME = re.compile(r"data/[A-Za-z_]{1,60}\.[A-Za-z]{1,60}\.jsonl")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError, struct.error)


class Archive:
    """An open archive whose head is sound. Shapes: `files` maps a hash to the entry of its bytes."""

    def __init__(self, zip_: zipfile.ZipFile, name: str) -> None:
        self.zip, self.name = zip_, name
        entries = self.checked_entries()
        self.manifest = self.read_manifest(entries)
        listed = {member.name for member in self.manifest.members}
        self.files: dict[str, zipfile.ZipInfo] = {}
        for entry in entries.values():
            if found := FILE.fullmatch(entry.filename):
                self.files[found[1]] = entry
            elif entry.filename != MANIFEST and entry.filename not in listed:
                raise of_member(entry.filename, _("it does not belong to an archive of a company."))
        for member in self.manifest.members:
            if member.name not in entries:
                raise of_member(member.name, _("it is missing. Copy the archive again, or write a new one."))
        if len(self.files) != self.manifest.files:
            raise BadArchive(
                _(
                    "The archive has %(count)s files, but says that there are %(said)s. Copy it again, or write a new one."
                )
                % {"count": len(self.files), "said": self.manifest.files}
            )

    def checked_entries(self) -> dict[str, zipfile.ZipInfo]:
        """All entries by name. Errors: BadArchive for what is no archive of ours, or would unpack to far too much."""
        entries: dict[str, zipfile.ZipInfo] = {}
        infos = self.zip.infolist()
        if len(infos) > MOST_MEMBERS:
            raise BadArchive(_("The archive has more than %(most)s parts.") % {"most": MOST_MEMBERS})
        for info in infos:
            if info.filename in entries:
                raise of_member(info.filename, _("it is there twice."))
            entries[info.filename] = info
            check_entry(info)
        unpacked = sum(info.file_size for info in infos)
        if unpacked > shutil.disk_usage(settings.DATA).free:
            raise BadArchive(
                _("Unpacked, the archive has %(size)s MB, and the disk has no room for that. Make room and try again.")
                % {"size": unpacked // 1024 // 1024}
            )
        return entries

    def read_manifest(self, entries: dict[str, zipfile.ZipInfo]) -> Manifest:
        if MANIFEST not in entries or entries[MANIFEST].file_size > MOST_MANIFEST:
            raise BadArchive(_("“%(name)s” is no archive of a company: it has no manifest.") % {"name": self.name})
        try:
            with self.zip.open(MANIFEST) as part:
                said = orjson.loads(part.read(MOST_MANIFEST))
            if said["product"] != "Daftar":
                raise ValueError(said["product"])
            if type(said["format"]) is int and said["format"] > FORMAT:
                raise BadArchive(
                    _("The archive was written by a newer version (%(version)s). Update Daftar here first.")
                    % {"version": str(said.get("version", ""))[:40]}
                )
            made = Manifest(**{**said, "members": [Member(**member) for member in said["members"]]})
            check_manifest(made)
        except BadArchive:
            raise
        except (KeyError, ValueError, TypeError, AttributeError, *BROKEN):
            raise BadArchive(
                _("The manifest of “%(name)s” cannot be read. Copy the archive again, or write a new one.")
                % {"name": self.name}
            ) from None
        return made

    def rows(self, member: Member) -> Iterator[tuple[int, dict[str, Any]]]:
        """(line, row) of a member; at its end it was all that the manifest says. Errors: BadArchive with member and line."""
        digest, size, line = hashlib.sha256(), 0, 0
        try:
            with self.zip.open(member.name) as packed, io.BufferedReader(packed, CHUNK) as part:  # type: ignore[type-var]  # it reads
                while raw := part.readline(LONGEST_LINE + 1):
                    line += 1
                    size += len(raw)
                    if size > member.bytes:
                        raise damaged(member.name)
                    digest.update(raw)
                    yield line, read_row(member.name, line, raw)
        except BROKEN:
            raise damaged(member.name) from None
        if (digest.hexdigest(), size, line) != (member.sha256, member.bytes, member.rows):
            raise damaged(member.name)

    def file(self, hash_: str) -> IO[bytes]:
        return self.zip.open(self.files[hash_])

    def check_file(self, hash_: str) -> bytes:
        """Read a stored file to its end; its first bytes. Errors: BadArchive when it is not what its name says."""
        digest, head = hashlib.sha256(), b""
        try:
            with self.file(hash_) as part:
                while chunk := part.read(CHUNK):
                    head = head or chunk[:16]
                    digest.update(chunk)
        except BROKEN:
            raise damaged(f"files/{hash_}") from None
        if digest.hexdigest() != hash_:
            raise damaged(f"files/{hash_}")
        return head


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive, as long as it is looked at; a file that is replaced meanwhile is not taken for it. Errors: BadArchive."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as zip_:
            yield Archive(zip_, path.name)
    except FileNotFoundError:
        raise BadArchive(_("There is no file %(path)s.") % {"path": path}) from None
    except BROKEN:
        raise BadArchive(
            _("“%(name)s” is no whole ZIP file: it is cut off or damaged. Copy the archive again, or write a new one.")
            % {"name": path.name}
        ) from None


def check_entry(info: zipfile.ZipInfo) -> None:
    is_file = FILE.fullmatch(info.filename) is not None
    if not (is_file or info.filename == MANIFEST or NAME.fullmatch(info.filename)):
        raise of_member(info.filename[:100], _("it does not belong to an archive of a company."))
    ways = (zipfile.ZIP_STORED,) if is_file else (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if info.flag_bits & 1 or info.compress_type not in ways:
        raise of_member(info.filename, _("it is packed in a way that no archive of a company is."))
    if info.file_size > FREE_RATIO and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise of_member(info.filename, _("it would unpack to very much more than it is. Such a file is not opened."))


def check_manifest(made: Manifest) -> None:
    """Errors: TypeError or ValueError for words of another shape."""
    texts = [made.version, *made.lost, *(m.name for m in made.members), *(m.sha256 for m in made.members)]
    numbers = [made.files, made.files_bytes, made.format, *(n for m in made.members for n in (m.rows, m.bytes))]
    names = [name for m in made.members for name in m.columns]
    if not all(type(one) is str for one in [*texts, *names]) or not all(type(n) is int and n >= 0 for n in numbers):
        raise TypeError("a word of another kind")
    if len({m.name for m in made.members}) != len(made.members):
        raise ValueError("a member twice")


def read_row(member: str, line: int, raw: bytes) -> dict[str, Any]:
    """One line as an object. Errors: BadArchive."""
    if len(raw) > LONGEST_LINE:
        raise at_line(member, line, _("the line is longer than %(most)s MB.") % {"most": LONGEST_LINE // 1024 // 1024})
    try:
        row = orjson.loads(raw)
    except (json.JSONDecodeError, RecursionError):
        raise at_line(member, line, _("this is no JSON object. Copy the archive again, or write a new one.")) from None
    if type(row) is not dict:
        raise at_line(member, line, _("this is no JSON object. Copy the archive again, or write a new one."))
    if b"\\u0000" in raw and holds_nul(row):
        raise at_line(
            member,
            line,
            _(
                "a text holds the character NUL, which no database keeps. Take it out of the record and write a new archive."
            ),
        )
    if raw.count(b"[") + raw.count(b"{") > MOST_BRACKETS and depth(row) > DEEPEST:
        raise at_line(member, line, _("lists lie in each other deeper than %(most)s times.") % {"most": DEEPEST})
    return row

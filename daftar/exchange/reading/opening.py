"""Which kind of file it is: by what stands in it; the end of its name counts only where the content leaves it open."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.csv import CsvSource
from daftar.exchange.reading.encoding import guess_encoding
from daftar.exchange.reading.json_lines import JsonSource
from daftar.exchange.reading.sheets import SheetSource
from daftar.exchange.reading.source import Source
from daftar.exchange.reading.vcards import CardSource

HEAD_BYTES = 4096
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKS = {
    b"%PDF": "PDF",
    b"\x1f\x8b": "GZIP",
    b"BZh": "BZIP2",
    b"\xfd7zXZ\x00": "XZ",
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"\x89PNG\r\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"RIFF": "RIFF",
    b"{\\rtf": "RTF",
    b"SQLite format 3\x00": "SQLite",
    b"PAR1": "Parquet",
}
PACKED = ("GZIP", "BZIP2", "XZ", "RAR", "7-Zip")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
CARD = re.compile(r"\s*BEGIN[ \t]*:[ \t]*VCARD\b", re.IGNORECASE)
OBJECTS = re.compile(r'\s*(?:\{\s*["}]|\{\s*\Z|\[\s*[{\]])')
HTML = re.compile(r"\s*(?:<!doctype html|<html|<table|<\?xml)", re.IGNORECASE)


def open_source(
    path: Path, *, name: str = "", encoding: str = "", delimiter: str = "", sheet: str = "", has_headings: bool = True
) -> Source:
    """The file as headings and rows; what is not said about it is guessed.

    Shapes: words that mean nothing for the kind are not looked at (`delimiter` for a sheet). With `has_headings=False` the
    first row is data and columns are called by their numbers; cards and JSON have their headings anyway.
    Errors: Unreadable, with what to do, for a file that is empty, damaged, harmful, locked, or no table at all.
    """
    if not path.is_file():
        raise Unreadable(_("There is no file “%(name)s”.") % {"name": (name or path.name)[:200]})
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if is_zip(head):
        return SheetSource(path, name=name, sheet=sheet, has_headings=has_headings)
    refuse_foreign(path, head)
    codec = guess_encoding(path)
    kind = text_kind(head.decode(codec, errors="replace"), name or path.name)
    codec = encoding or codec
    if kind == "vcard":
        return CardSource(path, name=name, encoding=codec)
    if kind == "json_lines":
        return JsonSource(path, name=name, encoding=codec)
    return CsvSource(path, name=name, encoding=codec, delimiter=delimiter, has_headings=has_headings)


def is_packed(path: Path) -> bool:
    """Whether the file is a ZIP, so that its bytes tell nothing of what stands in it."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return is_zip(file.read(4))


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def refuse_foreign(path: Path, head: bytes) -> None:
    """Errors: Unreadable for what is known to be no table."""
    if head.startswith(OLE):
        if holds(path, ENCRYPTED):
            raise Unreadable(locked())
        raise Unreadable(_("This is an old Excel file (XLS). Open it, save it as XLSX, and load that."))
    for mark, kind in MARKS.items():
        if head.startswith(mark):
            if kind in PACKED:
                raise Unreadable(
                    _("This file is packed (%(kind)s). Unpack it and load what is inside.") % {"kind": kind}
                )
            raise Unreadable(
                _("This is no table but a file of the kind %(kind)s. Save the table as XLSX or CSV and load that.")
                % {"kind": kind}
            )
    if HTML.match(head.lstrip(b"\xef\xbb\xbf").decode("latin-1")):
        raise Unreadable(
            _("This is no table but a file of the kind %(kind)s. Save the table as XLSX or CSV and load that.")
            % {"kind": "HTML, XML"}
        )


def locked() -> str:
    return _("This file asks for a password. Save it without one and load that.")


def text_kind(text: str, name: str) -> str:
    text = text.lstrip("\ufeff")
    suffix = name.casefold().rpartition(".")[2]
    if CARD.match(text) or suffix in ("vcf", "vcard"):
        return "vcard"
    if suffix in ("jsonl", "ndjson", "json") or (OBJECTS.match(text) and suffix not in ("csv", "tsv", "tab")):
        return "json_lines"
    return "csv"


def holds(path: Path, words: bytes) -> bool:
    """Whether the bytes stand anywhere in the file."""
    before = b""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            if words in before + piece:
                return True
            before = piece[-len(words) :]
    return False

"""The files that a table's cells name ("contract.pdf; photo.jpg"): taken in beside the table, found by name, kept with the record."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import Row, User
from daftar.exchange.importing import unpack
from daftar.exchange.importing.kept import folder, keep_upload
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.spools import forget_spools
from daftar.kernel.errors import Invalid
from daftar.kernel.text import clean_text
from daftar.records import files
from daftar.records.fields.base import Field
from daftar.records.models import StoredFile
from daftar.records.reading import visible
from daftar.records.types import RecordType

MOST_FILES, MOST_BYTES, MOST_RATIO = 1000, 100 * 1024 * 1024, 100
PIECE = 1024 * 1024


def plain_name(text: str) -> str:
    """By what a file is found: its last part, without case."""
    return clean_text(text.replace("\\", "/").rpartition("/")[2], max_length=255).casefold()


@dataclass
class Given:
    """One file beside the table; what `files.keep` takes."""

    name: str
    path: Path
    size: int
    digest: str = ""
    kept: StoredFile | None = None
    """Its first copy; the next ones share its bytes."""

    def chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    @property
    def sha256(self) -> str:
        if not self.digest:
            digest = hashlib.sha256()
            for piece in self.chunks():
                digest.update(piece)
            self.digest = digest.hexdigest()
        return self.digest


@dataclass
class Bag:
    """All files beside the table, by name. With `dry` nothing is written to the disk: the rows are taken back anyway."""

    given: dict[str, Given] = field(default_factory=dict)
    dry: bool = False

    def find(self, name: str) -> Given | None:
        return self.given.get(plain_name(name)) if self.given else None

    @classmethod
    def of_kept(cls, kept: Iterable[Mapping[str, Any]], *, dry: bool = False) -> Bag:
        """The files that came with an upload, as `take_in` told them."""
        found = [Given(str(f["name"]), folder() / Path(str(f["path"])).name, int(f["size"])) for f in kept]
        return cls({plain_name(g.name): g for g in found}, dry)


# -- taking in -------------------------------------------------------------------------------------


def take_in(uploads: Sequence[Any], before: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Keep uploaded files, several or one ZIP of them, beside those that are there; a file of the same name takes the other's place.

    Shapes: {"name", "path" (random, in the folder of imports), "size"}. Errors: Unreadable, with nothing kept.
    """
    made: list[dict[str, Any]] = []
    try:
        if len(uploads) == 1 and is_zip(uploads[0]):
            made += unpacked(uploads[0])
        else:
            for upload in uploads:
                made.append({"name": upload.name, "path": keep_upload(upload, ".file").name, "size": upload.size})
        return beside(before, made)
    except Exception as problem:
        forget(made)
        if isinstance(problem, Invalid) and not isinstance(problem, Unreadable):
            raise Unreadable(str(problem)) from None
        raise


def beside(before: Sequence[Mapping[str, Any]], made: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both lists as one, within the limits. Errors: Unreadable, Invalid for a name that is no text."""
    new = {plain_name(file["name"]) for file in made}
    if len(new) < len(made):
        raise Unreadable(refusals()["twice"])
    replaced = [file for file in before if plain_name(str(file["name"])) in new]
    whole = [*(dict(file) for file in before if file not in replaced), *made]
    if len(whole) > MOST_FILES:
        raise Unreadable(refusals()["count"])
    if sum(int(file["size"]) for file in whole) > MOST_BYTES:
        raise Unreadable(refusals()["size"])
    forget(replaced)
    return whole


def forget(kept: Iterable[Mapping[str, Any]]) -> None:
    for file in kept:
        path = folder() / Path(str(file["path"])).name
        path.unlink(missing_ok=True)
        forget_spools(path)


def is_zip(upload: Any) -> bool:
    head = upload.read(4)
    upload.seek(0)
    return str(upload.name).casefold().endswith(".zip") and head in (b"PK\x03\x04", unpack.END)


def unpacked(upload: Any) -> list[dict[str, Any]]:
    """The files of a ZIP, taken apart by a process with limits. Errors: Unreadable."""
    archive = keep_upload(upload, ".zip")
    try:
        with tempfile.TemporaryDirectory(dir=folder()) as scratch:
            limits = (MOST_FILES, MOST_BYTES, MOST_RATIO)
            command = [sys.executable, "-I", unpack.__file__, str(archive), scratch, *map(str, limits)]
            try:
                done = subprocess.run(command, capture_output=True, timeout=unpack.SECONDS * 2, check=False)  # noqa: S603  # our own program
                answer = json.loads(done.stdout)
            except (subprocess.TimeoutExpired, ValueError):
                answer = {"refused": "broken"}
            if "refused" in answer:
                raise Unreadable(refusals()[answer["refused"]])
            return [moved(Path(scratch) / file["path"], file) for file in answer["files"]]
    finally:
        archive.unlink(missing_ok=True)


def moved(path: Path, file: Mapping[str, Any]) -> dict[str, Any]:
    final = folder() / f"{files.random_name()}.file"
    files.place(path, final)
    return {"name": file["name"], "path": final.name, "size": file["size"]}


def refusals() -> dict[str, str]:
    """What is said about a ZIP, or about files, that are not taken."""
    return {
        "count": _("There are more than %(most)s files. Load them in parts.") % {"most": f"{MOST_FILES:,}"},
        "size": _("The files are larger than %(most)s MB together. Load them in parts.")
        % {"most": MOST_BYTES // 1024**2},
        "ratio": _("This ZIP unpacks to far more than it holds, as harmful ones do. It was not opened."),
        "locked": _("This ZIP asks for a password. Pack the files without one."),
        "twice": _("Two files have the same name. Rename one of them, here and in the table."),
        "broken": _("This ZIP cannot be read. Pack the files again, or choose them one by one."),
    }


# -- into records ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A file that a cell names, on its way to become a stored one."""

    given: Given


class Attachments:
    """Turns what cells say about files into stored files of the records, for one batch of rows."""

    def __init__(self, bag: Bag, type_: RecordType, by: User) -> None:
        self.bag, self.type, self.by = bag, type_, by
        self.fields = [f for f in type_.writable if f.kind == "files"]
        self.known: dict[int, StoredFile] = {}
        self.allowed: set[int] = set()

    def learn(self, rows: Iterable[Mapping[str, Any]], records: Iterable[Row]) -> None:
        """Look up the files that the records have and the ids that cells name; two queries, none without files."""
        if not self.fields:
            return
        said = {v for values in rows for f in self.fields for v in values.get(f.key) or () if isinstance(v, int)}
        had = {id_ for record in records for f in self.fields for id_ in f.get(record) or ()}
        if said | had:
            found = StoredFile.objects.filter(pk__in=said | had, type=self.type.key, deleted_at=None)
            self.known = {file.pk: file for file in found}
            own = {file.record_id for file in self.known.values()}
            seen = set(visible(self.type, self.by).filter(pk__in=own).values_list("pk", flat=True))
            hidden = self.type.hidden_from(self.by)
            self.allowed = {f.pk for f in self.known.values() if f.record_id in seen and f.field not in hidden}

    def put_into(self, values: dict[str, Any], record: Row | None, made: list[StoredFile]) -> None:
        """Replace names by ids of stored files; what is stored anew is added to `made`. Errors: Invalid by field."""
        for field_ in self.fields:
            if values.get(field_.key):
                had = field_.get(record) or [] if record is not None else []
                values[field_.key] = [self.id_of(field_, item, had, record, made) for item in values[field_.key]]

    def id_of(
        self, field_: Field, item: Named | int, had: Sequence[int], record: Row | None, made: list[StoredFile]
    ) -> int:
        if isinstance(item, int):
            if item not in self.allowed:
                raise Invalid(not_there(str(item)), field=field_.key)
            return item
        given = item.given
        for id_ in had:
            old = self.known.get(id_)
            if old is not None and plain_name(old.name) == plain_name(given.name) and old.sha256 == given.sha256:
                return old.pk
        made.append(self.store(field_, given, record.pk if record is not None else 0))
        return made[-1].pk

    def store(self, field_: Field, given: Given, record_id: int) -> StoredFile:
        if self.bag.dry:
            return files.pretend(self.type.key, record_id, given, by=self.by, field=field_.key)
        if given.kept is not None:
            return files.keep_again(given.kept, record_id, by=self.by, field=field_.key)
        given.kept = files.keep(self.type.key, record_id, given, by=self.by, field=field_.key)
        return given.kept

    def drop(self, made: list[StoredFile]) -> None:
        """Take back what was stored for a row that is refused."""
        files.drop(made)
        for given in self.bag.given.values() if made else ():
            if given.kept in made:
                given.kept = None


def not_there(name: str) -> str:
    return _("The file “%(name)s” is not among the files of this import. Add it to them, or correct the name.") % {
        "name": name[:80]
    }

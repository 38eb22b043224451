"""All that is kept about a person as one ZIP: a page for reading, the same as JSON for programs, and their files."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import PurePosixPath
from typing import IO, Any

from django.db import transaction
from django.template.loader import render_to_string

from daftar.access import audit
from daftar.access.models import User
from daftar.kernel import personal
from daftar.kernel.personal import Subject
from daftar.records.erasing import collected


def export_person(subject: Subject, title: str, *, by: User) -> IO[bytes]:
    """Write the ZIP to a temporary file, which is open at its beginning and gone when it is closed. The log says that it was made."""
    told, made = collected(subject), tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps({"person": title, **told}, ensure_ascii=False, indent=1, default=str))
        archive.writestr("index.html", page(title, told))
        for place in personal.places():
            for file in place.files(subject) if place.files else ():
                if file["path"].is_file():
                    archive.write(file["path"], f"files/{PurePosixPath(file['name']).name}")
    with transaction.atomic():
        rows = sum(len(found) for found in told["places"].values())
        audit.record("personal_data_exported", by=by, about=subject.records[0], details={"rows": rows})
    made.seek(0)
    return made


def page(title: str, told: dict[str, Any]) -> str:
    places = [
        (label, [[(key, in_words(value)) for key, value in row.items()] for row in rows])
        for label, rows in told["places"].items()
    ]
    return render_to_string(
        "records/personal_export.html", {"title": title, "made_at": told["made_at"], "places": places}
    )


def in_words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)

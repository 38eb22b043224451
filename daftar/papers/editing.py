"""What the owner makes of a template: read from a form, kept, put back to the shipped one."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import audit
from daftar.access.plain_form import PlainForm
from daftar.papers.document import Kind
from daftar.papers.looks import COLUMNS, PLAIN, SHOWN, SHOWS, TEXTS
from daftar.papers.models import PaperTemplate
from daftar.papers.places import checked
from daftar.papers.render import small_logo

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
SIZES = tuple(range(8, 15))
LONGEST = 4_000
KEPT = ("accent", "size", "logo", "texts", "columns", "shows")


def standing(kind: Kind, language: str) -> PaperTemplate:
    """The template that papers of this kind and language have now; unsaved, with the shipped values, where there is none of its own.

    A language without one of its own begins with that of all languages.
    """
    rows = {row.language: row for row in PaperTemplate.objects.filter(kind=kind, language__in=("", language))}
    found = rows.get(language)
    if found is not None:
        return found
    row = PaperTemplate(kind=kind, language=language, columns=list(PLAIN[kind]), shows=list(SHOWN[kind]))
    for name in KEPT if "" in rows else ():
        setattr(row, name, getattr(rows[""], name))
    return row


def start(row: PaperTemplate) -> dict[str, Any]:
    """The values of a form that shows the template."""
    texts = {f"text.{key}": row.texts.get(key, "") for key in TEXTS}
    return {"accent": row.accent, "size": str(row.size), "columns": row.columns, "shows": row.shows, **texts}


def read(form: PlainForm, row: PaperTemplate, logo: UploadedFile | None) -> PaperTemplate:
    """A new, unsaved template as the form says it; sentences at its fields where it cannot be."""
    after = PaperTemplate(kind=row.kind, language=row.language)
    after.accent = form.typed("accent").strip().lower()
    if not COLOUR.fullmatch(after.accent):
        form.errors["accent"] = _("Write a colour such as #1f5fbf.")
    after.size = int(form.choice("size", [str(size) for size in SIZES]) or 10)
    after.columns = chosen(form, "columns", COLUMNS)
    if not after.columns:
        form.errors["columns"] = _("Choose at least one column.")
    after.shows = chosen(form, "shows", SHOWS)
    after.texts = {key: said for key in TEXTS if (said := words(form, f"text.{key}"))}
    after.logo = "" if form.is_on("no_logo") else row.logo
    if logo is not None:
        with form.about("logo"):
            after.logo = b64encode(small_logo(logo.read())).decode()
    return after


def chosen(form: PlainForm, name: str, known: Any) -> list[str]:
    """The ticked words that are known, each once, in the order in which they came."""
    return [word for word in dict.fromkeys(form.several(name)) if word in known]


def words(form: PlainForm, name: str) -> str:
    text = form.text(name, max_length=LONGEST, multiline=True)
    with form.about(name):
        checked(text)
    return text


def keep(after: PaperTemplate, *, by: Any) -> None:
    """Save the template; what changed stands in the audit log (of a logo only that it did)."""
    with transaction.atomic():
        before = PaperTemplate.objects.filter(kind=after.kind, language=after.language).first()
        values = {name: getattr(after, name) for name in KEPT}
        row, _made = PaperTemplate.objects.update_or_create(kind=after.kind, language=after.language, defaults=values)
        tell(said(before), said(row), row, by=by)


def put_back(row: PaperTemplate, *, by: Any) -> None:
    """Forget what the owner made: the template of all languages counts again, else the shipped one."""
    with transaction.atomic():
        before = said(row)
        PaperTemplate.objects.filter(kind=row.kind, language=row.language).delete()
        tell(before, {}, row, by=by)


def tell(before: dict[str, Any], after: dict[str, Any], row: PaperTemplate, *, by: Any) -> None:
    audit.record_change("settings_changed", before, after, by=by, name=f"{_('Papers')}: {row}".strip())


def said(row: PaperTemplate | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {name: getattr(row, name) for name in KEPT if name != "logo"} | {"logo": len(row.logo)}


def in_order(columns: Sequence[str]) -> list[tuple[str, Any, bool]]:
    """All columns: first the chosen in their order, then the others."""
    return [(key, COLUMNS[key], key in columns) for key in dict.fromkeys([*columns, *COLUMNS]) if key in COLUMNS]

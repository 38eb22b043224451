"""What the owner makes of a template: read from a form, kept, put back to the shipped one."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from daftar.access import audit
from daftar.access.plain_form import PlainForm
from daftar.kernel import clock
from daftar.kernel.errors import Conflict
from daftar.kernel.formats import joined
from daftar.papers.document import Kind
from daftar.papers.looks import COLUMNS, PLAIN, SHOWN, SHOWS, TEXTS
from daftar.papers.models import PaperTemplate
from daftar.papers.places import checked
from daftar.papers.render import small_logo

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
SIZES = tuple(range(8, 15))
LONGEST, LONGEST_TITLE, LONGEST_LABEL = 4_000, 60, 40
KEPT = ("accent", "size", "logo", "texts", "columns", "shows", "title", "labels")


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
    labels = {f"label.{key}": row.labels.get(key, "") for key in COLUMNS}
    return {
        "accent": row.accent, "size": str(row.size), "columns": row.columns, "shows": row.shows, "title": row.title, **texts, **labels,
    }  # fmt: skip


def read(form: PlainForm, row: PaperTemplate, logo: UploadedFile[bytes] | None, chosen_logo: str = "") -> PaperTemplate:
    """A new, unsaved template as the form says it; sentences at its fields where it cannot be.

    Shapes: `chosen_logo` is one that was chosen before somebody else turned out to be faster, in Base64.
    """
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
    after.title = form.text("title", max_length=LONGEST_TITLE)
    after.labels = {key: said for key in COLUMNS if (said := form.text(f"label.{key}", max_length=LONGEST_LABEL))}
    after.logo = "" if form.is_on("no_logo") else row.logo
    if logo is not None:
        with form.about("logo"):
            after.logo = b64encode(small_logo(logo.read())).decode()
    elif chosen_logo and not form.is_on("no_logo"):
        with form.about("logo"):
            after.logo = b64encode(small_logo(from_base64(chosen_logo))).decode()
    return after


def from_base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""


def chosen(form: PlainForm, name: str, known: Any) -> list[str]:
    """The ticked words that are known, each once, in the order in which they came."""
    return [word for word in dict.fromkeys(form.several(name)) if word in known]


def words(form: PlainForm, name: str) -> str:
    text = form.text(name, max_length=LONGEST, multiline=True)
    with form.about(name):
        checked(text)
    return text


def mark_of(row: PaperTemplate | None) -> str:
    """What the template is now, as a short word: another one means that somebody changed it. "" for one that is not kept."""
    if row is None or row.pk is None:
        return ""
    return hashlib.sha256(repr([getattr(row, name) for name in KEPT]).encode()).hexdigest()[:20]


def keep(after: PaperTemplate, *, by: Any, mark: str | None = None) -> None:
    """Save the template; what changed stands in the audit log (of a logo only that it did).

    Shapes: `mark` is `mark_of` the template that the person had before him (None: whoever does not care).
    Errors: Conflict, when somebody else saved or put it back meanwhile; nothing is kept then.
    """
    values = {name: getattr(after, name) for name in KEPT} | {"changed_by": by, "changed_at": clock.now()}
    with transaction.atomic():
        before = PaperTemplate.objects.select_for_update().filter(kind=after.kind, language=after.language).first()
        if mark is not None and mark != mark_of(before):
            raise Conflict(who_was_faster(before))
        if before is not None:
            PaperTemplate.objects.filter(pk=before.pk).update(**values)
        else:
            try:
                with transaction.atomic():
                    PaperTemplate.objects.create(kind=after.kind, language=after.language, **values)
            except IntegrityError:
                raise Conflict(who_was_faster(None)) from None
        tell(said(before), said(after), after, by=by)


def who_was_faster(row: PaperTemplate | None) -> str:
    name = row.changed_by.name if row is not None and row.changed_by is not None else ""
    if row is None:
        return _("Somebody else changed this template meanwhile. Nothing of yours was saved yet.")
    who = name or _("Somebody")
    return _("%(name)s saved this template meanwhile. Nothing of yours was saved yet.") % {"name": who}


def differences(theirs: PaperTemplate, mine: PaperTemplate) -> list[tuple[str, str, str]]:
    """(what, theirs, mine) of each part of the template that is not the same in both."""
    names = {
        "accent": _("Colour"),
        "size": _("Size of letters"),
        "columns": _("Columns"),
        "shows": _("On the paper"),
        "title": _("Title"),
    }
    pairs = [(names[name], words_of(theirs, name), words_of(mine, name)) for name in names]
    pairs += [(str(TEXTS[key]), theirs.texts.get(key, ""), mine.texts.get(key, "")) for key in TEXTS]
    pairs += [(str(COLUMNS[key]), theirs.labels.get(key, ""), mine.labels.get(key, "")) for key in COLUMNS]
    if theirs.logo != mine.logo:
        pairs.append((_("Logo"), _("another one") if theirs.logo else "", _("another one") if mine.logo else ""))
    return [pair for pair in pairs if pair[1] != pair[2]]


def words_of(row: PaperTemplate, name: str) -> str:
    value, known = getattr(row, name), {"columns": COLUMNS, "shows": SHOWS}.get(name)
    return joined(str(known[key]) for key in value if key in known) if known else str(value)


def put_back(row: PaperTemplate, *, by: Any, mark: str | None = None) -> None:
    """Forget what the owner made: the template of all languages counts again, else the shipped one. Errors: Conflict, as `keep`."""
    with transaction.atomic():
        before = PaperTemplate.objects.select_for_update().filter(kind=row.kind, language=row.language).first()
        if mark is not None and mark != mark_of(before):
            raise Conflict(who_was_faster(before))
        PaperTemplate.objects.filter(kind=row.kind, language=row.language).delete()
        tell(said(before), {}, row, by=by)


def tell(before: dict[str, Any], after: dict[str, Any], row: PaperTemplate, *, by: Any) -> None:
    audit.record_change("settings_changed", before, after, by=by, name=f"{_('Papers')}: {row}".strip())


def said(row: PaperTemplate | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {name: getattr(row, name) for name in KEPT if name != "logo"} | {"logo": len(row.logo)}


def in_order(columns: Sequence[str], form: PlainForm) -> list[dict[str, Any]]:
    """All columns with their heads: first the chosen in their order, then the others."""
    return [
        {
            "key": key, "label": COLUMNS[key], "chosen": key in columns, "typed": form.typed(f"label.{key}"),
            "error": str(form.errors.get(f"label.{key}", "")),
        }
        for key in dict.fromkeys([*columns, *COLUMNS]) if key in COLUMNS
    ]  # fmt: skip

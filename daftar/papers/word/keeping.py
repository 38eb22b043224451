"""Word templates as they are kept: the one that counts for a kind and language, and the last ones before it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import audit
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.papers.document import Kind, Paper
from daftar.papers.looks import look_for
from daftar.papers.models import WordTemplate
from daftar.papers.word.checking import checked
from daftar.papers.word.filling import filled
from daftar.papers.word.package import MOST_BYTES, opened, read
from daftar.papers.word.values import values_of

MOST_KEPT = 10
"""So many templates of a kind and language are kept with the one that counts."""
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHOWN = ("id", "kind", "language", "name", "size", "is_current", "made_by", "made_at")


def word_kinds(language: str) -> frozenset[str]:
    """Kinds of papers that can be had as Word documents in this language."""
    rows = WordTemplate.objects.filter(language__in=("", language), is_current=True)
    return frozenset(rows.values_list("kind", flat=True))


def word_paper(paper: Paper) -> bytes:
    """The paper as .docx, by the template of its language, else that of all languages. Errors: Missing without one, Invalid for too much on it."""
    rows = WordTemplate.objects.filter(kind=paper.kind, language__in=("", paper.language), is_current=True)
    row = max(rows, key=lambda one: one.language, default=None)
    if row is None:
        raise Missing()
    return made_with(row, paper)


def made_with(row: WordTemplate, paper: Paper) -> bytes:
    values = values_of(paper, look_for(paper.kind, paper.language))
    return filled(read(content_of(row)), values, title=f"{values.texts['title']} {paper.number}".strip())


def content_of(row: WordTemplate) -> bytes:
    return b64decode(row.content)


def versions(kind: Kind, language: str) -> Sequence[WordTemplate]:
    """What was uploaded for exactly this kind and language, the newest first, without the documents themselves."""
    rows = WordTemplate.objects.filter(kind=kind, language=language).select_related("made_by")
    return list(rows.defer("content").order_by("-id"))


def keep_word(kind: Kind, language: str, upload: Any, *, by: Any) -> WordTemplate:
    """Let a Word document count for a kind and language. One with anything wrong is not kept, and the one before it counts on.

    Shapes: `upload` has a name and can be read. Errors: Invalid at "file".
    """
    if upload is None:
        raise Invalid(_("Choose a Word document first."), field="file")
    raw = upload.read(MOST_BYTES + 1)
    name = short_name(upload.name or "")
    checked(opened(raw, name))
    with transaction.atomic():
        rows = WordTemplate.objects.select_for_update().filter(kind=kind, language=language)
        before = rows.filter(is_current=True).first()
        rows.filter(is_current=True).update(is_current=False)
        row = WordTemplate.objects.create(
            kind=kind, language=language, name=name, content=b64encode(raw).decode(), size=len(raw), made_by=by, made_at=clock.now(),
        )  # fmt: skip
        old = list(rows.order_by("-id").values_list("pk", flat=True))[MOST_KEPT:]
        rows.filter(pk__in=old).delete()
        tell(before, row, row, by=by)
    return row


def short_name(name: str) -> str:
    """What the file was called, as data: nothing is ever written under it."""
    plain = "".join(sign for sign in PurePath(name.replace("\\", "/")).name if sign.isprintable())
    return plain[-120:] or "paper.docx"


def bring_back(kind: Kind, language: str, id_: int, *, by: Any) -> None:
    """Let an earlier template count again. Errors: Missing; Invalid where it does not hold any more."""
    with transaction.atomic():
        rows = WordTemplate.objects.select_for_update().filter(kind=kind, language=language)
        row, before = rows.filter(pk=id_).first(), rows.filter(is_current=True).first()
        if row is None:
            raise Missing()
        checked(opened(content_of(row), row.name))
        rows.filter(is_current=True).update(is_current=False)
        rows.filter(pk=id_).update(is_current=True)
        tell(before, row, row, by=by)


def put_away(kind: Kind, language: str, *, by: Any) -> None:
    """No template counts any more; what was uploaded can be brought back. Errors: Conflict where none counts."""
    with transaction.atomic():
        rows = WordTemplate.objects.select_for_update().filter(kind=kind, language=language, is_current=True)
        before = rows.first()
        if before is None:
            raise Conflict(_("There is no Word template here any more."))
        rows.update(is_current=False)
        tell(before, None, before, by=by)


def tell(before: WordTemplate | None, after: WordTemplate | None, about: WordTemplate, *, by: Any) -> None:
    old, new = ({"word_template": f"{one.name} ({one.size})", "id": one.pk} if one else {} for one in (before, after))
    audit.record_change(
        "settings_changed", old, new, by=by, name=f"{_('Papers')}: {about.kind} {about.language}".strip()
    )

"""How long files stay that were taken from their record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.kernel.keeping import FOR_EVER, Period, add
from daftar.records import files

add(
    Period(
        "removed_files", _("Files that were removed from a record"), FOR_EVER, 1, 3650,
        lambda moment: files.removed_before(moment).count(), may_stay=True,
    )
)  # fmt: skip

"""How long the files of imports and exports, and archives of the company, stay."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.exchange.company import runs as archives
from daftar.exchange.exporting import kept as exports
from daftar.exchange.importing import runs
from daftar.kernel.keeping import Period, add

add(
    Period(
        "import_files", _("Files and refused rows of imports"), 30, 1, 365, lambda moment: runs.with_files_before(moment).count(),
        note=_("The reports stay."),
    )
)  # fmt: skip
add(
    Period(
        "company_archives", _("Archives of the company"), 7, 1, 90, lambda moment: archives.kept_before(moment).count(),
        note=_("Each holds everything, so keep them no longer than you need."),
    )
)  # fmt: skip
add(
    Period(
        "export_files", _("Files of large exports"), 7, 1, 90, lambda moment: exports.kept_before(moment).count(),
        note=_("Only who asked for one can download it."),
    )
)  # fmt: skip

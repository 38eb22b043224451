"""How long notices stay."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.activities.notifying import forgetting
from daftar.kernel.keeping import Period, add

add(
    Period(
        "seen_notices", _("Notices that were read"), 90, 7, 3650, lambda moment: forgetting.seen_before(moment).count()
    )
)
add(
    Period(
        "unseen_notices",
        _("Notices that nobody read"),
        365,
        30,
        3650,
        lambda moment: forgetting.unseen_before(moment).count(),
    )
)

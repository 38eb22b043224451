"""How long sent mails stay in the list."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.kernel import keeping, outbox

keeping.add(
    keeping.Period(
        "sent_mails", _("Sent mails"), 30, 1, 3650, lambda moment: outbox.sent_before(moment).count(),
        note=_("Address and subject; the text is emptied once a mail is sent."),
    )
)  # fmt: skip

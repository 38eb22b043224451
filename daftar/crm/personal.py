"""Who is who: the leads that became a contact are the same person as the contact. And what they consented to."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from daftar.crm.models import Consent, Lead
from daftar.kernel import personal
from daftar.kernel.personal import Record
from daftar.records.personal import kept_by


@personal.same_person
def became(record: Record) -> Iterable[Record]:
    """The contact of a lead, the leads of a contact."""
    key, id_ = record
    leads = Lead.objects.exclude(contact=None).order_by("pk")
    if key == "lead":
        return [("contact", other) for other in leads.filter(pk=id_).values_list("contact_id", flat=True)]
    if key == "contact":
        return [("lead", other) for other in leads.filter(contact=id_).values_list("pk", flat=True)]
    return []


personal.rows("consents", _("Consents"), {"crm.Consent": "record_id source"}, kept_by(Consent))

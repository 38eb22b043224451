"""What of this room belongs to records besides their fields and goes along when they become one."""

from django.utils.translation import gettext_lazy as _

from daftar.crm.models import Consent
from daftar.records.merging.hanging import hangs

hangs(Consent, name=_("consents"))

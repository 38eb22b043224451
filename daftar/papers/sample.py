"""An example paper, by which the owner sees what a template makes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from daftar.access.models import Installation
from daftar.kernel import clock
from daftar.papers.document import Kind, Paper, PaperLine

D = Decimal


def sample(kind: Kind, language: str) -> Paper:
    """Shapes: sums are right for any currency, for prices are whole thousands."""
    company = Installation.load()
    today = clock.today(company.time_zone)
    with override(language):
        seller = {
            "name": company.name, "address": _("12 Harbour Street"), "phone": "+98 21 8877-6655", "email": "sales@example.org",
            "tax_id": "10320-8847-123", "bank_name": _("Harbour Bank"), "bank_account": "40-1200-77",
        }  # fmt: skip
        client = {
            "name": "Alvand Tools Ltd",
            "person": _("Sara Ahmadi"),
            "address": _("7 Station Road"),
            "tax_id": "4711-22",
        }
        lines = [
            PaperLine("GTX Plus Pro", D(12), _("pc"), D(1_250_000), D(14_250_000), "GTX-12-A", _("Black, with a case"), "5 %", D(10)),
            PaperLine(_("Installation"), D(2), _("hour"), D(400_000), D(800_000), "SRV-01", tax_percent=D(10)),
        ]  # fmt: skip
        terms = _("Delivery within ten days.")
    return Paper(
        kind, language, "2026-00012", today, company.currency, lines, seller=seller, client=client, until=today + timedelta(days=14),
        net=D(15_050_000), taxes={D(10): D(1_505_000)}, total=D(16_555_000), balance=D(16_555_000), terms=terms, about="GTX, Alvand",
        qr="https://example.org/",
    )  # fmt: skip

"""The PDF that goes with a mail: made when the mail is sent, as the paper is then."""

from __future__ import annotations

from daftar.kernel.outbox import Attached, attaches
from daftar.papers.render import pdf
from daftar.sales.client_page.links import address_for
from daftar.sales.models import Invoice, Quote
from daftar.sales.papers import of_invoice, of_quote
from daftar.sales.views.papers import file_name


@attaches("paper")
def paper_of_mail(what: str) -> Attached | None:
    """Shapes: `what` is "quote:17" or "invoice:17"; None when the paper is in the bin."""
    kind, _colon, id_ = what.partition(":")
    if kind == "quote":
        quote = Quote.objects.filter(pk=int(id_), deleted_at=None).select_related("deal").first()
        made = of_quote(quote, link=address_for(quote.deal_id or 0)) if quote is not None else None
    else:
        invoice = Invoice.objects.filter(pk=int(id_), deleted_at=None).select_related("deal").first()
        made = of_invoice(invoice, link=address_for(invoice.deal_id or 0)) if invoice is not None else None
    return Attached(file_name(made.number), "application/pdf", pdf(made)) if made is not None else None

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "daftar.sales"
    label = "sales"

    def ready(self) -> None:
        from daftar.kernel.frozen import frozen
        from daftar.kernel.secrets import sealed
        from daftar.sales import (  # noqa: F401  # declares types, hears of deals, names its places
            card,
            handlers,
            keeping,
            merging,
            more_fields,
            personal,
            records,
            repeating,
            telling,
        )
        from daftar.sales.approving import handlers as approving_handlers  # noqa: F401  # tells who decides, and who asked
        from daftar.sales.buying import card as buying_card
        from daftar.sales.buying import follow  # noqa: F401  # hears of purchase orders and their lines
        from daftar.sales.client_page import card as client_card
        from daftar.sales.client_page import handlers as client_handlers  # noqa: F401  # hears what clients do
        from daftar.sales.lines import renewing  # noqa: F401  # hears of lines that other doors store
        from daftar.sales.lines import terms as line_terms
        from daftar.sales.paying import card as paying_card
        from daftar.sales.paying import handlers as paying_handlers  # noqa: F401  # hears of payments
        from daftar.sales.paying import personal as paying_personal  # noqa: F401  # names its places
        from daftar.sales.sending import card as sending_card
        from daftar.sales.sending import papers as sending_papers  # noqa: F401  # what mails take along

        line = (
            "position group code name quantity unit factor price discount_percent discount_amount tax_percent net gross"
        )
        frozen("sales.QuoteLine", f"quote {line}")
        frozen("sales.InvoiceLine", f"invoice {line}")
        frozen("sales.Quote", "number quote_version issued_on net total tax_included rounding")
        frozen("sales.Invoice", "number kind issued_on net total tax_included rounding")
        sealed("sales.PaymentProvider", "secrets")
        sealed("sales.PaymentProvider", "path")
        sealed("sales.ClientLink", "token")
        card.add_parts()
        line_terms.add_beside()
        buying_card.add_parts()
        paying_card.add_parts()
        client_card.add_parts()
        sending_card.add_parts()

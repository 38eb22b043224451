from daftar.sales.models.deal_line import DealLine, SaleTerms
from daftar.sales.models.invoice import Invoice, InvoiceLine
from daftar.sales.models.payment import Allocation, Payment
from daftar.sales.models.provider import PaymentAttempt, PaymentProvider, WebhookDelivery
from daftar.sales.models.purchase import PurchaseLine, PurchaseOrder
from daftar.sales.models.quote import Quote, QuoteLine
from daftar.sales.models.settings import ClientLink, DiscountApproval, NumberCounter, SalesSettings
from daftar.sales.models.statement import BankAccount, BankStatement, StatementLine

__all__ = [
    "Allocation", "BankAccount", "BankStatement", "ClientLink", "DealLine", "DiscountApproval", "Invoice", "InvoiceLine",
    "NumberCounter", "Payment", "PaymentAttempt", "PaymentProvider", "PurchaseLine", "PurchaseOrder", "Quote", "QuoteLine",
    "SaleTerms", "SalesSettings", "StatementLine", "WebhookDelivery",
]  # fmt: skip

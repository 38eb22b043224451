"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "BankAccount": {"internal": "name number currency columns"},
    "BankStatement": {
        "internal": "name digest kind number currency columns skipped opening closing since until",
        "personal": "held",
    },
    "ClientLink": {"internal": "language expires_on", "secret": "token token_hash"},
    "DealLine": {"internal": "discount_percent discount_amount"},
    "DiscountApproval": {"internal": "state discounts comment answer"},
    "Invoice": {"personal": "parties"},
    "NumberCounter": {"internal": "series period"},
    "Payment": {"personal": "payer reference"},
    "PaymentAttempt": {
        "internal": "currency state problem amount",
        "personal": "external_id reference",
        "secret": "key",
    },
    "PaymentProvider": {"internal": "kind name problem", "secret": "secrets path path_hash"},
    "PurchaseOrder": {"internal": "rounding", "personal": "parties"},
    "Quote": {"personal": "parties answered_by answer"},
    "SaleTerms": {"internal": "currency rounding"},
    "SalesSettings": {
        "internal": (
            "rounding quote_pattern invoice_pattern credit_pattern purchase_pattern role_limits quote_terms invoice_terms"
            " seller moves reminder_days"
        )
    },
    "StatementLine": {
        "internal": "key currency state amount day",
        "personal": "name account tax_id purpose reference end_to_end",
    },
    "WebhookDelivery": {"internal": "external_id outcome words", "personal": "raw"},
}

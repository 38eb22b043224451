"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "ClientLink": {"internal": "language expires_on", "secret": "token token_hash"},
    "DealLine": {"internal": "discount_percent discount_amount"},
    "DiscountApproval": {"internal": "state discounts comment"},
    "Invoice": {"personal": "parties"},
    "NumberCounter": {"internal": "series period"},
    "Payment": {"personal": "payer reference"},
    "PurchaseOrder": {"internal": "rounding", "personal": "parties"},
    "Quote": {"personal": "parties answered_by answer"},
    "SaleTerms": {"internal": "currency rounding"},
    "SalesSettings": {
        "internal": (
            "rounding quote_pattern invoice_pattern credit_pattern purchase_pattern role_limits quote_terms invoice_terms"
            " seller moves reminder_days"
        )
    },
}

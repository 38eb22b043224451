"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    # Of a sole trader these say something about a person.
    "Company": {"personal": "tax_id bank_account"},
    "Consent": {"internal": "type purpose channel text_version", "personal": "source"},
    "Contact": {"personal": "position salutation preferred_language"},
    "Deal": {"personal": "name next_text referrer source_details"},
    "Lead": {"personal": "title next_text position referrer source_details"},
}

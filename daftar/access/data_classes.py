"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "ApiKey": {"internal": "name scopes networks", "personal": "used_from addresses", "secret": "hash"},
    "AuditCheck": {"internal": "problem"},
    "AuditDetail": {"internal": "salt", "personal": "body"},
    "AuditEntry": {"internal": "what result door about_type details_hash previous hash"},
    "AuditHead": {"internal": "hash"},
    "Department": {"internal": "name deputy_from deputy_until"},
    "Installation": {
        "public": "name language calendar code",
        "internal": "time_zone country currency rial_as",
    },
    "Invitation": {"internal": "role language", "personal": "email", "secret": "token_hash"},
    "Office": {"internal": "name"},
    "Role": {"internal": "key name grants"},
    "Share": {"internal": "type"},
    "SignInDelay": {"personal": "key"},
    "User": {
        "internal": "roles position working_hours absent_from absent_until language calendar digits time_zone theme density",
        "personal": "name email phones photo last_login",
        "secret": "password",
    },
}

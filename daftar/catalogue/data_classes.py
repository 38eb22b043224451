"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "Expected": {"internal": "due_on about_type key"},
    "Hold": {"internal": "about_type"},
    "StockMove": {"internal": "about_type"},
}

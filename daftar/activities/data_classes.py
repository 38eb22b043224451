"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "Activity": {"internal": "about_type mentions", "personal": "subject phone place result"},
}

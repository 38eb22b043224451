"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "Notice": {"internal": "kind type key", "personal": "data"},
    "NoticeWishes": {"internal": "channels days quiet_from quiet_until paused_until"},
    "Activity": {"internal": "about_type mentions", "personal": "subject phone place result"},
}

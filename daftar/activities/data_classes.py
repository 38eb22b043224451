"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "Notice": {"internal": "kind type key", "personal": "data"},
    "NoticeWishes": {"internal": "channels days quiet_from quiet_until paused_until"},
    "PushKey": {"public": "public", "secret": "private"},
    "PushBrowser": {"internal": "mark problem", "personal": "agent", "secret": "endpoint p256dh auth"},
    "OutgoingPush": {"internal": "kind ids"},
    "Activity": {"internal": "about_type mentions", "personal": "subject phone place result"},
}

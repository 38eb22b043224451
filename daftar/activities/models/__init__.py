from daftar.activities.models.activity import Activity
from daftar.activities.models.notice import Notice, NoticeWishes
from daftar.activities.models.push import OutgoingPush, PushBrowser, PushKey

__all__ = ["Activity", "Notice", "NoticeWishes", "OutgoingPush", "PushBrowser", "PushKey"]

from daftar.activities.models.activity import Activity
from daftar.activities.models.notice import Notice, NoticeWishes

__all__ = ["Activity", "Notice", "NoticeWishes"]

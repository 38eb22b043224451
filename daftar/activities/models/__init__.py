from daftar.activities.models.activity import Activity
from daftar.activities.models.notice import Notice

__all__ = ["Activity", "Notice"]

from __future__ import annotations

from daftar.kernel.errors import Invalid


class Unreadable(Invalid):
    """The file as a whole cannot be read, so nothing was loaded. Single rows that cannot be read are listed instead."""

    code = "unreadable_file"

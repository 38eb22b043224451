"""What field kinds need of the reader; the reader itself knows the field kinds, so they meet here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daftar.records.reader import Reader
else:
    Reader = Any

__all__ = ["Reader"]

"""The entries of a cell that holds several ("a; b")."""

from __future__ import annotations

from daftar.exchange.importing.targets import LABELLED
from daftar.records.fields.base import Field


def pieces(field_: Field, text: str) -> list[str]:
    if field_.kind in ("links", "choices") or field_.kind in LABELLED:
        return entries(text)
    return [text.strip()] if text.strip() else []


def entries(text: str) -> list[str]:
    return [piece.strip() for piece in text.replace("؛", ";").replace("\n", ";").split(";") if piece.strip()]

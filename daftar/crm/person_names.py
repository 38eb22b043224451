"""The full name of a contact out of its parts, unless somebody wrote it himself."""

from __future__ import annotations

from daftar.records.draft import Draft


def complete_name(draft: Draft) -> None:
    """Fill an empty name from first and last name; a name that was made so before follows its parts."""
    parts = [draft.value("first_name"), draft.value("last_name")]
    made = joined(parts)
    if not made or ("name" in draft.changed and not draft.is_empty("name")):
        return
    before = joined([draft.old("first_name"), draft.old("last_name")])
    if draft.is_empty("name") or (before and draft.old("name") == before):
        draft.set("name", made)


def joined(parts: list[str | None]) -> str:
    return " ".join(p for p in parts if p)

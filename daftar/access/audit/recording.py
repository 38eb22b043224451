"""Writing entries, in the caller's transaction: what happened and that it is in the log is stored together or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from daftar.access.audit.chain import canonical, details_hash_of, hash_of
from daftar.access.audit.kinds import DOORS, KINDS, RESULTS
from daftar.access.audit.origin import Origin, origin_of, unattended
from daftar.access.models import AuditDetail, AuditEntry, AuditHead
from daftar.kernel import clock

LONGEST_TEXT, MOST_ITEMS, LONGEST_BODY = 500, 100, 16_000


def record(
    what: str,
    *,
    by: Any = None,
    about: tuple[str, int | None] | None = None,
    details: Mapping[str, Any] | None = None,
    request: Any = None,
    origin: Origin | None = None,
    result: str = "done",
    door: str = "",
    count: int = 1,
) -> int:
    """Write one entry and return its number. Call it last in a transaction: from here on other writers of the log wait for it.

    Shapes: `what` is a key of `KINDS`; `by` the person or None (nobody signed in, the machine, or its command line); `about` (record type, id);
    `details` plain values, among them `changes` {field: [old, new]}; no passwords, keys or codes, ever.
    Without `request` (or `origin`) the one being answered says from where it came. What is refused is rolled back, so
    refusals go through `refusals.py`.
    Errors: KeyError for a kind, result or door that is not declared.
    """
    KINDS[what], RESULTS[result]
    origin = origin or origin_of(request)
    user = by if getattr(by, "pk", None) else None
    if unattended.get():
        user = None
    if origin.real is not None and user is not None and user.pk == origin.acting_id:
        user = origin.real
    words = {
        "who": str(user) if user else "",
        "address": origin.address,
        "device": origin.device,
        "data": plain(details or {}),
    }
    body, salt = canonical(words), secrets.token_hex(16)
    if len(body) > LONGEST_BODY:
        body = canonical(words | {"data": {"shortened": canonical(words["data"])[:LONGEST_BODY]}})
    with transaction.atomic():
        head = locked_head()
        entry = AuditEntry(
            number=head.number + 1,
            at=clock.now(),
            what=what,
            result=result,
            by_id=user.pk if user else None,
            acting_id=origin.acting_id,
            key_id=origin.key_id,
            door=door or origin.door,
            about_type=about[0] if about else "",
            about_id=about[1] if about else None,
            count=count,
            details_hash=details_hash_of(salt, body),
            previous=head.hash,
        )
        DOORS[entry.door]
        entry.hash = hash_of(entry)
        entry.save(force_insert=True)
        AuditDetail.objects.create(entry=entry, salt=salt, body=body)
        AuditHead.objects.filter(pk=1).update(number=entry.number, hash=entry.hash)
    return entry.number


def record_change(
    what: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: Any,
    about: tuple[str, int | None] | None = None,
    **details: Any,
) -> int | None:
    """Write what differs between two sets of values, old and new; None when nothing does."""
    keys = dict.fromkeys([*before, *after])
    changes = {
        key: [before.get(key), after.get(key)] for key in keys if plain(before.get(key)) != plain(after.get(key))
    }
    return record(what, by=by, about=about, details={**details, "changes": changes}) if changes else None


def columns(row: models.Model) -> dict[str, Any]:
    """The stored values of a row, for `record_change`."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def locked_head() -> AuditHead:
    """The end of the log under a lock: PostgreSQL locks the row, SQLite has locked the database when the transaction began."""
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        last = AuditEntry.objects.order_by("-number").first() or AuditEntry(number=0, hash="")
        AuditHead.objects.get_or_create(pk=1, defaults={"number": last.number, "hash": last.hash})
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head


def plain(value: Any) -> Any:
    """The value as JSON has it: texts cut at a length, lists and maps at a number of items, the rest as text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key)[:80]: plain(item) for key, item in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in list(items)[:MOST_ITEMS]]
    return str(value).encode("utf-8", "replace").decode()[:LONGEST_TEXT].replace("\0", "")

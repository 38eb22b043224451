"""Refused requests and failed sign-ins. They are noted after the answer is made, outside of the transaction that was rolled back."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from daftar.access.audit.folding import folds
from daftar.access.audit.origin import origin_of
from daftar.access.audit.recording import record
from daftar.access.models import User

Finder = Callable[[Any, Sequence[tuple[str, int]]], list[tuple[str, int]]]
"""(person, [(slug, id)]) → [(record type, id)] of those that exist and that the person may not see."""

_finders: list[Finder] = []


def find_foreign_with(finder: Finder) -> None:
    """The records room says here which records exist; this room knows none."""
    _finders[:] = [finder]


def note(request: Any, status: int) -> None:
    """Note the answer to a request when it refused something: 401 to a key, 403, or 404 on a record that is somebody else's."""
    match = request.resolver_match
    if match is None:
        return
    user = request.user if getattr(request.user, "is_active", False) else None
    if status in (401, 403):
        refused(request, user, match.route)
    elif status == 404 and user and "slug" in match.kwargs and isinstance(match.kwargs.get("record_id"), int):
        foreign(request, user, match.route, (match.kwargs["slug"], match.kwargs["record_id"]))


def refused(request: Any, user: Any, route: str) -> None:
    origin, details = origin_of(request), {"route": f"/{route}", "method": request.method}

    def write(seen: Mapping[Hashable, int]) -> None:
        record("access_refused", by=user, details=details, origin=origin, result="refused", count=sum(seen.values()))

    folds.note(("refused", user.pk if user else None, route), write)


def foreign(request: Any, user: Any, route: str, wanted: tuple[str, int]) -> None:
    origin = origin_of(request)

    def write(seen: Mapping[Any, int]) -> None:
        found = {pair: name for pair in seen for name in (_finders[0](user, [pair]) if _finders else [])}
        if not found:
            return
        names = list(found.values())
        record(
            "foreign_record", by=user, about=names[0], origin=origin, result="refused",
            count=sum(seen[pair] for pair in found),
            details={"route": f"/{route}", "records": [f"{type_} {id_}" for type_, id_ in names]},
        )  # fmt: skip

    folds.note(("foreign", user.pk, route), write, wanted)


def sign_in_failed(request: Any, email: str) -> None:
    """Note a failed sign-in; what was typed is kept only when it is somebody's address (it may be a password)."""
    origin, email = origin_of(request), email.strip().lower()[:254]

    def write(seen: Mapping[Hashable, int]) -> None:
        user = User.objects.filter(email=email).first() if email else None
        record(
            "sign_in_failed", about=("user", user.pk if user else None), origin=origin, result="refused",
            details={"email": email} if user else {}, count=sum(seen.values()),
        )  # fmt: skip

    folds.note(("sign_in", email, origin.address), write)

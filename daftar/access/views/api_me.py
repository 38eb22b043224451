"""GET /api/me: as whom a key acts and what it may, for programs to try their key with."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from daftar.access.audit.naming import every_type
from daftar.access.bearer import key_required
from daftar.access.keys import ACTIONS, Grant


@key_required("see")
@require_safe
def me(request: Any) -> JsonResponse:
    grant: Grant = request.grant
    key, user = grant.key, grant.user
    return JsonResponse({
        "key": {
            "id": key.pk, "name": key.name, "kind": "service" if key.is_service else "personal", "propose_only": key.propose_only,
            "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        },
        "acts_as": {"id": user.pk, "name": user.name, "language": user.language or request.company.language},
        "may": {
            type_key: actions
            for type_key, _name in every_type()
            if (actions := [action for action in ACTIONS if grant.allows(action, type_key)])
        },
    })  # fmt: skip

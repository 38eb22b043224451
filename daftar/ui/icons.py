"""Icons of the lucide set, read from the npm package once and kept: inline SVG, hidden from screen readers."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from markupsafe import Markup

MIRRORED = frozenset(
    (
        *("arrow-left", "arrow-right", "chevron-left", "chevron-right", "chevrons-left", "chevrons-right", "log-out"),
        *("undo-2", "redo-2", "reply", "forward", "external-link", "list-filter", "panel-left", "panel-right", "send"),
        *("corner-down-right", "phone-outgoing", "phone-incoming", "text"),
    )
)
_EMPTY = '<circle cx="12" cy="12" r="8" />'
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.S)


@lru_cache(maxsize=512)
def icon(name: str, kind: str = "") -> Markup:
    """One icon as inline SVG; `kind` is an extra class such as "small"; arrows turn round on right-to-left pages."""
    classes = "icon" + (" icon--mirrored" if name in MIRRORED else "") + (f" icon--{kind}" if kind else "")
    return Markup(  # noqa: S704 - the body is a file of the package, never of a user
        f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{_body(name)}</svg>'
    )


def _body(name: str) -> str:
    file = (
        Path(settings.BASE_DIR) / "node_modules" / "lucide-static" / "icons" / f"{re.sub(r'[^a-z0-9-]', '', name)}.svg"
    )
    found = _BODY.search(file.read_text(encoding="utf-8")) if file.is_file() else None
    return re.sub(r"\s+", " ", found.group(1)).strip() if found else _EMPTY

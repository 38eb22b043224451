"""The field kinds. Each module of this folder is one kind; a new file is enough to add one."""

from __future__ import annotations

import importlib
import pkgutil

from daftar.records.fields.base import Field

KINDS: dict[str, type[Field]] = {}

for _module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
    for _thing in vars(importlib.import_module(f"{__name__}.{_module}")).values():
        if isinstance(_thing, type) and issubclass(_thing, Field) and _thing.kind:
            KINDS[_thing.kind] = _thing
            globals()[_thing.__name__] = _thing

__all__ = ["KINDS", "Field", *sorted(c.__name__ for c in KINDS.values())]  # filled by the loop above

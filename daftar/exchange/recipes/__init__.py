"""Recipes: saved imports of several files that belong together. Each module of this folder holds one as `RECIPE`."""

from __future__ import annotations

import importlib
import pkgutil

from daftar.exchange.recipes.recipe import Recipe

RECIPES: dict[str, Recipe] = {}

for _module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
    _recipe = getattr(importlib.import_module(f"{__name__}.{_module}"), "RECIPE", None)
    if isinstance(_recipe, Recipe):
        RECIPES[_recipe.key] = _recipe

__all__ = ["RECIPES", "Recipe"]

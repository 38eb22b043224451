"""python -m config.compiling: compile beforehand what a start loads, by loading it. bin/setup calls it and lets Python write bytecode."""

import os
import shutil
from importlib import import_module

import django
from django.conf import settings
from django.core.management import load_command_class
from django.db.migrations.loader import MigrationLoader
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import get_resolver
from django.utils.module_loading import autodiscover_modules
from jinja2 import Environment, FileSystemBytecodeCache

LOADED_BY_NAME = (
    "config.asgi",
    "django.db.backends.postgresql.base",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
)


def load_everything() -> None:
    """All that server, worker and upgrade import, on either database: Python writes its bytecode beside it."""
    load_command_class("daftar.kernel", "serve")
    get_resolver().url_patterns  # noqa: B018 - loads every view
    autodiscover_modules("jobs")
    MigrationLoader(None)
    for name in LOADED_BY_NAME:
        import_module(name)


def compile_templates(pages: Environment) -> None:
    """Each template's bytecode, afresh: how one is compiled may depend on code that changed, too."""
    folder = settings.COMPILED_TEMPLATES
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    pages.bytecode_cache = FileSystemBytecodeCache(str(folder))
    for name in pages.list_templates():
        pages.get_template(name)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    load_everything()
    for engine in engines.all():
        if isinstance(engine, Jinja2):
            compile_templates(engine.env)
